"""Pagi ini: what is new since the last working day ended, beside the same span a week before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dengar.policy import Policy, Verdict
from dengar.policy.rules import PLATFORMS
from dengar.records import moment, timestamp
from dengar.responses.worktime import WorkingTime, working_time
from dengar.web.archive import LIVE, Archive

WEEK = timedelta(days=7)
_FARTHEST = 60


@dataclass(frozen=True)
class Count:
    """A platform's figures since the cut. `before`: the same span a week earlier; 0 there with `known` false is no figure at all.

    Derived figures are None where policy switches them off; `off` tells why.
    """

    platform: str
    new: int
    before: int
    known: bool
    people: int
    actionable: int | None
    urgent: int | None
    negative: int | None
    off: Verdict | None = None


def cut(now: datetime, working: WorkingTime | None = None) -> datetime:
    """When the last working day before today ended (aware UTC); today is a day of the office's zone."""
    working = working or working_time()
    day = now.astimezone(working.zone).date()
    for _ in range(_FARTHEST):
        day -= timedelta(days=1)
        if spans := working.spans(day):
            return spans[-1][1]
    return now - timedelta(days=1)


def counts(archive: Archive, policy: Policy, start: datetime, end: datetime) -> list[Count]:
    """Figures of every platform for [start, end), without official accounts. Raises IndexUnavailable."""
    return [_count(archive, policy, platform, start, end) for platform in PLATFORMS]


def _count(archive: Archive, policy: Policy, platform: str, start: datetime, end: datetime) -> Count:
    body = {
        "query": {
            "bool": {
                "filter": [LIVE, {"term": {"platform": platform}}],
                "must_not": [{"term": {"author.role": "official"}}],
            }
        },
        "aggs": {
            "new": {
                "filter": _between(start, end),
                "aggs": {
                    "people": {"cardinality": {"field": "author.key"}},
                    "actionable": {"filter": {"term": {"actionable": True}}},
                    "urgent": {
                        "filter": {
                            "bool": {"filter": [{"term": {"actionable": True}}, {"term": {"urgency.label": "urgent"}}]}
                        }
                    },
                    "negative": {"filter": {"term": {"sentiment.label": "negative"}}},
                },
            },
            "before": {"filter": _between(start - WEEK, end - WEEK)},
            "earlier": {"filter": {"range": {"published_at": {"lt": timestamp(start - WEEK)}}}},
        },
    }
    told = archive.aggregate("mentions", body)["aggregations"]
    new = told["new"]

    def judged(name: str, *fields: str) -> int | None:
        shown = all(policy.allows("show", platform, f"mention.{field}") for field in fields)
        return int(new[name]["doc_count"]) if shown else None

    return Count(
        platform,
        new["doc_count"],
        told["before"]["doc_count"],
        told["before"]["doc_count"] > 0 or told["earlier"]["doc_count"] > 0,
        new["people"]["value"],
        judged("actionable", "actionable"),
        judged("urgent", "actionable", "urgency"),
        judged("negative", "sentiment"),
    )


def newest(archive: Archive) -> datetime | None:
    """When the newest live mention was published; None where the index holds none."""
    told = archive.aggregate("mentions", {"query": LIVE, "aggs": {"newest": {"max": {"field": "published_at"}}}})
    at = told.get("aggregations", {}).get("newest", {}).get("value")
    return None if at is None else moment(int(at))


def _between(start: datetime, end: datetime) -> dict[str, Any]:
    return {"range": {"published_at": {"gte": timestamp(start), "lt": timestamp(end)}}}
