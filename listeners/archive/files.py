"""A file → raw items, or a named reason why a part of it is none. Never raises for what is in a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from listeners.archive.exports import export_of
from listeners.archive.rows import RowError, table
from listeners.archive.shapes import items_of
from listeners.bounds import UnreadableError, read_json, read_xml
from listeners.context import Context
from listeners.item import RawItem
from listeners.youtube import atom

MAX_FILE = 256 * 1024 * 1024
MAX_DOCUMENT = 64 * 1024 * 1024
MAX_LINE = 4 * 1024 * 1024
MAX_NESTING = 64
LINES = {".ndjson", ".jsonl"}
TABLES = {".csv", ".tsv", ".tab"}
BOM = b"\xef\xbb\xbf"
VIA = "archive.import"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of a file that holds no item. `reason` is a code, `detail` a sentence that quotes nothing, `where` `file` or `line N`."""

    reason: str
    detail: str
    where: str
    content: bytes = b""


def read_file(path: Path, post_id: str | None = None) -> Iterator[RawItem | Unreadable]:
    """The items of a file, in order. `post_id`: where items hang that do not say it. Raises OSError where it cannot be opened."""
    size = path.stat().st_size
    if size > MAX_FILE:
        yield Unreadable("too_large", f"the file is larger than {MAX_FILE} bytes: split it", "file")
        return
    if size == 0:
        yield Unreadable("empty", "the file is empty", "file")
        return
    with path.open("rb") as source:
        head = source.read(512).removeprefix(BOM).lstrip()
    context = Context(f"archive/{path.name}", VIA, post_id=post_id)
    if path.suffix.lower() in TABLES:
        yield from _table(path, context)
    elif head.startswith(b"<"):
        yield from _xml(path, context)
    elif _by_lines(path):
        yield from _lines(path, context)
    else:
        yield from _document(path, context)


def _by_lines(path: Path) -> bool:
    """Whether the file is NDJSON: by its name, or because its first line holds a whole object or list and is not the only one."""
    if path.suffix.lower() in LINES:
        return True
    with path.open("rb") as source:
        first = b""
        while not first and (line := source.readline(MAX_LINE)):
            first = line.removeprefix(BOM).strip()
        closed = first[:1] + first[-1:] in (b"{}", b"[]")
        return closed and len(first) > 2 and any(line.strip() for line in iter(lambda: source.readline(MAX_LINE), b""))


def _document(path: Path, context: Context) -> Iterator[RawItem | Unreadable]:
    content = path.read_bytes()
    try:
        value = read_json(content.removeprefix(BOM), most=MAX_DOCUMENT, depth=MAX_NESTING)
    except UnreadableError as error:
        yield Unreadable(error.reason, error.detail, "file", content)
    else:
        yield from _value(value, context, "file")


def _xml(path: Path, context: Context) -> Iterator[RawItem | Unreadable]:
    content = path.read_bytes()
    try:
        items = atom.split(read_xml(content, most=MAX_DOCUMENT), context)
    except UnreadableError as error:
        yield Unreadable(error.reason, error.detail, "file", content)
        return
    yield from items
    if not items:
        yield Unreadable("unknown_shape", "the XML holds no YouTube entry", "file", content)


def _table(path: Path, context: Context) -> Iterator[RawItem | Unreadable]:
    export = export_of(path)
    if export is None:
        yield Unreadable("unknown_table", "the columns are of no export that dengar knows: see docs/import.md", "file")
        return
    rows, number = 0, 1
    try:
        for number, row in table(path):
            rows += 1
            try:
                yield from export.read(row, context)
            except RowError as error:
                yield Unreadable(error.reason, error.detail, f"line {number}", orjson.dumps(dict(row)))
    except (csv.Error, UnicodeDecodeError):
        yield Unreadable("malformed_table", "the table ends here: it is not CSV in UTF-8", f"line {number}")
    if not rows:
        yield Unreadable("empty", "the table has no rows", "file")


def _lines(path: Path, context: Context) -> Iterator[RawItem | Unreadable]:
    with path.open("rb") as source:
        number = parts = 0
        while line := source.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                parts += 1
                yield Unreadable("too_large", f"the line is longer than {MAX_LINE} bytes", f"line {number}")
                while line and not line.endswith(b"\n"):
                    line = source.readline(MAX_LINE)
            elif line.strip():
                parts += 1
                try:
                    value = read_json(line.removeprefix(BOM).strip(), most=MAX_LINE, depth=MAX_NESTING)
                except UnreadableError as error:
                    yield Unreadable(error.reason, error.detail, f"line {number}", line)
                else:
                    yield from _value(value, context, f"line {number}")
        if not parts:
            yield Unreadable("empty", "the file holds blank lines only", "file")


def _value(value: Any, context: Context, where: str) -> Iterator[RawItem | Unreadable]:
    found = items_of(value, context)
    yield from found.items
    for reason, detail, part in found.rest:
        yield Unreadable(reason, detail, where, orjson.dumps(part))
