"""The journal: which outcome each raw record had. One Parquet file per claimed range and run.

It is what makes *lost* a set difference: ids at the source minus ids in the journal. A replay writes files of its own; for a
record with several entries the first one is its outcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from upath import UPath

from dengar.log import OffsetRange
from dengar.records import Outcome
from dengar.stages.stagefile import Row
from dengar.whole_file import written_whole

SCHEMA = pa.schema(
    [
        ("topic", pa.string()),
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("timestamp", pa.int64()),
        ("subject", pa.string()),
        ("outcome", pa.string()),
        ("stage", pa.string()),
        ("reason", pa.string()),
        ("record_id", pa.string()),
        ("fan_out", pa.int32()),
        ("warnings", pa.list_(pa.string())),
        ("run", pa.string()),
        ("trace_id", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. `timestamp` is when the record reached the raw topic, ms since 1970 UTC."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    subject: str | None
    outcome: Outcome
    reason: str | None
    record_id: str | None


def write_journal(rows: Sequence[Row], ranges: Sequence[OffsetRange], folder: UPath, run: str) -> None:
    """Write the entries of a claim, a file per range: `<topic>/<partition>/<start>-<end>.<run>.parquet`."""
    for span in ranges:
        own = [row for row in rows if (row.raw.topic, row.raw.partition) == (span.topic, span.partition)]
        own = [row for row in own if span.start <= row.raw.offset < span.end]
        table = pa.Table.from_pylist([_entry(row, run) for row in own], schema=SCHEMA)
        path = folder / span.topic / str(span.partition) / f"{span.start:012d}-{span.end:012d}.{_safe(run)}.parquet"
        with written_whole(path) as file:
            pq.write_table(table, file, compression="zstd")


def read_journal(folder: UPath) -> Iterator[Entry]:
    """Every record's first entry, by topic, partition and offset."""
    seen: set[tuple[str, int, int]] = set()
    paths = sorted(folder.glob("*/*/*.parquet"), key=lambda path: path.stat().st_mtime) if folder.exists() else []
    for path in paths:
        with path.open("rb") as file:
            flats = pq.read_table(file).to_pylist()
        for flat in flats:
            position = (flat["topic"], flat["partition"], flat["offset"])
            if position in seen:
                continue
            seen.add(position)
            yield Entry(
                *position,
                flat["timestamp"],
                flat["subject"],
                Outcome(flat["outcome"]),
                flat["reason"],
                flat["record_id"],
            )


def _safe(run: str) -> str:
    """Run ids carry colons and plus signs, which not every storage takes."""
    return "".join(character if character.isalnum() else "-" for character in run)


def _entry(row: Row, run: str) -> dict[str, object]:
    return {
        "topic": row.raw.topic,
        "partition": row.raw.partition,
        "offset": row.raw.offset,
        "timestamp": row.raw.timestamp,
        "subject": row.subject,
        "outcome": row.outcome.value,
        "stage": row.stage,
        "reason": row.reason,
        "record_id": None if row.record is None else row.record["id"],
        "fan_out": len(row.fan_out),
        "warnings": row.warnings,
        "run": run,
        "trace_id": row.trace_id,
    }
