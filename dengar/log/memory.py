"""The log in memory: for unit tests and dry runs. Ordered and partitioned like Kafka's; gone with the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from dengar.log import LogError, OffsetRange, Partition, RangeGoneError, Record
from dengar.topics import topics as project_topics


class MemoryLog:
    """See dengar.log.Log. `partitions` maps topic → count (default: those of topics.yaml); `now` is the broker's clock (epoch seconds)."""

    def __init__(self, partitions: Mapping[str, int] | None = None, *, now: Callable[[], float] = time.time) -> None:
        self._now = now
        counts = (
            {name: topic.partitions for name, topic in project_topics().items()} if partitions is None else partitions
        )
        self._records: dict[Partition, list[Record]] = {
            Partition(topic, number): [] for topic, count in counts.items() for number in range(count)
        }
        self._counts = dict(counts)
        self._ends: dict[Partition, int] = dict.fromkeys(self._records, 0)
        self._beginnings: dict[Partition, int] = dict.fromkeys(self._records, 0)
        self._committed: dict[str, dict[Partition, int]] = {}
        self._queued: list[tuple[Partition, bytes, bytes | None, tuple[tuple[str, bytes], ...]]] = []
        self._lock = threading.Lock()  # as a producer, it is shared by threads

    def beginnings(self, topics: Sequence[str]) -> dict[Partition, int]:
        """See Log."""
        return {partition: self._beginnings[partition] for partition in self._partitions(topics)}

    def ends(self, topics: Sequence[str]) -> dict[Partition, int]:
        """See Log."""
        return {partition: self._ends[partition] for partition in self._partitions(topics)}

    def at(self, topics: Sequence[str], timestamp: int) -> dict[Partition, int]:
        """See Log."""
        return {
            partition: next(
                (record.offset for record in self._records[partition] if record.timestamp >= timestamp), end
            )
            for partition, end in self.ends(topics).items()
        }

    def committed(self, group: str, topics: Sequence[str]) -> dict[Partition, int]:
        """See Log."""
        wanted = set(self._partitions(topics))
        return {
            partition: offset for partition, offset in self._committed.get(group, {}).items() if partition in wanted
        }

    def read(self, span: OffsetRange) -> Iterator[Record]:
        """See Log."""
        partition = Partition(span.topic, span.partition)
        if len(span) and span.start < self._beginnings[partition]:
            raise RangeGoneError(
                f"{span.topic}/{span.partition}: {span.start} is gone, start at {self._beginnings[partition]}."
            )
        yield from [record for record in self._records[partition] if span.start <= record.offset < span.end]

    def append(
        self,
        topic: str,
        key: str,
        value: bytes | None,
        headers: Iterable[tuple[str, bytes]],
        *,
        partition_by: str | None = None,
    ) -> None:
        """See Log. Records are readable after `flush`."""
        from dengar.log.kafka import partition_number

        if topic not in self._counts:
            raise LogError(f"There is no topic {topic}: run `dengar topics apply`.")
        partition = Partition(topic, partition_number(partition_by or key, self._counts[topic]))
        with self._lock:
            self._queued.append((partition, key.encode(), value, tuple(headers)))

    def flush(self) -> None:
        """See Log."""
        with self._lock:
            queued, self._queued = self._queued, []
            for partition, key, value, headers in queued:
                offset = self._ends[partition]
                stamp = int(self._now() * 1000)
                self._records[partition].append(Record(*partition, offset, stamp, key, value, headers))
                self._ends[partition] = offset + 1

    def commit(self, group: str, offsets: Mapping[Partition, int]) -> None:
        """See Log."""
        held = self._committed.setdefault(group, {})
        for partition, offset in offsets.items():
            held[partition] = max(offset, held.get(partition, -1))

    def close(self) -> None:
        """See Log."""

    def expire(self, partition: Partition, first: int) -> None:
        """What retention does: forget the records before `first`."""
        self._beginnings[partition] = first
        self._records[partition] = [record for record in self._records[partition] if record.offset >= first]

    def compact(self, topic: str, before: int | None = None) -> None:
        """What compaction does: of each key keep the last record, at its offset. It sees records older than `before` (ms; None: all)."""
        for partition in self._partitions([topic]):
            records = self._records[partition]
            seen = [record for record in records if before is None or record.timestamp < before]
            last = {record.key: record.offset for record in seen}
            overwritten = {record.offset for record in seen if last[record.key] > record.offset}
            self._records[partition] = [record for record in records if record.offset not in overwritten]

    def _partitions(self, topics: Sequence[str]) -> list[Partition]:
        unknown = [topic for topic in topics if topic not in self._counts]
        if unknown:
            raise LogError(f"There is no topic {', '.join(unknown)}: run `dengar topics apply`.")
        return [Partition(topic, number) for topic in topics for number in range(self._counts[topic])]
