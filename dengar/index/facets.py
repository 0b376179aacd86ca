"""Facets and timeline: what is asked of Elasticsearch, what it answers, and what of that policy lets be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from elasticsearch.dsl import A, Search

from dengar.index.fields import BY_NAME, FACETS, Field
from dengar.index.results import Count, Facet, QueryError, TimeBin
from dengar.policy import Policy, Verdict
from dengar.policy.rules import PLATFORMS
from dengar.records import JAKARTA

Step = Literal["hour", "day", "week", "month"]
STEPS: dict[str, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
}
MAX_BINS = 2_000
VALUES = 20
_TIMELINE = "timeline"


def ask(
    found: Search[Any], facets: Sequence[str], timeline: Step | None, since: datetime | None, until: datetime
) -> Search[Any]:
    """The search with aggregations added, each split by platform. Raises QueryError for an unknown facet and for a timeline without
    end: hours want a `since`."""
    for name in facets:
        if name not in FACETS:
            raise QueryError(f"There is no facet {name!r}: choose among {', '.join(FACETS)}.")
        terms = A("terms", field=BY_NAME[name].path, size=VALUES, shard_size=5 * VALUES)
        terms.bucket("platforms", "terms", field="platform", size=len(PLATFORMS))
        found.aggs.bucket(f"facet:{name}", terms)
    if timeline is not None:
        _bounded(timeline, since, until)
        bins = A("date_histogram", field="published_at", calendar_interval=timeline, time_zone=JAKARTA.key)
        bins.bucket("platforms", "terms", field="platform", size=len(PLATFORMS))
        found.aggs.bucket(_TIMELINE, bins)
    return found


def _bounded(step: Step, since: datetime | None, until: datetime) -> None:
    if step not in STEPS:
        raise QueryError(f"There is no timeline by {step!r}: choose among {', '.join(STEPS)}.")
    if since is None and step == "hour":
        raise QueryError("A timeline by the hour needs a beginning: add since, or ask for days.")
    if since is not None and (until - since) / STEPS[step] > MAX_BINS:
        raise QueryError(
            f"The timeline would have more than {MAX_BINS:,} bins: ask for a longer step or a later since."
        )


def read_facets(answer: Mapping[str, Any], names: Sequence[str], policy: Policy) -> dict[str, Facet]:
    """The facets of an answer, less what policy hides."""
    return {name: _facet(BY_NAME[name], _buckets(answer, f"facet:{name}"), policy) for name in names}


def _facet(field: Field, buckets: Sequence[Mapping[str, Any]], policy: Policy) -> Facet:
    off = hidden(field.policy_name, policy)
    counts = []
    for bucket in buckets:
        platforms = {one["key"]: one["doc_count"] for one in bucket["platforms"]["buckets"] if one["key"] not in off}
        if platforms:
            mixed = field.policy_name not in policy.rules[PLATFORMS[0]] or policy.mixes(
                set(platforms), field.policy_name
            )
            value = str(bucket.get("key_as_string", bucket["key"]))
            counts.append(Count(value, sum(platforms.values()) if mixed else None, platforms))
    return Facet(field.name, counts, off)


def hidden(policy_name: str, policy: Policy) -> dict[str, Verdict]:
    """Platforms on which policy hides a field, with its verdict. A field that policy has no word on is no judgement: it is shown."""
    governed = {platform for platform in PLATFORMS if policy_name in policy.rules[platform]}
    verdicts = {platform: policy.verdict("show", platform, policy_name) for platform in sorted(governed)}
    return {platform: verdict for platform, verdict in verdicts.items() if not verdict}


def read_timeline(answer: Mapping[str, Any], timeline: Step | None) -> list[TimeBin]:
    """The bins of an answer from the first with a mention to the last, empty ones between them too."""
    if timeline is None:
        return []
    return [
        TimeBin(
            datetime.fromtimestamp(bucket["key"] / 1000, JAKARTA),
            bucket["doc_count"],
            {one["key"]: one["doc_count"] for one in bucket["platforms"]["buckets"]},
        )
        for bucket in _buckets(answer, _TIMELINE)
    ]


def _buckets(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """None where there is no index yet: then Elasticsearch answers without aggregations."""
    found: list[dict[str, Any]] = answer.get(name, {}).get("buckets", [])
    return found
