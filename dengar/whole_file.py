"""Write a file whole or not at all, where the storage can rename: a reader never sees half of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from upath import UPath


@contextmanager
def written_whole(path: UPath) -> Iterator[IO[bytes]]:
    """A file to write, which takes the place of `path` at the end; where writing fails, what was there stays. Folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        yield file
    part.rename(path)
