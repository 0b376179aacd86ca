"""Claim: which offsets a run works on.

A run takes [committed, end) of every partition, at most `limit` records each, and splits them into at most `chunks` claims
that are worked on side by side. A partition is never split over two claims of a run, because the partition is what keeps a
post's records in order.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dengar.log import Log, OffsetRange

log_ = logging.getLogger(__name__)

LIMIT = 5_000
CHUNK_RECORDS = 1_000
CHUNKS = 3


class ClaimError(ValueError):
    """`conf["offsets"]` is malformed; the message shows the form."""


def claim(
    log: Log,
    group: str,
    topics: Sequence[str],
    *,
    offsets: Sequence[Mapping[str, Any]] | None = None,
    limit: int = LIMIT,
    chunks: int = CHUNKS,
    chunk_records: int = CHUNK_RECORDS,
    behind: str | None = None,
) -> list[list[dict[str, Any]]]:
    """Claims of a run: each a list of `{topic, partition, start, end}` (JSON-able).

    `offsets` names ranges of the same form explicitly (a replay); else the group's backlog is taken, and, of topics that group `behind`
    reads too, no more than it committed.
    Where retention has removed records that the group never read, the range starts at what is left and a warning counts the gap.
    Raises ClaimError for malformed or unknown explicit ranges.
    """
    spans = _explicit(log, topics, offsets) if offsets else _backlog(log, group, topics, limit, behind)
    return [[asdict(span) for span in chunk] for chunk in _balance(spans, chunks, chunk_records)]


def _backlog(log: Log, group: str, topics: Sequence[str], limit: int, behind: str | None) -> list[OffsetRange]:
    beginnings, ends, committed = log.beginnings(topics), log.ends(topics), log.committed(group, topics)
    if behind is not None:
        ends |= log.committed(behind, topics)
    spans = []
    for partition, end in sorted(ends.items()):
        first = beginnings[partition]
        start = committed.get(partition, first)
        if start < first:
            log_.warning("%s/%s: %s records were removed by retention before they were read", *partition, first - start)
            start = first
        if start < end:
            spans.append(OffsetRange(partition.topic, partition.number, start, min(end, start + limit)))
    return spans


def _explicit(log: Log, topics: Sequence[str], offsets: Sequence[Mapping[str, Any]]) -> list[OffsetRange]:
    ends = log.ends(topics)
    spans = []
    for row in offsets:
        try:
            span = OffsetRange(str(row["topic"]), int(row["partition"]), int(row["start"]), int(row["end"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ClaimError('offsets must be a list of {"topic":…, "partition":…, "start":…, "end":…}') from error
        end = ends.get((span.topic, span.partition))  # type: ignore[call-overload]
        if end is None:
            raise ClaimError(f"{span.topic}/{span.partition} is not one of {', '.join(topics)}")
        if not 0 <= span.start < span.end <= end:
            raise ClaimError(
                f"{span.topic}/{span.partition} holds offsets up to {end}: {span.start}–{span.end} is not there"
            )
        spans.append(span)
    return spans


def _balance(spans: Sequence[OffsetRange], chunks: int, chunk_records: int) -> list[list[OffsetRange]]:
    """Largest range first onto the smallest claim; ranges of one partition stay together and in order."""
    partitions: dict[tuple[str, int], list[OffsetRange]] = {}
    for span in spans:
        partitions.setdefault((span.topic, span.partition), []).append(span)
    total = sum(len(span) for span in spans)
    count = max(1, min(chunks, len(partitions), -(-total // chunk_records)))
    claims: list[list[OffsetRange]] = [[] for _ in range(count)]
    for group in sorted(partitions.values(), key=lambda group: -sum(map(len, group))):
        smallest = min(claims, key=lambda claim: sum(map(len, claim)))
        smallest.extend(sorted(group, key=lambda span: span.start))
    return [claim for claim in claims if claim]
