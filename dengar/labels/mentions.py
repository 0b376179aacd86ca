"""Mentions as they are now: the index plus the tails of MENTION_TOPICS that have yet to be indexed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from elasticsearch import Elasticsearch

from dengar.events import EventError, read_event
from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS, MESSAGES, TOMBSTONES
from dengar.log import Log, OffsetRange, Partition
from dengar.topics import INDEX_GROUP, MENTION_TOPICS

_BATCH = 1_000

MentionsOf = Callable[[Sequence[str]], Mapping[str, dict[str, Any]]]
"""ids → records of the index: mentions, or deletions (`deleted` true); absent where it holds nothing."""


class Published(NamedTuple):
    """What a stretch of MENTION_TOPICS says of an id: its newest version, and the one that lies last in the topic."""

    newest: dict[str, Any]
    last: dict[str, Any]


def current(log: Log, indexed: MentionsOf, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """id → newest record of `ids`, a mention or a deletion. Raises LogError, and what `indexed` raises.

    The committed offset is read before the index: what is committed is searchable, what is not is in the tail.
    """
    committed, beginnings = log.committed(INDEX_GROUP, MENTION_TOPICS), log.beginnings(MENTION_TOPICS)
    starts = {partition: max(committed.get(partition, 0), first) for partition, first in beginnings.items()}
    tail = published(log, starts, ids)
    held = dict(indexed(ids))
    for identity, (newest, _) in tail.items():
        if identity not in held or newest["version"] > held[identity]["version"]:
            held[identity] = newest
    return held


def published(log: Log, starts: Mapping[Partition, int], ids: Sequence[str]) -> dict[str, Published]:
    """What the topics of `starts`, of MENTION_TOPICS, say of `ids` from there on."""
    wanted = set(ids)
    found: dict[str, Published] = {}
    for record in _read(log, starts, wanted):
        before = found.get(record["id"])
        newest = record if before is None or record["version"] >= before.newest["version"] else before.newest
        found[record["id"]] = Published(newest, record)
    return found


def _read(log: Log, starts: Mapping[Partition, int], wanted: set[str]) -> Iterator[dict[str, Any]]:
    for partition, end in log.ends(sorted({partition.topic for partition in starts})).items():
        for raw in log.read(OffsetRange(partition.topic, partition.number, starts[partition], end)):
            try:
                event = read_event(raw.headers, raw.value)
                if event.subject in wanted:
                    yield orjson.loads(event.data)
            except (EventError, orjson.JSONDecodeError):
                continue  # index_mentions quarantines it


def indexed_mentions(client: Elasticsearch, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """id → newest document that the index holds, mention or deletion, as of the last refresh. Raises IndexUnavailable."""
    held: dict[str, dict[str, Any]] = {}
    with plain_errors():
        for start in range(0, len(ids), _BATCH):
            asked = list(ids[start : start + _BATCH])
            page = client.search(
                index=[MENTIONS, MESSAGES, TOMBSTONES],
                ignore_unavailable=True,
                query={"ids": {"values": asked}},
                size=min(10_000, len(asked) * 10),
                track_total_hits=False,
                request_cache=False,
                allow_partial_search_results=False,
            )
            for hit in page["hits"]["hits"]:
                body = hit["_source"]
                best = held.get(hit["_id"])
                # A copy buried because its post moved has its successor's version: the live one is the truth.
                if best is None or _order(body) > _order(best):
                    held[hit["_id"]] = body
    return held


def _order(body: dict[str, Any]) -> tuple[int, bool]:
    return body["version"], not body["deleted"]
