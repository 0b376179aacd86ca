"""What rose above what was to be expected: the trends that the detector told, else rises of the hourly volume by the same detector."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dengar.report.figure import Figure, Missing
from dengar.report.scope import PLATFORMS, Scope
from dengar.report.source import HOUR, Span
from dengar.trends.series import Bin, SeriesError, detect

HISTORY = timedelta(weeks=4)
HOURS = timedelta(hours=1)
TALK = ("comment", "reply")
"""Kinds whose volume is watched: a live chat rises because there is a live, a post because somebody posts."""
MOST = 8


def figures(scope: Scope) -> list[Figure]:
    """The severest rises of the week (the value is the severity, 1 to 10), and the mentions by hour."""
    hours = [_by_hour(scope, platform) for platform in PLATFORMS if scope.observed([platform], scope.week.name)]
    told = scope.source.trends(scope.span) if scope.campaign is None else None
    if told:
        return [_of_trend(record) for record in told if _shown(scope, record)][:MOST] + hours
    return [row for platform in PLATFORMS for row in _of_volume(scope, platform)] + hours


def _by_hour(scope: Scope, platform: str) -> Figure:
    """Mentions of each hour of the week, 168 counts; hours to come are null. The value is the highest."""
    counts = scope.source.cube((HOUR,), scope.span, scope.where(platform=[platform], kind=TALK))
    starts = [scope.week.since + HOURS * at for at in range(168)]
    told = [counts[at.isoformat(),] if at < scope.now else None for at in starts]
    return Figure(
        "hours",
        "mentions-per-hour/1",
        platform,
        None,
        max(counts.values(), default=0),
        n=sum(counts.values()),
        detail={"counts": told},
    )


def _shown(scope: Scope, record: dict[str, Any]) -> bool:
    platforms = {record["platform"]} if record["platform"] else set(PLATFORMS)
    return bool(scope.policy.mixes(platforms, "clock.first_response"))


def _of_trend(record: dict[str, Any]) -> Figure:
    kept = (
        "kind",
        "label",
        "start",
        "detected_at",
        "peak_at",
        "end",
        "observed",
        "expected",
        "authors",
        "copied_share",
        "explanation",
    )
    return Figure(
        "rise",
        record["formula"],
        record["platform"],
        record["id"],
        record["severity"],
        "severity",
        record["mentions"],
        record["authors"],
        detail={name: record.get(name) for name in kept}
        | {"terms": [one["value"] for one in record.get("terms", ())][:6]},
    )


def _of_volume(scope: Scope, platform: str) -> list[Figure]:
    formula = "trends/hourly-volume/1"
    span = Span(scope.week.since - HISTORY, min(scope.week.until, scope.now))
    where = scope.where(platform=[platform], kind=TALK)
    counts = scope.source.cube((HOUR,), span, where)
    if not counts:
        return [Figure("rise", formula, platform, unit="severity", missing=Missing("not_observed", "silent_week"))]
    hours = {datetime.fromisoformat(str(hour)): count for (hour,), count in counts.items()}
    first, last = min(hours), span.until - HOURS
    bins = [
        Bin(at, hours.get(at, 0)) for at in (first + HOURS * step for step in range(1 + int((last - first) / HOURS)))
    ]
    try:
        events = [event for event in detect(bins) if event.detected_at >= scope.week.since]
    except SeriesError:
        return [Figure("rise", formula, platform, unit="severity", missing=Missing("too_few", "short_series"))]
    return [
        Figure(
            "rise",
            formula,
            platform,
            event.start.isoformat(),
            event.severity,
            "severity",
            round(event.observed),
            detail={"kind": "volume", "label": None, **event.as_dict()},
        )
        for event in events[:MOST]
    ] or [Figure("rise", formula, platform, unit="severity", missing=Missing("too_few", "nothing_rose"))]
