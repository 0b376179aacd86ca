"""The crisis protocol at work: an event, its alerts, and its facts with the clocks.

An alert of a crisis or hoax activates it, or somebody does by hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch

from dengar.alerts import store
from dengar.alerts.record import Alert, alert, history
from dengar.alerts.rules import Rule, rule_of
from dengar.records import timestamp
from dengar.trends import store as trend_store
from dengar.trends.brief import Facts, gather
from dengar.trends.planned import Plan
from dengar.trends.protocol import level_of, read_protocol

KINDS = ("crisis", "hoax")
BY_HAND = "by-hand"
"""The rule of crises that somebody opened: they are delivered by the rule of their kind."""
BACK = timedelta(days=30)


def of_event(client: Elasticsearch, event: str) -> list[Alert]:
    """Alerts of crises and hoaxes about an event (id of the trend, or of one of its alerts), the oldest first. Raises IndexUnavailable."""
    named = store.get(client, event)
    subject = named["subject"] if named else event
    return [one for one in store.about(client, subject) if one["kind"] in KINDS]


def standing(client: Elasticsearch, now: datetime) -> list[Alert]:
    """Crises and hoaxes of the last 30 days that nobody closed, without muted ones, the newest first. Raises IndexUnavailable."""
    found = store.since(client, now - BACK, ("open", "acknowledged", "snoozed"))
    return [one for one in found if one["kind"] in KINDS and not one["muted"]]


def facts(client: Elasticsearch, event: str, *, now: datetime, plans: Sequence[Plan] = ()) -> Facts | None:
    """The facts of an event as they stand at `now`; None where there is no such event. Raises IndexUnavailable, ProtocolError."""
    raised = of_event(client, event)
    trend = trend_store.trend(client, raised[0]["subject"] if raised else event)
    if trend is None:
        by_hand = next((one for one in raised if one["rule"] == BY_HAND), None)
        if by_hand is None:
            return None
        trend = stand_in(by_hand)
    told = [at for one in raised for at in history(one, "acknowledged", "closed")]
    spoken = [at for one in raised for at in history(one, "statement")]
    return gather(client, trend, level_of(trend["severity"], read_protocol()), told, spoken, plans, now)


def by_hand(
    by: str,
    now: datetime,
    rules: Sequence[Rule],
    *,
    about: str,
    severity: int,
    since: datetime,
    platform: str | None = None,
    posts: Sequence[str] = (),
    trend: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> Alert:
    """The alert of a crisis that somebody opens: about a trend that raised none, or about what no series shows. `note` is masked."""
    subject = trend["id"] if trend else f"crisis:hand:{digest(about, since)}"
    made = alert(
        rule=BY_HAND,
        kind="hoax" if trend and trend["kind"] == "hoax" else "crisis",
        level="attention",
        severity=severity,
        subject=subject,
        occurrence=BY_HAND,
        title={"id": f"Krisis: {about} (tingkat {severity})", "en": f"Crisis: {about} (severity {severity})"},
        text=(trend or {}).get("explanation"),
        reasons=["opened_by_hand"],
        platform=platform,
        period=(since, max(since, now)),
        created_at=now,
        links=[*posts, *((trend or {}).get("conversations") or ())][:20],
    )
    rule = rule_of(made, rules)
    act = {"at": timestamp(now), "what": "opened", "by": by, "note": note, "link": None}
    return made | {"level": rule.level_of(severity) if rule else "attention", "state_by": by, "history": [act]}


def digest(about: str, since: datetime) -> str:
    """Sixteen hex digits for what a crisis is about and since when: the same each time."""
    return hashlib.blake2b(f"{about} {timestamp(since)}".encode(), digest_size=8).hexdigest()


def stand_in(one: Mapping[str, Any]) -> dict[str, Any]:
    """What a brief needs of a trend, of an alert that was opened by hand about none. What nobody counted is None."""
    label = one["title"]["id"].removeprefix("Krisis: ").rpartition(" (tingkat ")[0]
    return {
        "id": one["subject"], "kind": one["kind"], "label": label, "platform": one["platform"], "severity": one["severity"],
        "start": one["period"]["start"], "detected_at": one["created_at"], "peak_at": one["period"]["end"], "end": None,
        "period": one["period"], "authors": None, "mentions": None, "conversations": list(one["links"]), "samples": [], "amplifiers": [],
        "explanation": one["text"],
    }  # fmt: skip
