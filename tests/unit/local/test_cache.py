"""The shared cache: a folder in it is whole or absent, and built once."""

import threading
import time
from pathlib import Path

import pytest

from dengar.local.cache import cache_dir, cached


def test_several_at_once_build_once(tmp_path: Path) -> None:
    built: list[int] = []

    def build(draft: Path) -> None:
        built.append(1)
        time.sleep(0.05)
        (draft / "file").write_text("whole")

    got: list[str] = []
    threads = [
        threading.Thread(target=lambda: got.append((cached(tmp_path / "c" / "x", build) / "file").read_text()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["whole"] * 8
    assert len(built) == 1


def test_a_failed_build_leaves_nothing_and_may_be_repeated(tmp_path: Path) -> None:
    def fail(draft: Path) -> None:
        (draft / "half").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        cached(tmp_path / "x", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["x.lock"]
    assert (cached(tmp_path / "x", lambda draft: (draft / "y").touch()) / "y").exists()


def test_the_cache_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DENGAR_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "dengar"
    monkeypatch.setenv("DENGAR_CACHE", str(tmp_path / "own"))
    assert cache_dir() == tmp_path / "own"
