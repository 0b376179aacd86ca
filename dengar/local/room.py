"""Whether the machine has room for the parts about to start."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import psutil

from dengar.local.errors import StackError
from dengar.local.part import Part

DISK_MB = 1500


def check(parts: Sequence[Part], folder: Path) -> None:
    """Raises StackError if memory or disk would not do for these parts. `folder` need not exist yet."""
    need = sum(part.needs_mb for part in parts)
    free = psutil.virtual_memory().available // 2**20
    if free < need:
        names = ", ".join(part.title for part in parts)
        raise StackError(
            f"{names} need {need} MB of memory and {free} MB are free: close other programs, or use `dengar up --small`."
        )
    existing = folder
    while not existing.exists():
        existing = existing.parent
    disk = shutil.disk_usage(existing).free // 2**20
    if parts and disk < DISK_MB:
        raise StackError(
            f"The disk of {folder} has {disk} MB free and the stack needs {DISK_MB}: free some space, "
            "or choose another folder with --state or DENGAR_STATE."
        )
