"""The download cache, shared by all instances of a user."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from dengar.settings import Settings


def cache_dir() -> Path:
    """`$DENGAR_CACHE`, or `dengar` in `$XDG_CACHE_HOME` (default `~/.cache`)."""
    if own := Settings.from_environment().cache:
        return Path(own).absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute() / "dengar"


def cached(path: Path, build: Callable[[Path], None]) -> Path:
    """The folder `path`, made by `build(draft)` if it is not there yet.

    It appears whole or not at all (rename), and of several processes that want it at once one builds while the others
    wait.
    """
    if path.is_dir():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.is_dir():
            return path
        draft = Path(tempfile.mkdtemp(prefix=path.name + ".", suffix=".new", dir=path.parent))
        try:
            build(draft)
            draft.chmod(0o755)
            draft.rename(path)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    return path
