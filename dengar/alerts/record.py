"""Records of schemas/alert: made, changed, written to topic `alerts`, and read from it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from dengar.alerts import TOPIC
from dengar.events import EventError, read_event
from dengar.log import Log, Record
from dengar.records import milliseconds, timestamp
from dengar.schemas import validator
from dengar.schemas.event import append_event

Alert = dict[str, Any]
MOST_ACTS = 200


class NotAnAlertError(ValueError):
    """A record of topic `alerts` is none; the message quotes nothing of it."""


def alert(
    *,
    rule: str,
    kind: str,
    level: str,
    severity: int,
    subject: str,
    occurrence: str,
    title: Mapping[str, str],
    period: tuple[datetime, datetime],
    created_at: datetime,
    platform: str | None = None,
    text: Mapping[str, str] | None = None,
    reasons: Sequence[str] = (),
    links: Sequence[str] = (),
    muted: bool = False,
) -> Alert:
    """A new alert, open. `occurrence` tells one occasion of a subject from the next: with rule and subject it makes the id."""
    digest = hashlib.blake2b(f"{subject} {occurrence}".encode(), digest_size=8).hexdigest()
    at = timestamp(created_at)
    return {
        "id": f"{rule}:{digest}", "version": milliseconds(created_at), "rule": rule, "kind": kind, "level": level, "severity": severity,
        "subject": subject[:256], "platform": platform, "title": {name: one[:200] for name, one in title.items()},
        "text": None if text is None else {name: one[:2000] for name, one in text.items()}, "reasons": [one[:200] for one in reasons][:20],
        "period": {"start": timestamp(period[0]), "end": timestamp(period[1])}, "links": list(links)[:20], "state": "open",
        "state_by": None, "snoozed_until": None, "created_at": at, "updated_at": at, "muted": muted, "history": [], "clocks": None,
    }  # fmt: skip


def changed(
    one: Alert, state: str, by: str, at: datetime, snoozed_until: datetime | None = None, *, note: str | None = None
) -> Alert:
    """The alert after somebody (a nickname) acknowledged, snoozed, reopened or closed it; newer than every earlier state.

    `note` is masked text.
    """
    return _acted(one, "reopened" if state == "open" else state, by, at, at, note) | {
        "state": state,
        "state_by": by,
        "snoozed_until": timestamp(snoozed_until) if snoozed_until else None,
        "clocks": None,
    }


def stated(
    one: Alert, by: str, at: datetime, spoken_at: datetime, *, link: str | None = None, note: str | None = None
) -> Alert:
    """The alert after somebody said that an official statement was made at `spoken_at`; its state stays. `link`: address or id."""
    return _acted(one, "statement", by, at, spoken_at, note, link)


def history(one: Mapping[str, Any], *what: str) -> list[datetime]:
    """When people did these things to an alert, the oldest first, aware UTC. Records of version 1.0 tell the last change only."""
    acts = one.get("history") or ()
    if not acts and one["state"] in what:
        return [datetime.fromisoformat(one["updated_at"])]
    return sorted(datetime.fromisoformat(act["at"]) for act in acts if act["what"] in what)


def _acted(
    one: Alert, what: str, by: str, at: datetime, done_at: datetime, note: str | None, link: str | None = None
) -> Alert:
    act = {"at": timestamp(done_at), "what": what, "by": by, "note": note and note[:500], "link": link and link[:2048]}
    return one | {
        "version": max(milliseconds(at), one["version"] + 1),
        "updated_at": timestamp(at),
        "history": [*(one.get("history") or ()), act][-MOST_ACTS:],
        "clocks": one.get("clocks"),
    }


def append_alert(log: Log, one: Alert) -> None:
    """Append an alert. Readable after `flush`. Raises LogError, and NotAnAlertError for a record that schemas/alert refuses."""
    if not validator("alert").is_valid(one):
        raise NotAnAlertError("The alert breaks schemas/alert.")
    append_event(
        log,
        TOPIC,
        "alert",
        one,
        id=f"{one['id']}@{one['version']}",
        source="/dengar/alerts",
        time=datetime.fromisoformat(one["updated_at"]),
    )


def read_alert(raw: Record) -> Alert:
    """The alert of a record. Raises NotAnAlertError for anything that schemas/alert refuses."""
    try:
        event = read_event(raw.headers, raw.value)
        one: Alert = orjson.loads(event.data)
    except (EventError, orjson.JSONDecodeError) as error:
        raise NotAnAlertError(f"not an alert: {error}") from error
    if not validator("alert").is_valid(one):
        raise NotAnAlertError("It breaks schemas/alert.")
    return one
