"""The topics, read from schemas/topics.yaml: the only list of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dengar.paths import SCHEMAS

SEGMENT_MS, MARGIN_MS = 6 * 3_600_000, 3_600_000
CLEANUP = {"delete", "compact", "compact,delete"}
CLASSES = {"raw", "confidential", "enriched", "result", "decision", "control", "state"}


class TopicsError(ValueError):
    """topics.yaml is malformed; the message names the topic and the field."""


@dataclass(frozen=True)
class Topic:
    """One topic. `retention_days` None = for ever; `partition_by` is the field that decides the partition."""

    name: str
    subject: tuple[str, ...]
    key: str
    partition_by: str
    partitions: int
    retention_days: int | None
    cleanup: str
    record_class: str
    owner: str
    description: str

    def config(self) -> dict[str, str]:
        """Topic configuration for the broker.

        A broker removes whole segments, by their newest record: so one holds six hours at most, retention is that and an hour shorter, and
        no record outlives its topic's days. What is overwritten in a compacted topic is gone twice six hours later.
        """
        settings = {"cleanup.policy": self.cleanup, "compression.type": "producer", "segment.ms": str(SEGMENT_MS)}
        kept = -1 if self.retention_days is None else self.retention_days * 86_400_000 - SEGMENT_MS - MARGIN_MS
        settings["retention.ms"] = str(kept)
        return settings | ({"max.compaction.lag.ms": str(SEGMENT_MS)} if "compact" in self.cleanup else {})


def _topic(name: str, row: dict[str, Any]) -> Topic:
    try:
        topic = Topic(
            name=name,
            subject=tuple(row["subject"]),
            key=row["key"],
            partition_by=row.get("partition_by", row["key"]),
            partitions=int(row["partitions"]),
            retention_days=row["retention"],
            cleanup=row["cleanup"],
            record_class=row["class"],
            owner=row["owner"],
            description=row["description"],
        )
    except KeyError as missing:
        raise TopicsError(f"Topic {name} in topics.yaml lacks {missing}: add it.") from missing
    if topic.cleanup not in CLEANUP or topic.record_class not in CLASSES or topic.partitions < 1:
        raise TopicsError(f"Topic {name} in topics.yaml: check cleanup, class and partitions.")
    return topic


def load_topics(path: Path = SCHEMAS / "topics.yaml") -> dict[str, Topic]:
    """Read and check a topics file. Raises TopicsError."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["topics"]
    return {name: _topic(name, row) for name, row in rows.items()}


@cache
def topics() -> dict[str, Topic]:
    """The project's topics by name."""
    return load_topics()


RAW_TOPICS = ("raw.youtube", "raw.instagram", "raw.messages")
MENTION_TOPICS = ("mentions", "messages")
ENRICHED_TOPICS = (*MENTION_TOPICS, "metrics", "accounts")


def mention_topic(identity: str) -> str:
    """Topic of a mention and of its deletion: a direct message (`ig:message:…`) is not for the subscribers of `mentions`."""
    return "messages" if identity.split(":", 2)[1:2] == ["message"] else "mentions"


# The consumer groups of the two DAGs: the first reads RAW_TOPICS, the second ENRICHED_TOPICS.
ENRICH_GROUP = "enrich-mentions"
INDEX_GROUP = "index-mentions"
