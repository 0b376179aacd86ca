"""Tables of other tools, row by row: which tool wrote a header, and what a row is in the platform's own shape.

Documented column by column in docs/import.md, which is made from EXPORTS; a test holds the two against each other.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from listeners.context import Context
from listeners.item import RawItem

MAX_CELL = 1024 * 1024
Row = Mapping[str, str]


class RowError(ValueError):
    """A row is no item; `reason` is a code, the message one sentence that quotes nothing of it."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Export:
    """One kind of table. It is told by `signature`, columns that all must be there; `columns` says what each column becomes."""

    name: str
    title: str
    signature: frozenset[str]
    columns: Mapping[str, str]
    read: Callable[[Row, Context], list[RawItem]]


def table(path: Path) -> Iterator[tuple[int, Row]]:
    """(line number, row) of a CSV or TSV file with a header; column names lower case and trimmed. Raises csv.Error, UnicodeDecodeError."""
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding="utf-8-sig", newline="") as source:
        head = source.readline()
        delimiter = max(",\t;", key=head.count)
        source.seek(0)
        reader = csv.DictReader(source, delimiter=delimiter, restkey="", restval="")
        reader.fieldnames = [str(name).strip().lower() for name in reader.fieldnames or ()]
        for row in reader:
            yield reader.line_num, {name: str(cell or "").strip() for name, cell in row.items() if name}


def header(path: Path) -> set[str]:
    """Column names of a table, lower case; empty where the first line is none."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as source:
        head = source.readline(64 * 1024)
    delimiter = max(",\t;", key=head.count)
    if delimiter not in head:
        return set()
    return {name.strip().lower() for name in next(csv.reader([head], delimiter=delimiter), [])}


def required(row: Row, *names: str) -> str:
    """The first of these cells that is filled. Raises RowError no_<name>."""
    for name in names:
        if row.get(name):
            return row[name]
    raise RowError(f"no_{names[0].replace(' ', '_')}", f"the row has no {names[0]}")


def count(row: Row, *names: str) -> int | None:
    """A whole number, None where the cell is empty or no number: absent is not zero."""
    for name in names:
        cell = row.get(name, "").replace(",", "")
        if cell.isdecimal():
            return int(cell)
    return None


def moment(text: str) -> str:
    """RFC 3339 UTC of `2026-11-02 08:00:00` (taken for UTC), of ISO 8601, or of seconds since 1970. Raises RowError no_time."""
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text), UTC).isoformat().replace("+00:00", "Z")
        told = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        raise RowError("no_time", "the row's time cannot be read") from None
    return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC).isoformat().replace("+00:00", "Z")


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is absent."""
    return {name: value for name, value in values.items() if value not in (None, "")}
