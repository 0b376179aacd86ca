"""A topic as it stands: the newest record of each id, and the offsets to go on from. How a subscriber starts without reading history.

Two passes a partition: the first keeps only ids, versions and offsets in memory, the second writes the records that won. A record that
compaction takes away between the two has a successor at or after the offsets, so the subscriber gets that one instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from dengar.log import Log, OffsetRange, Record
from dengar.records import timestamp
from dengar.topics import Topic, TopicsError

Told = Callable[[int], None]
_STEP = 5_000


def span_of(log: Log, topic: Topic) -> list[OffsetRange]:
    """What a snapshot reads now, a range a partition. Raises LogError, and TopicsError for a topic that is not for subscribers."""
    if topic.record_class in ("raw", "confidential", "state"):
        raise TopicsError(
            f"Topic {topic.name} is of class {topic.record_class}, not for subscribers: take one of class enriched, result or decision."
        )
    beginnings, ends = log.beginnings([topic.name]), log.ends([topic.name])
    return [OffsetRange(*partition, beginnings[partition], end) for partition, end in sorted(ends.items())]


def snapshot(log: Log, spans: list[OffsetRange], told: Told = lambda read: None) -> Iterator[dict[str, Any]]:
    """A head (`snapshot`: topic, time, offsets to continue from), a line a record, an end that counts (without it the file is cut off).

    Deletions are records too and stay in: their versions keep a late repeat from bringing the mention back. A record whose value is no
    JSON object is left out and counted. `told` is given numbers of records read; each is read twice. Raises LogError.
    """
    topic = spans[0].topic
    offsets = {str(span.partition): span.end for span in spans}
    yield {"snapshot": {"topic": topic, "taken_at": timestamp(datetime.now(UTC)), "continue_from": offsets}}
    count = unreadable = 0
    for span in spans:
        winners, refused = _winners(_counted(log.read(span), told))
        unreadable += refused
        for record in _counted(log.read(span), told):
            if record.offset in winners:
                count += 1
                yield _line(record)
    yield {"end": {"records": count, "unreadable": unreadable}}


def _winners(records: Iterator[Record]) -> tuple[set[int], int]:
    """(offsets of the newest record of each id, how many records could not be read)."""
    newest: dict[bytes, tuple[int, int]] = {}
    unreadable = 0
    for record in records:
        key = record.key or b""
        if record.value is None:
            newest.pop(key, None)  # a hard tombstone: compaction will leave nothing of the key
            continue
        body = _body(record)
        if body is None:
            unreadable += 1
            continue
        identity = str(body["id"]).encode() if "id" in body else key
        version = int(body.get("version", 0))
        if identity not in newest or version >= newest[identity][0]:
            newest[identity] = (version, record.offset)
    return {offset for _, offset in newest.values()}, unreadable


def _body(record: Record) -> dict[str, Any] | None:
    try:
        body = orjson.loads(record.value or b"")
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def _line(record: Record) -> dict[str, Any]:
    return {
        "partition": record.partition,
        "offset": record.offset,
        "key": None if record.key is None else record.key.decode(errors="replace"),
        "headers": {name: text.decode(errors="replace") for name, text in record.headers},
        "value": _body(record),
    }


def _counted(records: Iterator[Record], told: Told) -> Iterator[Record]:
    waiting = 0
    for record in records:
        waiting += 1
        if waiting == _STEP:
            told(waiting)
            waiting = 0
        yield record
    told(waiting)
