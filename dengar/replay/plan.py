"""What is replayed: topics and moments, or offsets, → ranges that the log still holds; and the slices they are cut into."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from dengar.log import Log, OffsetRange, Partition
from dengar.records import milliseconds
from dengar.replay import PlanError
from dengar.topics import ENRICHED_TOPICS, RAW_TOPICS

TOPICS = (*RAW_TOPICS, *ENRICHED_TOPICS)
PLATFORMS = {"youtube": ("raw.youtube",), "instagram": ("raw.instagram", "raw.messages")}

_OFFSETS = re.compile(r"(?P<topic>[a-z.]+)/(?P<partition>\d{1,5}):(?P<start>\d{1,18})-(?P<end>\d{1,18})")


def topics_of(topics: Sequence[str], platforms: Sequence[str]) -> list[str]:
    """The topics asked for by name and by platform. Raises PlanError."""
    for name in platforms:
        if name not in PLATFORMS:
            raise PlanError(f"There is no platform {name}: choose {' or '.join(PLATFORMS)}.")
    for name in topics:
        if name not in TOPICS:
            raise PlanError(f"Topic {name} cannot be replayed: choose from {', '.join(TOPICS)}.")
    return list(dict.fromkeys([*topics, *(topic for name in platforms for topic in PLATFORMS[name])]))


def spans_between(log: Log, topics: Sequence[str], since: datetime | None, until: datetime | None) -> list[OffsetRange]:
    """Everything that reached `topics` in [since, until) and is still kept; None = no limit. By the broker's clock.

    Raises PlanError for a `since` that is not before `until`, LogError.
    """
    if since is not None and until is not None and since >= until:
        raise PlanError("--since must lie before --until.")
    starts = log.beginnings(topics) if since is None else log.at(topics, milliseconds(since))
    ends = log.ends(topics) if until is None else log.at(topics, milliseconds(until))
    return [
        OffsetRange(*partition, starts[partition], end)
        for partition, end in sorted(ends.items())
        if starts[partition] < end
    ]


def spans_named(log: Log, named: Sequence[str]) -> list[OffsetRange]:
    """Ranges written as `raw.youtube/0:120-180` (the end is exclusive). Raises PlanError where one is malformed or not there."""
    spans = []
    for text in named:
        found = _OFFSETS.fullmatch(text)
        if found is None:
            raise PlanError(
                f"{text} is no range of offsets: write topic/partition:start-end, as raw.youtube/0:120-180."
            )
        topics_of([found["topic"]], ())
        span = OffsetRange(found["topic"], int(found["partition"]), int(found["start"]), int(found["end"]))
        partition = Partition(span.topic, span.partition)
        first, end = log.beginnings([span.topic]).get(partition), log.ends([span.topic]).get(partition)
        if first is None or end is None:
            raise PlanError(f"Topic {span.topic} has no partition {span.partition}.")
        if not first <= span.start < span.end <= end:
            raise PlanError(f"{span.topic}/{span.partition} holds offsets {first} to {end}: {text} is not there.")
        spans.append(span)
    taken = sorted(spans, key=lambda span: (span.topic, span.partition, span.start))
    for one, other in pairwise(taken):
        if (one.topic, one.partition) == (other.topic, other.partition) and other.start < one.end:
            raise PlanError(
                f"Two ranges of {one.topic}/{one.partition} overlap: {one.start}-{one.end} and {other.start}-{other.end}."
            )
    return taken


def next_slice(spans: Sequence[OffsetRange], size: int, kept: Mapping[Partition, int]) -> Iterator[OffsetRange]:
    """About `size` offsets from the beginnings of `spans`, an equal part of each partition; what is older than `kept` is passed over.

    Ranges of one partition are taken in order, because a post's records are in order there.
    """
    waiting: dict[Partition, OffsetRange] = {}
    for span in spans:
        partition = Partition(span.topic, span.partition)
        start = max(span.start, kept.get(partition, 0))
        if start < span.end and partition not in waiting:
            waiting[partition] = OffsetRange(span.topic, span.partition, start, span.end)
    part = max(1, size // max(1, len(waiting)))
    for span in waiting.values():
        yield OffsetRange(span.topic, span.partition, span.start, min(span.end, span.start + part))


def without(
    spans: Sequence[OffsetRange], done: Sequence[OffsetRange], kept: Mapping[Partition, int]
) -> list[OffsetRange]:
    """What is left of `spans` once `done` is done and what is older than `kept` is gone."""
    reached = {Partition(span.topic, span.partition): span.end for span in done}
    left = []
    for span in spans:
        partition = Partition(span.topic, span.partition)
        start = max(span.start, kept.get(partition, 0))
        if start <= reached.get(partition, -1):
            start = max(start, min(span.end, reached[partition]))
        if start < span.end:
            left.append(OffsetRange(span.topic, span.partition, start, span.end))
    return left
