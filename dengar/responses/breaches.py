"""What is overdue, and what will be if nobody answers: "12 will be overdue by 16:00". Searches of the desk's indices.

A platform each; both together only where policy lets reply clocks be mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch

from dengar.index.connection import plain_errors
from dengar.index.names import RESPONSE_INDICES
from dengar.policy import Policy
from dengar.records import timestamp
from dengar.responses.worktime import WorkingTime

CLOCK = "clock.first_response"


@dataclass(frozen=True)
class Breaches:
    """Of one platform, or of all (`platform` None): conversations overdue by now, and those that will be by `until`."""

    platform: str | None
    until: datetime
    overdue: int
    will_be_overdue: int
    first_due_at: str | None = None
    by_directorate: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "platform": self.platform or "all",
            "until": timestamp(self.until),
            "overdue": self.overdue,
            "will_be_overdue": self.will_be_overdue,
            "first_due_at": self.first_due_at,
            "by_directorate": dict(self.by_directorate),
        }


def end_of_day(working: WorkingTime, now: datetime) -> datetime:
    """The close of office hours that comes next; a day from `now` where none comes within a month."""
    day = now.astimezone(working.zone).date()
    for _ in range(31):
        if closes := [end for _, end in working.spans(day) if end > now]:
            return closes[-1]
        day += timedelta(days=1)
    return now + timedelta(days=1)


def request(now: datetime, until: datetime) -> dict[str, Any]:
    """The search; `told` reads its aggregations."""
    waits = [{"term": {"on_desk": True}}, {"term": {"open": True}}]
    late = {"range": {"due_at": {"lt": timestamp(now)}}}
    soon = {"range": {"due_at": {"gte": timestamp(now), "lt": timestamp(until)}}}
    by = {
        "by": {"terms": {"field": "directorate", "size": 50}},
        "first": {"min": {"field": "due_at", "format": "strict_date_time"}},
    }
    counted = {"late": {"filter": late}, "soon": {"filter": soon, "aggs": by}}
    return {
        "query": {"bool": {"filter": waits}},
        "aggs": {"platform": {"terms": {"field": "platform", "size": 10}, "aggs": counted}},
    }


def told(aggregations: Mapping[str, Any], until: datetime) -> list[Breaches]:
    """What was found, a platform each in order; none where nobody waits."""
    found = []
    for bucket in aggregations.get("platform", {}).get("buckets", ()):
        soon = bucket["soon"]
        by = {one["key"]: one["doc_count"] for one in soon["by"]["buckets"]}
        first = soon["first"].get("value_as_string")
        found.append(Breaches(bucket["key"], until, bucket["late"]["doc_count"], soon["doc_count"], first, by))
    return sorted(found, key=lambda one: one.platform or "")


def together(found: Iterable[Breaches], policy: Policy) -> list[Breaches]:
    """One row of all platforms where policy lets their clocks be mixed, else a row each."""
    rows = list(found)
    if len(rows) < 2 or not policy.mixes({one.platform for one in rows if one.platform}, CLOCK):
        return rows
    by: dict[str, int] = {}
    for one in rows:
        for name, count in one.by_directorate.items():
            by[name] = by.get(name, 0) + count
    first = min((one.first_due_at for one in rows if one.first_due_at), default=None)
    overdue, soon = sum(one.overdue for one in rows), sum(one.will_be_overdue for one in rows)
    return [Breaches(None, rows[0].until, overdue, soon, first, by)]


def breaches(client: Elasticsearch, now: datetime, until: datetime) -> list[Breaches]:
    """A row a platform on which somebody waits. Raises IndexUnavailable."""
    with plain_errors():
        page = client.search(
            index=RESPONSE_INDICES,
            ignore_unavailable=True,
            allow_no_indices=True,
            size=0,
            track_total_hits=False,
            **request(now, until),
        )
    return told(page.get("aggregations") or {}, until)
