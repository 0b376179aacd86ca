"""What we could not see: sources that fell silent, days without any record, judgements that policy switches off, records set aside.

Silence is not zero: what is told here is missing from every other figure of the report.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from dengar.report.figure import OFF, Figure, Missing, Number
from dengar.report.scope import CLOCK, PLATFORMS, PUBLIC, Scope
from dengar.report.source import Span, Where

NAMES = (
    "mention.sentiment", "mention.intent", "mention.category", "mention.purpose", "mention.spam", "metrics.likes", "metrics.reach",
    "clock.first_response",
)  # fmt: skip
"""What the report asks policy about; those refused for one reason are told together."""


def figures(scope: Scope) -> list[Figure]:
    """Coverage of days, silent sources, withheld authors, quarantined records, and what policy switches off."""
    return [*_coverage(scope), *_sources(scope), *_withheld(scope), *_set_aside(scope), *_off(scope), *_unmixed(scope)]


def _coverage(scope: Scope) -> list[Figure]:
    """Share of the week's days on which a platform brought at least one mention; days to come are left out."""
    rows = []
    for platform in PLATFORMS:
        days = [Span(start, start + timedelta(days=1)) for start in _starts(scope)]
        told = [bool(scope.source.cube(("platform",), day, Where({"platform": [platform]}))) for day in days]
        gaps = [(scope.week.monday + timedelta(days=at)).isoformat() for at, seen in enumerate(told) if not seen]
        value = round(sum(told) / len(told), 4) if told else None
        rows.append(
            Figure("coverage", "days-observed/1", platform, None, value, "share", len(told), detail={"gaps": gaps})
        )
    return rows


def _starts(scope: Scope) -> list[datetime]:
    all_days = [scope.week.since + timedelta(days=at) for at in range(7)]
    return [start for start in all_days if start < scope.now]


def _sources(scope: Scope) -> list[Figure]:
    """Sources that brought mentions before and none of this week."""
    return [
        Figure(
            "silent_source",
            "silent-source/1",
            one.platform,
            one.via,
            missing=Missing("not_observed", "silent_source"),
            detail={"last_observed": one.last_observed.isoformat()},
        )
        for one in scope.source.sources(scope.span)
        if not one.mentions and one.last_observed < scope.week.until
    ]


def _withheld(scope: Scope) -> list[Figure]:
    """Share of the public's mentions whose author the platform withholds: they count in no figure of distinct people."""
    rows = []
    for platform in PLATFORMS:
        roles = scope.source.cube(("author.role",), scope.span, scope.where(platform=[platform], author__role=PUBLIC))
        n = sum(roles.values())
        if n:
            rows.append(
                Figure(
                    "withheld_share", "withheld-share/1", platform, None, round(roles["unknown",] / n, 4), "share", n
                )
            )
    return rows


def _set_aside(scope: Scope) -> list[Figure]:
    """Records that validation quarantined, from the folded days of its results; null where no day was folded."""
    formula = "quarantined/1"
    if scope.results is None:
        return [Figure("quarantined", formula, missing=Missing("not_there", "no_stage"))]
    from dengar.validate.days import read_day

    days: Iterable[date] = (scope.week.monday + timedelta(days=at) for at in range(7))
    found = [day for day in (read_day(scope.results, one) for one in days) if day is not None]
    if not found:
        return [Figure("quarantined", formula, missing=Missing("not_there", "no_validation"))]
    failed: Number = sum(told["failed"] for day in found for told in day["types"].values())
    rows = sum(told["rows"] for day in found for told in day["types"].values())
    return [Figure("quarantined", formula, None, None, failed, n=rows, detail={"days": len(found)})]


def _off(scope: Scope) -> list[Figure]:
    """One figure a platform and clause that switches something off, with all that it switches off."""
    refused: dict[tuple[str, str], tuple[Missing, list[str]]] = {}
    for platform in PLATFORMS:
        for name in NAMES:
            told = scope.judgeable(platform, name)
            if not told:
                missing = scope.off(platform, name, told)
                refused.setdefault((platform, missing.says), (missing, []))[1].append(name)
    return [
        Figure("off", "policy/1", platform, says, missing=missing, detail={"names": names})
        for (platform, says), (missing, names) in refused.items()
    ]


def _unmixed(scope: Scope) -> list[Figure]:
    """Whether both platforms may stand in one figure."""
    told = scope.policy.mixes(set(PLATFORMS), CLOCK)
    return [] if told else [Figure("unmixed", "policy/1", missing=Missing(OFF, "yt-no-mix"))]
