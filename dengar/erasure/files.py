"""Files: below DENGAR_STAGE, the logs of the embedded stack, and what somebody exported.

Parquet loses the rows that name the person (the journal only their ids: every raw record keeps its outcome), NDJSON and CSV the lines, any
other text has what names them overwritten at its place, so that a log that is being written to stays whole.
"""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from upath import UPath

from dengar.erasure.person import Person
from dengar.erasure.requests import Request
from dengar.erasure.stores import Found, How

_LINES = (".ndjson", ".jsonl", ".csv", ".tsv")
_LOCAL = ("", "file", "local")
Rewrite = Callable[[bytes, Person], bytes]


class Files:
    """All files below folders. `skip` are names directly below them that other stores look after."""

    how = How.REWRITE

    def __init__(self, name: str, folders: Iterable[UPath], skip: Iterable[str] = ()) -> None:
        self.name, self._folders, self._skip = name, list(folders), set(skip)
        self._hits: list[UPath] = []

    def find(self, person: Person) -> Found:
        """Files that name the person."""
        found = Found()
        self._hits = []
        for path in self._files():
            found.searched += 1
            if _names(path, person):
                self._hits.append(path)
        found.found = len(self._hits)
        return found

    def remove(self, person: Person, request: Request) -> int:
        """Rewrite them."""
        for path in self._hits:
            _forget(path, person)
        return len(self._hits)

    def _files(self) -> Iterator[UPath]:
        for folder in self._folders:
            if folder.is_file():
                yield folder
            for path in sorted(folder.rglob("*"), key=str) if folder.is_dir() else ():
                inner = path.path.removeprefix(folder.path).lstrip("/").split("/")[0]
                if inner not in self._skip and path.is_file():
                    yield path


class Journal(Files):
    """The journal: a line of the person's account keeps its outcome and loses the account's id."""

    def __init__(self, folder: UPath) -> None:
        super().__init__("files journal/", [folder])

    def remove(self, person: Person, request: Request) -> int:
        """Ids that name the person become `erased:<id of the erasure>`."""
        for path in self._hits:
            if _is_table(path):
                _replace(path, _table(path, person, lambda value: f"erased:{request.id}"[:256]))
            else:
                _forget(path, person)
        return len(self._hits)


class StageFiles(Files):
    """Files that tasks hand each other: raw-class. A run's are gone when it ends; what a failed run left is removed after `patience`."""

    how = How.CLOCK

    def __init__(self, folder: UPath, patience: timedelta) -> None:
        super().__init__("files runs/ (stage files)", [folder])
        self._patience = patience

    def find(self, person: Person) -> Found:
        """Stage files that name the person, and when the youngest of them may be removed."""
        found = super().find(person)
        if self._hits:
            youngest = max(path.stat().st_mtime for path in self._hits)
            found.gone_by = datetime.fromtimestamp(youngest, UTC) + self._patience
        return found

    def remove(self, person: Person, request: Request) -> int:
        """Remove those that no living run can still need."""
        old = [path for path in self._hits if time.time() - path.stat().st_mtime > self._patience.total_seconds()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def _names(path: UPath, person: Person) -> bool:
    try:
        if _is_table(path):
            return any(person.named_in(cell) for cell in _cells(path))
        return person.named_in(path.read_bytes())
    except FileNotFoundError:
        return False  # its run has ended meanwhile


def _forget(path: UPath, person: Person) -> None:
    if _is_table(path):
        _replace(path, _table(path, person, None))
        return
    data = path.read_bytes()
    if path.suffix in _LINES:
        lines = data.splitlines(keepends=True)
        _replace(path, b"".join(line for line in lines if not person.named_in(line)))
        return
    hidden = person.pattern.sub(lambda match: _covered(match[0]), data)
    if path.protocol in _LOCAL:
        with open(path.path, "r+b") as file:  # at its place: whoever appends to it goes on
            file.write(hidden)
    else:
        _replace(path, hidden)


def _is_table(path: UPath) -> bool:
    """Whether it is a whole Parquet file; half of one is searched as bytes."""
    if path.suffix != ".parquet":
        return False
    data = path.read_bytes()
    return data[:4] == data[-4:] == b"PAR1"


def _covered(text: bytes) -> bytes:
    """Of the same length, with the marks around it kept, so that JSON stays JSON."""
    return re.sub(rb"[^@/\"']", b"*", text)


def _replace(path: UPath, data: bytes) -> None:
    """Whole or not at all; its time stays, where the storage lets it: of two journal lines for a record the older file's counts."""
    modified = path.stat().st_mtime
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    if path.protocol in _LOCAL:
        os.utime(part.path, (modified, modified))
    part.rename(path)


def _cells(path: UPath) -> Iterator[bytes]:
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        for row in pq.read_table(file).to_pylist():
            yield repr(row).encode()


def _table(path: UPath, person: Person, instead: Callable[[str], str] | None) -> bytes:
    """The file without the rows that name the person; with `instead`, with their texts replaced."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        table = pq.read_table(file)
    rows: list[dict[str, Any]] = table.to_pylist()
    if instead is None:
        rows = [row for row in rows if not person.named_in(repr(row).encode())]
    else:
        for row in rows:
            for name, value in row.items():
                if isinstance(value, str) and person.named_in(value.encode()):
                    row[name] = instead(value)
    written = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), written, compression="zstd")
    return written.getvalue()
