"""The processes that the demo adds to the stack: the sandbox, the receiver and the two pollers."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import httpx
import psutil

from dengar.local import ports
from dengar.local.errors import StackError
from dengar.local.logfile import tail
from dengar.local.process import MARK, ProcessRecord, own_environment, spawn, stop
from dengar.local.stack import Stack
from dengar.paths import PROJECT

PLATFORMS = ("youtube", "instagram")
LISTENERS = tuple(f"listener-{platform}" for platform in PLATFORMS)


class DemoError(StackError):
    """The demo cannot go on; the message says what to do."""


class Players:
    """Starts the processes in order and stops them all, whatever happens. `dengar down` ends them too."""

    def __init__(self, stack: Stack, seed: int, scenario: Path | None, first: date | None = None) -> None:
        """`first`: the day on which the scenario begins; None: as its file says."""
        self._stack, self._seed, self._scenario, self._first = stack, seed, scenario, first
        self._processes: dict[str, ProcessRecord] = {}
        self._environment: dict[str, str] = {}
        # Secrets of this run only: the sandbox signs with them, the receiver checks.
        self._secret, self._verify, self._websub = (secrets.token_hex(16) for _ in range(3))
        self.sandbox = ""
        self.receiver = ""

    def __enter__(self) -> Players:
        return self

    def __exit__(self, *_: object) -> None:
        living = [process for record in self._processes.values() if (process := record.find())]
        stop([process for process in living if process.is_running()], 10.0)

    def start(self) -> None:
        """Bring all up: sandbox, receiver, pollers. Raises DemoError naming the process and its log."""
        port = ports.choose()
        self.sandbox = f"http://{ports.HOST}:{port}"
        command = [sys.executable, "-m", "sandbox", "--port", str(port), "--seed", str(self._seed)]
        if self._scenario is not None:
            command += ["--scenario", str(self._scenario)]
        if self._first is not None:
            command += ["--start", self._first.isoformat()]
        self._spawn("sandbox", command, {})
        self._await("sandbox", f"{self.sandbox}/sandbox/state")
        receiver_port = ports.choose([port])
        self.receiver = f"http://{ports.HOST}:{receiver_port}"
        environment = {
            **self._stack.environment(),
            "DENGAR_YOUTUBE_ENDPOINT": self.sandbox,
            "DENGAR_YOUTUBE_API_KEY": "sandbox",
            "DENGAR_INSTAGRAM_ENDPOINT": self.sandbox,
            "DENGAR_INSTAGRAM_TOKEN": "sandbox",
            "DENGAR_INSTAGRAM_APP_ID": "sandbox",
            "DENGAR_INSTAGRAM_APP_SECRET": self._secret,
            "DENGAR_INSTAGRAM_VERIFY_TOKEN": self._verify,
            "DENGAR_WEBSUB_HUB": f"{self.sandbox}/hub",
            "DENGAR_WEBSUB_SECRET": self._websub,
            "DENGAR_RECEIVER_PORT": str(receiver_port),
            "DENGAR_RECEIVER_URL": self.receiver,
        }
        dengar = [sys.executable, "-m", "dengar"]
        self._spawn("receiver", [*dengar, "listen", "receiver"], environment)
        self._await("receiver", f"{self.receiver}/healthz")
        self._register_webhook()
        self._environment = environment
        for platform in PLATFORMS:
            command = [*dengar, "listen", platform, "--interval", "1", "--eager"]
            self._spawn(f"listener-{platform}", command, environment)

    def last_walk(self, patience: float) -> None:
        """End the pollers and walk everything once more, so that what was deleted since their last walk is noticed.

        Raises DemoError where a walk fails or takes longer than `patience` seconds.
        """
        stop([p for name in LISTENERS if (p := self._processes.pop(name).find()) is not None], 30.0)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda platform: self._walk(platform, patience), PLATFORMS))

    def _walk(self, platform: str, patience: float) -> None:
        command = [sys.executable, "-m", "dengar", "listen", platform, "--once", "--walk"]
        with self.log(f"listener-{platform}").open("ab") as output:
            try:
                done = subprocess.run(
                    command, env={**own_environment(), **self._environment}, cwd=PROJECT, timeout=patience,
                    stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                raise DemoError(f"The last walk of {platform} took longer than {patience:.0f} s.") from None
        if done.returncode:
            last = "\n".join(tail(self.log(f"listener-{platform}"), 3))
            raise DemoError(f"The last walk of {platform} failed: {last.strip()[-300:]}")

    def _register_webhook(self) -> None:
        body = {
            "url": f"{self.receiver}/instagram/webhook",
            "app_secret": self._secret,
            "verify_token": self._verify,
        }
        answer = httpx.post(f"{self.sandbox}/sandbox/webhooks", json=body, timeout=30)
        if answer.is_error:
            raise DemoError(f"The sandbox could not register the webhook: {answer.text[:200]}")

    def _spawn(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        marked = {**own_environment(), **environment, MARK: self._stack.instance.id}
        self._processes[name] = spawn(command, marked, PROJECT, self.log(name))

    def log(self, name: str) -> Path:
        """Where a process writes its log."""
        return self._stack.instance.logs / f"demo-{name}.log"

    def check(self) -> None:
        """Raise DemoError if one of the processes has ended."""
        for name, record in self._processes.items():
            if record.find() is None:
                last = "\n".join(tail(self.log(name), 3))
                raise DemoError(f"{name} ended: {last.strip()[-300:]} (its log: {self.log(name)})")

    def _await(self, name: str, url: str, seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check()
            try:
                if httpx.get(url, timeout=2).is_success:
                    return
            except httpx.TransportError:
                pass  # not listening yet; the deadline bounds the wait
            time.sleep(0.2)
        raise DemoError(f"{name} did not answer within {seconds:.0f} s (its log: {self.log(name)})")

    def memory(self) -> int:
        """Resident bytes of all processes."""
        return sum(self.resident().values())

    def resident(self) -> dict[str, int]:
        """Process → its resident bytes, of those that run."""
        living = {name: process for name, record in self._processes.items() if (process := record.find())}
        return {name: one.memory_info().rss for name, one in living.items() if isinstance(one, psutil.Process)}
