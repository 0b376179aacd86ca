"""Trends in their index `trends-v1` and on topic `trends`, and the mentions of a period as the watch hears them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch

from dengar.index.bulk import Pause
from dengar.index.connection import plain_errors
from dengar.index.copies import operation
from dengar.index.paged import every_hit
from dengar.index.written import write_all
from dengar.log import Log
from dengar.records import timestamp
from dengar.schemas.event import append_event

TOPIC, INDEX, ALIAS = "trends", "trends-v1", "trends"
PAGE = 2_000
_FIELDS = (
    "id", "platform", "kind", "post_id", "title", "text", "text_normalised", "hashtags", "domains", "partners", "entities", "signature",
    "sentiment.label", "intent.label", "toxicity.label", "spam.label", "scam", "author", "published_at", "collected.backfill",
)  # fmt: skip


def mentions(client: Elasticsearch, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    """Living mentions published in [start, end), by time and id; direct messages are not among them. Raises IndexUnavailable."""
    span = {"range": {"published_at": {"gte": timestamp(start), "lt": timestamp(end)}}}
    query = {"bool": {"filter": [span, {"term": {"deleted": False}}]}}
    with plain_errors():
        client.indices.refresh(index="mentions", ignore_unavailable=True, allow_no_indices=True)
    hits = every_hit(client, "mentions", query, ["published_at", "id"], size=PAGE, source_includes=list(_FIELDS))
    yield from (hit["_source"] for hit in hits)


def known(client: Elasticsearch, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Trends told so far that were detected in [start, end]. Raises IndexUnavailable."""
    span = {"range": {"detected_at": {"gte": timestamp(start), "lte": timestamp(end)}}}
    with plain_errors():
        client.indices.refresh(index=ALIAS, ignore_unavailable=True, allow_no_indices=True)
        page = client.search(
            index=ALIAS,
            ignore_unavailable=True,
            allow_no_indices=True,
            query=span,
            size=10_000,
            sort=["detected_at", "id"],
        )
    return [hit["_source"] for hit in page["hits"]["hits"]]


def trend(client: Elasticsearch, identity: str) -> dict[str, Any] | None:
    """The trend of an id, None where there is none. Raises IndexUnavailable."""
    with plain_errors():
        page = client.search(
            index=ALIAS, ignore_unavailable=True, allow_no_indices=True, query={"ids": {"values": [identity]}}, size=1
        )
    hits = page["hits"]["hits"]
    return hits[0]["_source"] if hits else None


def latest(client: Elasticsearch, since: datetime, kinds: Sequence[str], size: int = 50) -> list[dict[str, Any]]:
    """Trends of these kinds that were restless since a moment, severest first. Raises IndexUnavailable."""
    restless = {
        "bool": {
            "should": [{"range": {"peak_at": {"gte": timestamp(since)}}}, {"range": {"end": {"gte": timestamp(since)}}}]
        }
    }
    with plain_errors():
        page = client.search(
            index=ALIAS,
            ignore_unavailable=True,
            allow_no_indices=True,
            query={"bool": {"filter": [{"terms": {"kind": list(kinds)}}, restless]}},
            sort=[{"severity": "desc"}, {"detected_at": "desc"}],
            size=size,
        )
    return [hit["_source"] for hit in page["hits"]["hits"]]


def publish(log: Log, client: Elasticsearch, records: Sequence[dict[str, Any]], *, pause: Pause = time.sleep) -> None:
    """Write records to the index, then to the topic. Raises IndexUnavailable, LogError, RuntimeError where the index refuses one."""
    if not records:
        return
    write_all(client, [INDEX], [operation(INDEX, record) for record in records], "trend", pause=pause)
    for record in records:
        append_event(
            log,
            TOPIC,
            "trend",
            record,
            id=f"{record['id']}@{record['version']}",
            source="/dengar/trends",
            time=datetime.fromisoformat(record["detected_at"]),
        )
    log.flush()
