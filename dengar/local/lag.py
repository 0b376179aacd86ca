"""How far Kafka's consumer groups are behind."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class GroupLag:
    """Records of a topic that a group has still to read; `committed` is None where the group never committed (all is lag)."""

    group: str
    topic: str
    partitions: int
    committed: int | None
    lag: int


def consumer_lag(bootstrap: str) -> list[GroupLag]:
    """Lag of each group on each topic it has committed to, sorted by group and topic. Raises kafka.errors.KafkaError."""
    from kafka import KafkaAdminClient

    admin = KafkaAdminClient(bootstrap_servers=bootstrap, client_id="dengar-local", request_timeout_ms=10_000)
    try:
        return _lag(admin)
    finally:
        admin.close()


def _lag(admin: Any) -> list[GroupLag]:
    from kafka.admin import OffsetSpec

    groups = [group["group_id"] for group in admin.list_groups()]
    offsets = admin.list_group_offsets(groups) if groups else {}
    committed = {
        (group, partition): at.offset for group, of_group in offsets.items() for partition, at in of_group.items()
    }
    partitions = list({partition for _, partition in committed})
    if not partitions:
        return []
    ends = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
    starts = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.EARLIEST))
    by_topic: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for (group, partition), offset in committed.items():
        row = (offset, starts[partition].offset, ends[partition].offset)
        by_topic.setdefault((group, partition.topic), []).append(row)
    return sorted(
        (summed(group, topic, rows) for (group, topic), rows in by_topic.items()),
        key=lambda lag: (lag.group, lag.topic),
    )


def summed(group: str, topic: str, partitions: list[tuple[int, int, int]]) -> GroupLag:
    """Add up (committed or -1, first offset, end offset) of each partition; a group reads an uncommitted one from its start."""
    known = [committed for committed, _, _ in partitions if committed >= 0]
    lag = sum(max(0, end - max(committed, start)) for committed, start, end in partitions)
    return GroupLag(group, topic, len(partitions), sum(known) if known else None, lag)
