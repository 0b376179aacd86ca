"""Trends and silent sources → alerts, by the rules. Pure: what is known already is given, what is new comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dengar.alerts.record import Alert, alert
from dengar.alerts.rules import Rule
from dengar.records import timestamp

NEWS = timedelta(hours=6)
"""What was detectable longer ago is recorded and not delivered: it is no news."""
_NAMES = {
    "crisis": ("Krisis", "Crisis"),
    "hoax": ("Dugaan hoaks", "Suspected hoax"),
    "topic": ("Topik naik", "Rising topic"),
}


def for_trends(
    trends: Sequence[Mapping[str, Any]],
    rules: Sequence[Rule],
    known: Sequence[Mapping[str, Any]],
    now: datetime,
    *,
    mute: bool,
) -> list[Alert]:
    """Alerts that these trends raise and that are not among `known` (alerts of the last days).

    One alert a trend and rule; within a rule's cool-down after another of the same platform none. `mute`: recorded, not delivered.
    """
    told = {(one["rule"], one["subject"]) for one in known}
    raised: list[Alert] = []
    for trend in sorted(trends, key=lambda one: (one["detected_at"], one["id"])):
        for rule in (rule for rule in rules if rule.what == trend["kind"]):
            if any(trend[name] < least for name, least in rule.threshold.items()) or (rule.id, trend["id"]) in told:
                continue
            made = _of_trend(trend, rule, now, mute)
            if not _cooling(made, rule, [*known, *raised]):
                raised.append(made)
                told.add((rule.id, trend["id"]))
    return raised


def for_silence(
    last_heard: Mapping[str, datetime], rules: Sequence[Rule], known: Sequence[Mapping[str, Any]], now: datetime
) -> list[Alert]:
    """Alerts on sources that brought nothing for longer than their rule allows; one a silence."""
    told = {one["id"] for one in known}
    raised = []
    for rule in (rule for rule in rules if rule.what == "silence"):
        for source, last in sorted(last_heard.items()):
            wait = rule.silence.get(source, rule.silence.get("default"))
            if wait is None or now - last <= wait:
                continue
            hours = (now - last) / timedelta(hours=1)
            made = alert(
                rule=rule.id,
                kind="silence",
                level=rule.level,
                severity=min(10, 3 + int(hours // 6)),
                subject=f"source:{source}",
                occurrence=timestamp(last),
                period=(last, last + wait),
                created_at=last + wait,
                reasons=["no_record_since"],
                title={
                    "id": f"Sumber {source} diam lebih dari {_hours(wait)} jam",
                    "en": f"Source {source} is silent for over {_hours(wait)} hours",
                },
                platform=source.partition(".")[0] if source.startswith(("youtube.", "instagram.")) else None,
            )
            if made["id"] not in told:
                raised.append(made)
    return raised


def _of_trend(trend: Mapping[str, Any], rule: Rule, now: datetime, mute: bool) -> Alert:
    indonesian, english = _NAMES[trend["kind"]]
    detected, severity = datetime.fromisoformat(trend["detected_at"]), trend["severity"]
    return alert(
        rule=rule.id,
        kind="trend" if trend["kind"] == "topic" else trend["kind"],
        level=rule.level_of(severity),
        severity=severity,
        subject=trend["id"],
        occurrence="",
        title={
            "id": f"{indonesian}: {trend['label']} (tingkat {severity})",
            "en": f"{english}: {trend['label']} (severity {severity})",
        },
        text=trend.get("explanation"),
        reasons=[reason["code"] for reason in trend["reasons"]],
        platform=trend["platform"],
        period=(datetime.fromisoformat(trend["start"]), max(detected, datetime.fromisoformat(trend["period"]["end"]))),
        created_at=datetime.fromisoformat(trend["period"]["end"]),
        links=[trend["id"], *trend["conversations"][:5]],
        muted=mute or trend["muted"] or now - detected > NEWS,
    )


def _cooling(one: Alert, rule: Rule, others: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an alert of the same rule and platform was raised within the cool-down before. A more severe level breaks it."""
    at = datetime.fromisoformat(one["created_at"])
    for other in others:
        if other["rule"] != rule.id or other["platform"] != one["platform"] or other["muted"]:
            continue
        since = at - datetime.fromisoformat(other["created_at"])
        if abs(since) < rule.cool_down and not (one["level"] == "urgent" and other["level"] != "urgent"):
            return True
    return False


def _hours(wait: timedelta) -> str:
    return f"{wait / timedelta(hours=1):g}"
