"""How collection fares, from Kafka: every source's last success and gaps, how far the DAGs are behind, what waits in the quarantine.

Silence is not zero: a source that was asked and had nothing is quiet; one that was not asked, or failed, says nothing about what was said.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import orjson
from upath import UPath

from dengar.log import Log, OffsetRange
from dengar.quarantine.desk import Desk, IndexedVersions
from dengar.quarantine.entry import State
from dengar.topics import ENRICH_GROUP, ENRICHED_TOPICS, INDEX_GROUP, RAW_TOPICS

STATE_TOPIC = "listener-state"
FRESH_S = 20.0
LATE = timedelta(hours=1)
"""A source whose last success is older has not been listened to; listeners look every few minutes."""


@dataclass(frozen=True)
class Source:
    """`succeeded_at`: its last completed look (aware UTC), None = never. `collected`: since its state began. `gaps`: reason → count."""

    name: str
    succeeded_at: datetime | None
    failures: int
    error: str | None
    collected: int
    gaps: dict[str, int]

    def state(self, now: datetime) -> str:
        """`failing`, `never`, `late` or `heard`."""
        if self.failures:
            return "failing"
        if self.succeeded_at is None:
            return "never"
        return "late" if now - self.succeeded_at > LATE else "heard"


@dataclass(frozen=True)
class Fares:
    """All of it at one moment. `lag`: DAG → records that wait. `quarantined`: reason → open records."""

    sources: Sequence[Source] = ()
    lag: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)

    def silent(self, now: datetime) -> list[Source]:
        """Sources about which today's figures say nothing."""
        return [source for source in self.sources if source.state(now) != "heard"]


class Collection(Protocol):
    """Where the state of collection is read. Raises LogError where Kafka does not answer."""

    def state(self) -> Fares: ...


class KafkaCollection:
    """Reads Kafka at most every 20 seconds, one thread at a time. `open_log` is called when first needed."""

    def __init__(
        self,
        open_log: Callable[[], Log],
        journal: UPath | None,
        indexed: IndexedVersions | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open, self._journal, self._indexed, self._clock = open_log, journal, indexed, clock
        self._log: Log | None = None
        self._lock = threading.Lock()
        self._read, self._state = float("-inf"), Fares()

    def state(self) -> Fares:
        with self._lock:
            if self._clock() - self._read > FRESH_S:
                if self._log is None:
                    self._log = self._open()
                self._state = Fares(_sources(self._log), _lag(self._log), self._quarantined(self._log))
                self._read = self._clock()
            return self._state

    def close(self) -> None:
        """Release the connection."""
        with self._lock:
            if self._log is not None:
                self._log.close()
                self._log = None

    def _quarantined(self, log: Log) -> dict[str, int]:
        found: dict[str, int] = {}
        for entry in Desk(log, self._journal, self._indexed).entries():
            if entry.state is State.OPEN:
                found[entry.reason] = found.get(entry.reason, 0) + 1
        return dict(sorted(found.items(), key=lambda one: -one[1]))


def _sources(log: Log) -> list[Source]:
    held: dict[str, bytes] = {}
    beginnings = log.beginnings([STATE_TOPIC])
    for partition, end in log.ends([STATE_TOPIC]).items():
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            key = (record.key or b"").decode(errors="replace")
            if not key.startswith(("health/", "gap/")):
                continue
            if record.value is None:
                held.pop(key, None)
            else:
                held[key] = record.value
    gaps: dict[str, dict[str, int]] = {}
    health: dict[str, Any] = {}
    for key, raw in held.items():
        kind, _, rest = key.partition("/")
        if kind == "health":
            health[rest] = orjson.loads(raw)
        elif rest.count("/") >= 2:
            source, reason = rest.partition("/")[0], rest.rpartition("/")[2]
            of_source = gaps.setdefault(source, {})
            of_source[reason] = of_source.get(reason, 0) + int(orjson.loads(raw).get("count") or 1)
    return [_source(name, health.get(name) or {}, gaps.get(name, {})) for name in sorted({*health, *gaps})]


def _source(name: str, row: dict[str, Any], gaps: dict[str, int]) -> Source:
    at = row.get("succeeded_at")
    return Source(
        name,
        datetime.fromisoformat(at).astimezone(UTC) if at else None,
        int(row.get("failures") or 0),
        row.get("error"),
        int(row.get("collected") or 0),
        gaps,
    )


def _lag(log: Log) -> dict[str, int]:
    behind = {}
    for group, watched in ((ENRICH_GROUP, RAW_TOPICS), (INDEX_GROUP, ENRICHED_TOPICS)):
        committed, beginnings = log.committed(group, watched), log.beginnings(watched)
        behind[group.replace("-", "_")] = sum(
            max(0, end - max(committed.get(partition, 0), beginnings[partition]))
            for partition, end in log.ends(watched).items()
        )
    return behind
