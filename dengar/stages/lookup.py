"""Look things up in the journal without loading it: by raw position (the file names tell the offsets), or by the item's id (a predicate).

Reading by id costs the journal's footers plus the row groups that may hold it; no text is in there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from upath import UPath

from dengar.stages.journal import SCHEMA

_NAME = re.compile(r"(\d+)-(\d+)\.")
_FILTERED = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """What one run made of one raw record. `reached_at`: when it came to the raw topic; `written_at`: when the run was through with it."""

    topic: str
    partition: int
    offset: int
    reached_at: datetime
    subject: str | None
    outcome: str
    stage: str | None
    reason: str | None
    record_id: str | None
    fan_out: int
    warnings: tuple[str, ...]
    run: str
    trace_id: str | None
    written_at: datetime

    @property
    def position(self) -> str:
        """`topic/partition/offset`."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def lines_at(folder: UPath, positions: Iterable[str]) -> dict[str, list[Line]]:
    """position (`topic/partition/offset`) → its lines, oldest run first; absent where no run was through with it."""
    import pyarrow.compute as pc

    asked: dict[tuple[str, str], list[int]] = {}
    for position in positions:
        topic, partition, offset = position.rsplit("/", 2)
        asked.setdefault((topic, partition), []).append(int(offset))
    found: list[Line] = []
    for (topic, partition), numbers in asked.items():
        offsets = sorted(set(numbers))
        for path in _files(folder / topic / partition):
            span = _NAME.match(path.name)
            inside = _within(offsets, int(span[1]), int(span[2])) if span else offsets
            for start in range(0, len(inside), _FILTERED):
                found += _read(path, pc.field("offset").isin(inside[start : start + _FILTERED]))
    return _grouped(found)


def lines_of(folder: UPath, ids: Sequence[str]) -> list[Line]:
    """Lines of raw records whose subject, or whose enriched record, has one of `ids`; oldest run first."""
    import pyarrow.compute as pc

    wanted = pc.field("subject").isin(list(ids)) | pc.field("record_id").isin(list(ids))
    found = [line for path in _files(folder, "*/*/*.parquet") for line in _read(path, wanted)]
    return sorted(found, key=lambda line: (line.written_at, line.topic, line.partition, line.offset))


def _files(folder: UPath, pattern: str = "*.parquet") -> list[UPath]:
    return sorted(folder.glob(pattern), key=lambda path: path.name) if folder.exists() else []


def _within(offsets: Sequence[int], start: int, end: int) -> Sequence[int]:
    return offsets[bisect_left(offsets, start) : bisect_left(offsets, end)]


def _read(path: UPath, wanted: Any) -> list[Line]:
    """Rows of a file that match; its statistics spare the reading where none can. Files of older versions lack newer columns."""
    import pyarrow.dataset as ds
    from pyarrow.fs import FSSpecHandler, PyFileSystem

    with path.open("rb") as file:
        head = file.read(4)
    if head != b"PAR1":
        return []
    fragment = ds.dataset([path.path], schema=SCHEMA, format="parquet", filesystem=PyFileSystem(FSSpecHandler(path.fs)))
    flats = fragment.to_table(filter=wanted).to_pylist()
    if not flats:
        return []
    written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return [_line(flat, written_at) for flat in flats]


def _line(flat: dict[str, Any], written_at: datetime) -> Line:
    reached_at = datetime.fromtimestamp(flat.pop("timestamp") / 1000, UTC)
    warnings = tuple(flat.pop("warnings") or ())
    return Line(**flat, reached_at=reached_at, warnings=warnings, written_at=written_at)


def _grouped(lines: Iterable[Line]) -> dict[str, list[Line]]:
    grouped: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda line: line.written_at):
        grouped.setdefault(line.position, []).append(line)
    return grouped
