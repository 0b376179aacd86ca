"""The panels of infra/kibana/panels: Vega-Lite specs that carry their own request, one source for Kibana and the explorer.

Kibana fills the placeholders of a request (`%timefilter%` …) itself; `fill` does the same for the explorer and for tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from dengar.paths import INFRA
from dengar.records import timestamp
from dengar.web.words import Words

FOLDER = INFRA / "kibana" / "panels"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
INTERVALS = ((4 * _DAY, "1h"), (14 * _DAY, "6h"), (150 * _DAY, "1d"))
LONGEST_INTERVAL = "7d"
EPOCH = "1970-01-01T00:00:00.000Z"
_METRICS = frozenset({"max", "min", "cardinality"})
"""Aggregations that have a value and no buckets."""


@dataclass(frozen=True)
class Panel:
    """One spec. `judged` are the derived fields that it counts by: policy is asked about each."""

    name: str
    spec: Mapping[str, Any]

    @property
    def judged(self) -> tuple[str, ...]:
        return tuple(self.spec["usermeta"]["dengar"]["judged"])

    @property
    def index(self) -> str:
        return str(self.spec["data"]["url"]["index"])

    @property
    def request(self) -> Mapping[str, Any]:
        """The body of its search, with placeholders."""
        body: Mapping[str, Any] = self.spec["data"]["url"]["body"]
        return body

    def told(self, what: str, language: str) -> str:
        """Its `title` or `caption`."""
        return str(self.spec["usermeta"]["dengar"][what][language])

    def worded(self, words: Words) -> dict[str, Any]:
        """The spec with the names that people give to the values it shows (its param `label`: value → name)."""
        names = {
            value: name
            for field in self.spec["usermeta"]["dengar"]["labels"]
            for value, name in words.labels(field).items()
        }
        return {**self.spec, "params": [{"name": "label", "value": names}]}

    def values(self, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What the spec draws, out of Elasticsearch's answer."""
        part: Any = answer
        for name in self.spec["data"]["format"]["property"].split("."):
            part = part.get(name, {})
        return list(part or ())


@cache
def panels(folder: Path = FOLDER) -> Mapping[str, Panel]:
    """name → panel, by name."""
    return {path.stem: Panel(path.stem, orjson.loads(path.read_bytes())) for path in sorted(folder.glob("*.json"))}


def fill(
    request: Mapping[str, Any], start: datetime | None, end: datetime, *, first: datetime | None = None
) -> dict[str, Any]:
    """The request for [start, end), aware. `start` None: from the beginning; then `first`, the earliest time, decides the interval."""
    whole = end - (start or first or end)
    interval = next((name for longest, name in INTERVALS if whole <= longest), LONGEST_INTERVAL)
    between = {"lt": timestamp(end)} | ({"gte": timestamp(start)} if start else {})
    filled = _filled(request, between, interval)
    assert isinstance(filled, dict)
    return filled


def _filled(part: Any, between: dict[str, str], interval: str) -> Any:
    if isinstance(part, list):
        return [_filled(one, between, interval) for one in part if not (isinstance(one, str) and one.startswith("%"))]
    if not isinstance(part, dict):
        return part
    if "%timefilter%" in part:
        bounds = {"min": between.get("gte", EPOCH), "max": between["lt"]}
        return bounds.get(part["%timefilter%"], between)
    if "%autointerval%" in part:
        return interval
    filled = {name: _filled(value, between, interval) for name, value in part.items()}
    if interval.endswith("d") and isinstance(part.get("fixed_interval"), dict):
        filled["format"] = "d/M"
    return filled


def rows(buckets: Any, aggregations: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]]:
    """The same figures as a table: (names of the aggregations, outermost first; rows of their keys and the count)."""
    names = list(_nested(aggregations))
    return names, [row for row in _walk(buckets, names[1:]) if row[-1]]


def _nested(aggregations: Mapping[str, Any]) -> Iterator[str]:
    for name, body in aggregations.items():
        if not _METRICS & body.keys():
            yield name
        yield from _nested(body.get("aggs", {}))


def _walk(buckets: Any, inner: list[str]) -> Iterator[list[Any]]:
    pairs = (
        buckets.items()
        if isinstance(buckets, dict)
        else ((one.get("key_as_string", one["key"]), one) for one in buckets)
    )
    for key, bucket in pairs:
        if inner and inner[0] in bucket:
            for row in _walk(bucket[inner[0]]["buckets"], inner[1:]):
                yield [key, *row]
        elif not inner:
            yield [key, bucket["doc_count"]]
