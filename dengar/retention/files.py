"""What lies in DENGAR_STAGE has a clock too: a day for stage files that a failed run left, for the journal that of the raw records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from upath import UPath

from dengar.records import RAW_RETENTION
from dengar.retention.sweep import HORIZON

KEEP_RUNS = timedelta(days=1)


def sweep_files(root: UPath, now: datetime) -> dict[str, int]:
    """Remove what is too old at `now` (aware) by its time of writing; counts of folders of runs and of files of the journal.

    Runs of DAGs that no longer run are found here, which their own clean-up never sees.
    """
    runs = [folder for folder in _children(root / "runs", 2) if _older(folder, now - KEEP_RUNS)]
    for folder in runs:
        folder.rmdir(recursive=True)
    old = [file for file in _children(root / "journal", 3) if _older(file, now - RAW_RETENTION + HORIZON)]
    for file in old:
        file.unlink()
    return {"runs": len(runs), "journal": len(old)}


def _children(folder: UPath, depth: int) -> Iterator[UPath]:
    """What lies `depth` folders below."""
    if not folder.exists():
        return
    for child in list(folder.iterdir()):
        if depth == 1:
            yield child
        elif child.is_dir():
            yield from _children(child, depth - 1)


def _older(path: UPath, moment: datetime) -> bool:
    return path.stat().st_mtime < moment.timestamp()
