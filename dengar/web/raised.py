"""Alerts on the pages: what was raised, who takes care of it, a crisis' clocks, and what can be done next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dengar.records import timestamp
from dengar.web.archive import Archive
from dengar.web.clocks import Clock, clocks_of
from dengar.web.words import Words

ALERTS = "alerts"
MOST = 50
NEXT = {
    "open": ("acknowledged", "snoozed", "closed"),
    "acknowledged": ("snoozed", "closed", "open"),
    "snoozed": ("acknowledged", "closed", "open"),
    "closed": ("open",),
}
"""State → states that it can be brought into."""


@dataclass(frozen=True)
class Raised:
    """An alert as a line. `stood` is its version, which a form carries; `acts`: what people did about it, the oldest first."""

    id: str
    stood: int
    name: str
    note: str
    text: str
    acts: Sequence[str]
    next: Sequence[str]
    level: str = ""
    clocks: Sequence[Clock] = ()


def raised(archive: Archive, words: Words, start: datetime, end: datetime, now: datetime) -> Sequence[Raised] | None:
    """Alerts of [start, end), the newest first; None while there is no index of alerts. Raises IndexUnavailable."""
    if not archive.exists(ALERTS):
        return None
    found = archive.listed(ALERTS, _asked(start, end))
    told = clocks_of(archive, found, now)
    return [_line(one, words, *told.get(one["id"], ("", ()))) for one in found]


def waiting(archive: Archive, words: Words, start: datetime, end: datetime) -> Sequence[Raised]:
    """Alerts of [start, end) that nobody took care of yet, the newest first; none while there is no index. Raises IndexUnavailable."""
    if not archive.exists(ALERTS):
        return []
    return [
        _line(one, words, "", ())
        for one in archive.listed(ALERTS, _asked(start, end, {"terms": {"state": ["open", "snoozed"]}}))
    ]


def _asked(start: datetime, end: datetime, *more: Mapping[str, Any]) -> dict[str, Any]:
    within = {"range": {"created_at": {"gte": timestamp(start), "lt": timestamp(end)}}}
    filters = [{"term": {"muted": False}}, within, *more]
    return {"query": {"bool": {"filter": filters}}, "sort": [{"created_at": "desc"}, "id"], "size": MOST}


def _line(alert: Mapping[str, Any], words: Words, level: str, clocks: Sequence[Clock]) -> Raised:
    state = words.label("alert_state", alert["state"])
    if alert["snoozed_until"]:
        state = words("alerts.until", state=state, when=words.when(alert["snoozed_until"]))
    notes = [
        words.label("alert_level", alert["level"]),
        words("trends.severity", n=alert["severity"]),
        state,
        words.when(alert["created_at"]),
    ]
    return Raised(
        alert["id"],
        alert["version"],
        alert["title"][words.language],
        " · ".join(notes),
        (alert.get("text") or {}).get(words.language, ""),
        [_act(one, words) for one in alert.get("history") or ()],
        NEXT[alert["state"]],
        level,
        clocks,
    )


def _act(act: Mapping[str, Any], words: Words) -> str:
    told = words("alerts.act", when=words.when(act["at"]), what=words.label("alert_act", act["what"]), by=act["by"])
    return " · ".join(part for part in (told, act["note"], act["link"]) if part)
