"""A part that starts, one that fails, and one whose pid now belongs to someone else."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dengar.local import process
from dengar.local.errors import StackError
from dengar.local.instance import Instance
from dengar.local.part import Command, Part, Sizes
from dengar.local.process import ProcessRecord
from dengar.local.progress import Progress

SLEEP = "import time; time.sleep(60)"
PARENT = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {SLEEP!r}])
print("ready", flush=True)
time.sleep(60)
"""


class Server(Part):
    """A server made of one Python program."""

    name = "server"
    title = "Server"
    processes = ("server",)
    needs_mb = 1
    version = "1.0"
    address = "nowhere"
    deadline_s = 20.0
    grace_s = 5.0

    def __init__(self, instance: Instance, program: str, healthy: bool = True) -> None:
        super().__init__(instance, Sizes())
        self.program = program
        self.says = healthy
        self.configured = 0

    def prepare(self, progress: Progress) -> None:
        raise AssertionError("not asked for")

    def configure(self) -> None:
        self.configured += 1
        self.folder.mkdir(parents=True, exist_ok=True)

    def commands(self) -> list[Command]:
        return [Command("server", [sys.executable, "-c", self.program], {"OWN": "own"})]

    def answers(self) -> bool:
        return self.says


def test_it_starts_once_and_stops(tmp_path: Path) -> None:
    server = Server(Instance(tmp_path), "import time; time.sleep(60)")
    assert not server.healthy()
    server.start({"DENGAR_STAGE": "here"})
    server.wait()
    assert server.healthy()
    first = server.living()["server"]
    assert first.environ()["DENGAR_STAGE"] == "here"
    assert first.environ()["OWN"] == "own"
    server.start({})
    assert server.living()["server"].pid == first.pid
    assert server.configured == 1
    assert server.started_at() is not None
    server.stop()
    assert server.living() == {}
    assert server.instance.process("server") is None


def test_a_failed_start_says_which_part_why_and_where_the_log_is(tmp_path: Path) -> None:
    server = Server(Instance(tmp_path), "raise SystemExit('FATAL: no such disk')", healthy=False)
    server.start({})
    with pytest.raises(StackError) as caught:
        server.wait()
    log = tmp_path / "logs" / "server.log"
    assert str(caught.value) == f"Server did not start: server ended with “FATAL: no such disk”; its log is {log}."


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    server = Server(Instance(tmp_path), "import time; print('thinking', flush=True); time.sleep(60)", healthy=False)
    server.deadline_s = 1.0
    server.start({})
    try:
        with pytest.raises(
            StackError, match=r"Server did not answer within 1 s; the last word in its log .* is “thinking”"
        ):
            server.wait()
    finally:
        server.stop()


def test_a_stale_pid_is_never_stopped(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        server = Server(Instance(tmp_path), "import time; time.sleep(60)")
        server.instance.remember(
            "server", ProcessRecord(stranger.pid, psutil.Process(stranger.pid).create_time() - 100)
        )
        assert server.living() == {}
        server.stop()
        assert stranger.poll() is None
        assert server.instance.process("server") is None
    finally:
        stranger.kill()
        stranger.wait()


def test_children_are_stopped_with_their_parent(tmp_path: Path) -> None:
    server = Server(Instance(tmp_path), PARENT)
    server.start({})
    parent = server.living()["server"]
    while "ready" not in server.log().read_text():
        assert parent.is_running()
    (descendant,) = parent.children()
    server.stop()
    assert process.has_ended(descendant)


def test_what_a_killed_process_left_is_ended_before_it_starts_again(tmp_path: Path) -> None:
    server = Server(Instance(tmp_path), PARENT)
    server.start({})
    parent = server.living()["server"]
    while "ready" not in server.log().read_text():
        assert parent.is_running()
    (orphan,) = parent.children()
    parent.kill()
    parent.wait()
    server.start({})
    try:
        assert process.has_ended(orphan)
        assert server.healthy()
    finally:
        server.stop()
