"""Publish the items of files. An unreadable part is published too, under a kind of its own: it ends in the quarantine with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from listeners.archive.files import Unreadable, read_file
from listeners.batches import batches
from listeners.item import RawItem
from listeners.publish import Publisher

BATCH = 1_000
KEPT_BYTES = 256 * 1024


def publish_files(files: Iterable[Path], publisher: Publisher, post_id: str | None = None) -> tuple[int, int]:
    """(items published, unreadable parts among them). Raises OSError, LogError."""
    unreadable = collected = 0

    def items() -> Iterator[RawItem]:
        nonlocal unreadable
        for file in files:
            for item in read_file(file, post_id):
                if isinstance(item, Unreadable):
                    unreadable += 1
                    yield carry(item, file)
                else:
                    yield item

    for batch in batches(items(), BATCH):
        collected += publisher.publish(batch).collected
    return collected, unreadable


def carry(part: Unreadable, file: Path) -> RawItem:
    """The raw record of an unreadable part: what it was, why it is none, and its first 256 KiB as text."""
    platform = "instagram" if "instagram" in str(file).lower() else "youtube"
    prefix = "ig" if platform == "instagram" else "yt"
    digest = hashlib.blake2b(part.content + f"{file.name}{part.where}".encode(), digest_size=8).hexdigest()
    payload = {
        "file": file.name,
        "where": part.where,
        "reason": part.reason,
        "detail": part.detail,
        "content": part.content[:KEPT_BYTES].decode(errors="replace"),
    }
    return RawItem(
        platform="instagram" if platform == "instagram" else "youtube",
        kind="unreadable",
        subject=f"{prefix}:file:{digest}",
        payload=payload,
        request=f"archive/{file.name}",
        via="archive.import",
    )
