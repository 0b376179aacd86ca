"""Figures in their index `attribution-v1` and on topic `attribution`; cells of engaged reach in `sketches-v1`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch

from dengar.attribution.cells import Cell
from dengar.attribution.figure import Figure
from dengar.attribution.spans import Days
from dengar.index.bulk import Pause
from dengar.index.connection import plain_errors
from dengar.index.copies import operation
from dengar.index.paged import every_hit
from dengar.index.templates import ensure_indices
from dengar.index.written import write_all
from dengar.log import Log
from dengar.records import timestamp
from dengar.schemas.event import append_event

TOPIC, INDEX, ALIAS = "attribution", "attribution-v1", "attribution"
SKETCHES = "sketches-v1"
PAGE, _BATCH = 1_000, 500
_WHERE: dict[str, Any] = {"ignore_unavailable": True, "allow_no_indices": True}
_OF_COMPUTING = ("version", "computed_at")


def write_cells(client: Elasticsearch, cells: Sequence[Cell]) -> None:
    """Write cells, each over what stood there. Raises IndexUnavailable, RuntimeError where the index refuses one."""
    write_all(client, [SKETCHES], [operation(SKETCHES, one.as_dict(), "external_gte") for one in cells], "cell")


def read_cells(client: Elasticsearch, ids: Sequence[str]) -> list[Cell]:
    """The cells of these ids that are there. Raises IndexUnavailable."""
    return [Cell.from_dict(body) for body in _held(client, SKETCHES, ids).values()]


def cells_within(client: Elasticsearch, days: Days) -> list[Cell]:
    """Cells of single days within a period. Raises IndexUnavailable."""
    span = {"gte": days.first.isoformat(), "lte": days.last.isoformat()}
    query = {"bool": {"filter": [{"range": {"first_day": span}}, {"range": {"last_day": span}}]}}
    _refresh(client, SKETCHES)
    hits = every_hit(client, SKETCHES, query, ["id"], size=PAGE)
    return [Cell.from_dict(hit["_source"]) for hit in hits if hit["_source"]["first_day"] == hit["_source"]["last_day"]]


def forget_cells(client: Elasticsearch, ids: Iterable[str]) -> int:
    """Delete cells; how many there were. Raises IndexUnavailable."""
    return _delete(client, SKETCHES, ids)


def expired_cells(client: Elasticsearch, now: datetime) -> list[str]:
    """Ids of cells whose clock has run out. Raises IndexUnavailable."""
    _refresh(client, SKETCHES)
    query = {"range": {"expires_at": {"lte": timestamp(now)}}}
    return [hit["_id"] for hit in every_hit(client, SKETCHES, query, ["id"], size=PAGE, source_includes=["id"])]


def every_cell(client: Elasticsearch) -> Iterator[Cell]:
    """All cells, by id. Raises IndexUnavailable."""
    _refresh(client, SKETCHES)
    for hit in every_hit(client, SKETCHES, {"match_all": {}}, ["id"], size=PAGE):
        yield Cell.from_dict(hit["_source"])


def publish(log: Log, client: Elasticsearch, figures: Sequence[Figure], *, pause: Pause = time.sleep) -> int:
    """Write the figures that say something new to the index, then to the topic; how many. One that only was computed again is none.

    Raises IndexUnavailable, LogError, RuntimeError where the index refuses one.
    """
    records = {one.key: one.as_dict() for one in figures}
    held = _held(client, INDEX, sorted(records))
    news = [record for key, record in records.items() if _said(record) != _said(held.get(key, {}))]
    if not news:
        return 0
    operations = [operation(INDEX, record, "external_gte") for record in news]
    write_all(client, [INDEX], operations, "figure", pause=pause)
    for record in news:
        append_event(
            log,
            TOPIC,
            "attribution",
            record,
            id=f"{record['id']}@{record['version']}",
            source="/dengar/attribution",
            time=datetime.fromisoformat(record["computed_at"]),
        )
    log.flush()
    return len(news)


def retire(
    log: Log, client: Elasticsearch, start: datetime, end: datetime, made: Iterable[str], metrics: Iterable[str]
) -> int:
    """Take back figures of these metrics within [start, end) that were not made again: what they told of is gone. How many."""
    kept = set(made)
    within = [
        {"range": {"period.start": {"gte": timestamp(start)}}},
        {"range": {"period.end": {"lte": timestamp(end)}}},
        {"terms": {"metric": sorted(metrics)}},
    ]
    _refresh(client, INDEX)
    hits = every_hit(client, ALIAS, {"bool": {"filter": within}}, ["id"], size=PAGE, source_includes=["id"])
    return take_back(log, client, [hit["_id"] for hit in hits if hit["_id"] not in kept])


def computed_before(client: Elasticsearch, platform: str, moment: datetime) -> list[str]:
    """Keys of a platform's figures that were computed before a moment and have said nothing new since. Raises IndexUnavailable."""
    old = [{"term": {"platform": platform}}, {"range": {"computed_at": {"lt": timestamp(moment)}}}]
    _refresh(client, INDEX)
    hits = every_hit(client, ALIAS, {"bool": {"filter": old}}, ["id"], size=PAGE, source_includes=["id"])
    return [hit["_id"] for hit in hits]


def take_back(log: Log, client: Elasticsearch, keys: Sequence[str]) -> int:
    """Tombstones on the topic, and out of the index; how many. Raises IndexUnavailable, LogError."""
    for key in keys:
        log.append(TOPIC, key, None, [])
    log.flush()
    return _delete(client, INDEX, keys)


def figure(client: Elasticsearch, key: str) -> Figure | None:
    """The figure of a key, None where there is none. Raises IndexUnavailable."""
    found = _held(client, INDEX, [key])
    return Figure.from_dict(found[key]) if key in found else None


def figures(
    client: Elasticsearch,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    having: Mapping[str, str | Sequence[str]] | None = None,
) -> Iterator[Figure]:
    """Figures whose period lies within [start, end) and whose fields have these values, newest period first. Raises IndexUnavailable.

    `having`: field (metric, platform, campaign, partner, refused …) → a value, or several of which one is met.
    """
    filters: list[dict[str, Any]] = [
        {"terms": {name: [value] if isinstance(value, str) else list(value)}} for name, value in (having or {}).items()
    ]
    if start is not None:
        filters.append({"range": {"period.start": {"gte": timestamp(start)}}})
    if end is not None:
        filters.append({"range": {"period.end": {"lte": timestamp(end)}}})
    _refresh(client, INDEX)
    order: list[str | dict[str, Any]] = [{"period.end": "desc"}, {"period.start": "asc"}, "metric", "id"]
    for hit in every_hit(client, ALIAS, {"bool": {"filter": filters}}, order, size=PAGE):
        yield Figure.from_dict(hit["_source"])


def _said(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in _OF_COMPUTING}


def _refresh(client: Elasticsearch, index: str) -> None:
    with plain_errors():
        client.indices.refresh(index=index, **_WHERE)


def _held(client: Elasticsearch, index: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Documents by id, read from the shard itself: one written a moment ago is there."""
    found: dict[str, dict[str, Any]] = {}
    with plain_errors():
        ensure_indices(client, [index])
        for start in range(0, len(ids), _BATCH):
            page = client.mget(index=index, ids=list(ids[start : start + _BATCH]))
            found.update((entry["_id"], entry["_source"]) for entry in page["docs"] if entry.get("found"))
    return found


def _delete(client: Elasticsearch, index: str, ids: Iterable[str]) -> int:
    from elasticsearch.helpers import bulk

    actions = ({"_op_type": "delete", "_index": index, "_id": identity} for identity in ids)
    with plain_errors():
        done, _ = bulk(client, actions, raise_on_error=False, refresh=True)
    return int(done)
