"""The log: ordered partitions of records, read by offset range. Kafka in service, in memory in tests; one contract suite for both.

The pipeline reads *ranges* (`assign` and `seek`), never joins a consumer group: a run claims [committed, end) and can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class LogError(RuntimeError):
    """The log cannot do what was asked; the message says what to do."""


class RangeGoneError(LogError):
    """The start of a range is older than the log keeps (retention)."""


class Partition(NamedTuple):
    """A partition of a topic."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class OffsetRange:
    """Offsets [start, end) of one partition."""

    topic: str
    partition: int
    start: int
    end: int

    def __len__(self) -> int:
        return max(0, self.end - self.start)


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read. `timestamp` is the broker's, in ms since 1970 UTC."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    @property
    def position(self) -> str:
        """`topic/partition/offset`, the raw coordinate used in provenance and quarantine ids."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def is_tombstone(record: Record) -> bool:
    """Whether it is a hard tombstone: neither value nor headers. Compaction takes its key away; there is nothing to process."""
    return record.value is None and not record.headers


class Log(Protocol):
    """What the pipeline asks of a log."""

    def beginnings(self, topics: Sequence[str]) -> dict[Partition, int]:
        """First offset still kept, per partition."""

    def ends(self, topics: Sequence[str]) -> dict[Partition, int]:
        """Offset after the last record, per partition."""

    def at(self, topics: Sequence[str], timestamp: int) -> dict[Partition, int]:
        """First offset whose record is not older than `timestamp` (ms since 1970 UTC), per partition; the end where there is none."""

    def committed(self, group: str, topics: Sequence[str]) -> dict[Partition, int]:
        """Committed offset per partition; partitions the group never committed are absent."""

    def read(self, span: OffsetRange) -> Iterator[Record]:
        """Records of a range in offset order. Offsets removed by compaction are skipped. Raises RangeGoneError.

        One range at a time: a log has one reader, and reading another range before this one is through would move it away.
        """

    def append(
        self,
        topic: str,
        key: str,
        value: bytes | None,
        headers: Iterable[tuple[str, bytes]],
        *,
        partition_by: str | None = None,
    ) -> None:
        """Queue a record; murmur2 of `partition_by` (default: the key) picks the partition, as in Kafka's own clients. Raises LogError."""

    def flush(self) -> None:
        """Wait until everything appended is acknowledged. Raises LogError if any record was not."""

    def commit(self, group: str, offsets: Mapping[Partition, int]) -> None:
        """Move a group's offsets forward; an offset behind the committed one is ignored."""

    def close(self) -> None:
        """Release connections."""
