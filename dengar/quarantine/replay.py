"""Work on quarantined records again, from their raw offsets: by DAG replay_topic, or by the stages in this process.

The selection is taken once, before anything is worked on: what fails again gets a further attempt on the same entry, never a further
round. Nothing is committed and equal versions are repeats, so what passes is there once, however often it is replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dengar.log import Log, OffsetRange, Partition
from dengar.quarantine.entry import Entry
from dengar.stages.breaker import OVERRIDE
from dengar.topics import ENRICHED_TOPICS, RAW_TOPICS

DAG = "replay_topic"
BATCH = 500

Work = Callable[[Sequence[OffsetRange]], None]
"""Works on ranges of raw or enriched topics and returns when that is through; raises where it could not be."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`entries` can be worked on again. `gone`: retention took their record. `elsewhere`: not of a topic that a replay works on."""

    entries: list[Entry]
    gone: list[Entry]
    elsewhere: list[Entry]


def plan(log: Log, entries: Iterable[Entry]) -> Plan:
    """Which of `entries` a replay can work on. Raises LogError."""
    first = log.beginnings([*RAW_TOPICS, *ENRICHED_TOPICS])
    able: list[Entry] = []
    gone: list[Entry] = []
    elsewhere: list[Entry] = []
    for entry in entries:
        start = first.get(Partition(entry.topic, entry.partition))
        (elsewhere if start is None else gone if entry.offset < start else able).append(entry)
    return Plan(able, gone, elsewhere)


def ranges(entries: Iterable[Entry]) -> list[OffsetRange]:
    """Their offsets, neighbours joined, in order."""
    joined: list[OffsetRange] = []
    for topic, partition, offset in sorted({(entry.topic, entry.partition, entry.offset) for entry in entries}):
        last = joined[-1] if joined else None
        if last is not None and (last.topic, last.partition, last.end) == (topic, partition, offset):
            joined[-1] = OffsetRange(topic, partition, last.start, offset + 1)
        else:
            joined.append(OffsetRange(topic, partition, offset, offset + 1))
    return joined


def replay(entries: Sequence[Entry], work: Work) -> Iterator[int]:
    """Work on the entries, a batch at a time; yields how many records are through."""
    ordered = sorted(entries, key=lambda entry: (entry.topic, entry.partition, entry.offset))
    for start in range(0, len(ordered), BATCH):
        work(ranges(ordered[start : start + BATCH]))
        yield min(start + BATCH, len(ordered))


def conf(spans: Sequence[OffsetRange]) -> dict[str, Any]:
    """`conf` of a run of replay_topic. All of these failed before, so the breaker has nothing to say."""
    return {"offsets": [asdict(span) for span in spans], OVERRIDE: 1.0}
