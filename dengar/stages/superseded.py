"""Superseded: what is older than what is known is not published again, so that a compacted topic never goes backwards.

The index is safe by its external versions, whatever is sent to it. A compacted topic is not: it keeps the record that lies *last*. A
run over the backlog publishes in order; a replay does not, for what it reads is old. So a replay asks the index and the tails of the
compacted topics for the versions that stand, right before it publishes, and leaves out what is older. What comes between that look and
its own records is found by a second look, after they are acknowledged, and published once more behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from dengar.events import Event, EventError, read_event
from dengar.log import Log, OffsetRange, Partition, Record
from dengar.stages.stagefile import Row
from dengar.topics import INDEX_GROUP, MENTION_TOPICS, topics

COMPACTED = (*MENTION_TOPICS, "accounts")
_ROUNDS = 20

VersionsOf = Callable[[Sequence[str]], Mapping[str, int]]
"""ids → the highest version that the index holds; absent where it holds nothing."""


class OvertakenError(RuntimeError):
    """Newer records kept coming while older ones were replayed; nothing is lost, the task can be tried again."""


def known_ids(rows: Iterable[Row]) -> list[str]:
    """Ids of all records of `rows` that go to a compacted topic."""
    return sorted({record["id"] for row in rows for kind, record in _outputs(row) if _compacted(kind)})


def standing_versions(log: Log, indexed: VersionsOf, ids: Sequence[str]) -> dict[str, int]:
    """id → highest version in the index or on its way there. The committed offset is read before the index. Raises LogError."""
    committed, beginnings = log.committed(INDEX_GROUP, COMPACTED), log.beginnings(COMPACTED)
    starts = {partition: max(committed.get(partition, 0), first) for partition, first in beginnings.items()}
    wanted, held = set(ids), dict[str, int]()
    for event, version, _ in tail(log, starts):
        if event.subject in wanted:
            held[event.subject] = max(version, held.get(event.subject, version))
    for identity, version in indexed(ids).items():
        held[identity] = max(version, held.get(identity, version))
    return held


def drop_superseded(rows: Sequence[Row], standing: Mapping[str, int]) -> int:
    """Take out what is older than `standing`; a row that keeps nothing is a duplicate, reason `superseded`. Returns how many records.

    An equal version is our own work repeated, and stays: a topic that lost it is repaired by it.
    """
    dropped = 0
    for row in rows:
        kept = [(kind, record) for kind, record in row.fan_out if not _older(kind, record, standing)]
        dropped += len(row.fan_out) - len(kept)
        row.fan_out = kept
        if row.record_type is not None and row.record is not None and _older(row.record_type, row.record, standing):
            dropped += 1
            row.duplicate("superseded", "a newer version of the same record is known")
    return dropped


def keep_newest_last(log: Log, starts: Mapping[Partition, int], ids: Iterable[str]) -> int:
    """Where a newer record of `ids` was published since `starts` and before ours, publish it again behind ours; how many.

    Raises LogError, OvertakenError.
    """
    wanted, count = set(ids), 0
    for _ in range(_ROUNDS):
        newest: dict[str, tuple[int, Record]] = {}
        last: dict[str, int] = {}
        for event, version, raw in tail(log, starts):
            identity = event.subject
            if identity in wanted:
                last[identity] = version
                if identity not in newest or version >= newest[identity][0]:
                    newest[identity] = (version, raw)
        behind = [raw for identity, (version, raw) in newest.items() if version > last[identity]]
        if not behind:
            return count
        for raw in behind:
            _again(log, raw)
        log.flush()
        count += len(behind)
    raise OvertakenError("Newer records kept coming while older ones were replayed: try the task again.")


def _again(log: Log, raw: Record) -> None:
    assert raw.key is not None  # dengar publishes nothing without a key
    value = raw.value or b"{}"
    log.append(
        raw.topic,
        raw.key.decode(),
        raw.value,
        raw.headers,
        partition_by=orjson.loads(value)[topics()[raw.topic].partition_by],
    )


def tail(log: Log, starts: Mapping[Partition, int]) -> Iterator[tuple[Event, int, Record]]:
    """(event, version, record) of what lies in the topics of `starts` from there on, and names an id. Raises LogError."""
    for partition, end in log.ends(sorted({partition.topic for partition in starts})).items():
        for raw in log.read(OffsetRange(partition.topic, partition.number, starts[partition], end)):
            try:
                event = read_event(raw.headers, raw.value)
                if event.subject:
                    yield event, int(event.id.rpartition("@")[2]), raw
            except (EventError, ValueError):
                continue  # index_mentions quarantines it


def _outputs(row: Row) -> Iterator[tuple[str, dict[str, Any]]]:
    if row.record_type is not None and row.record is not None:
        yield row.record_type, row.record
    yield from row.fan_out


def _compacted(kind: str) -> bool:
    return kind in ("mention", "deletion", "account")


def _older(kind: str, record: dict[str, Any], standing: Mapping[str, int]) -> bool:
    return _compacted(kind) and record["version"] < standing.get(record["id"], 0)
