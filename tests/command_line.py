"""The command line against the test stack, as a person types it, without the seconds that each start spends on loading libraries.

A call is a process of its own, forked from a server that has loaded them and done nothing else. `tests/e2e/test_pipeline.py` starts
`python -m dengar` itself.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import runpy
import sys
import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from dengar.paths import PROJECT

LOADED = [
    "dengar.cli", "dengar.connected", "dengar.enrich.batch", "dengar.index.commands", "dengar.labels.commands", "dengar.local.commands",
    "dengar.quarantine.opened", "dengar.responses.desk_commands", "dengar.target", "elasticsearch.helpers", "kafka", "listeners.commands",
    "rich.markdown", "rich.table", "typer.main", "typer.rich_utils",
]  # fmt: skip
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(LOADED)


def environment_of(stack: Any) -> dict[str, str]:
    """What names the test stack to a command line."""
    return {**os.environ, "DENGAR_STATE": str(stack.instance.state_dir)}


def dengar(environment: Mapping[str, str], *arguments: str, status: int | None = 0, patience_s: float = 400) -> str:
    """Run `dengar` with arguments; its stdout. Fails with its stderr where the exit status is another (`status` None: any will do)."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = _context.Process(target=_run, args=(dict(environment), arguments, out, err))
        process.start()
        process.join(patience_s)
        if process.is_alive():
            process.kill()
            process.join()
        told, complaint = out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
    assert status is None or process.exitcode == status, (
        f"{' '.join(arguments)} ended with {process.exitcode}: {complaint[-3000:]}"
    )
    return told


def json_lines(told: str) -> list[Any]:
    """The objects of what a command printed, one a line. A line ends with \\n alone, as StringIO has it: people's text may hold U+0085
    or U+2028, where `str.splitlines` would cut it. Fails for a line that is not JSON."""
    return [json.loads(line) for line in StringIO(told)]


def _run(environment: dict[str, str], arguments: tuple[str, ...], out: Path, err: Path) -> None:
    for number, path in ((0, Path(os.devnull)), (1, out), (2, err)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(PROJECT)
    sys.argv = ["dengar", *arguments]
    runpy.run_module("dengar", run_name="__main__", alter_sys=True)
