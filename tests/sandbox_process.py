"""A sandbox process for contract tests, and its control routes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from dengar.paths import PROJECT


class Sandbox:
    """A running sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=60)

    def get(self, what: str) -> dict[str, Any]:
        body: dict[str, Any] = self._http.get(f"/sandbox/{what}").raise_for_status().json()
        return body

    def post(self, route: str, /, **body: Any) -> dict[str, Any]:
        told: dict[str, Any] = self._http.post(f"/sandbox/{route}", json=body).raise_for_status().json()
        return told

    def calls(self, platform: str) -> int:
        """Calls that a platform's API has answered."""
        return int(self.get("state")["calls"][platform])


@contextmanager
def running_sandbox(folder: Path, seed: int = 11, scenario: Path | None = None) -> Iterator[Sandbox]:
    """Start a sandbox on a free port; ends it on the way out."""
    port_file = folder / "port"
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--seed", str(seed), "--port-file", str(port_file)]
    command += ["--scenario", str(scenario)] if scenario is not None else []
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not port_file.exists():
            assert process.poll() is None, "the sandbox ended"
            assert time.monotonic() < deadline, "the sandbox did not start"
            time.sleep(0.05)
        yield Sandbox(f"http://127.0.0.1:{port_file.read_text().strip()}")
    finally:
        process.terminate()
        process.wait(20)
