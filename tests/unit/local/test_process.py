"""Processes: ours are started, recognised and stopped; others' are left alone."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from dengar.local import process
from dengar.local.process import Memory, ProcessRecord

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
PARENT = f"import subprocess, sys, time; print(subprocess.Popen({SLEEP!r}).pid, flush=True); time.sleep(60)"


def wait_for(log: Path) -> str:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if log.exists() and log.read_text().strip():
            return log.read_text().strip()
        time.sleep(0.02)
    raise AssertionError(f"{log} stayed empty")


def test_a_process_outlives_nothing_of_ours_and_is_stopped(tmp_path: Path) -> None:
    record = process.spawn(SLEEP, dict(os.environ), tmp_path, tmp_path / "logs" / "one.log")
    alive = record.find()
    assert alive is not None
    assert os.getsid(record.pid) == record.pid != os.getsid(0)
    end = time.monotonic() + 30
    while (held := process.memory(alive).rss) <= 1_000_000 and time.monotonic() < end:
        time.sleep(0.02)  # just forked, it holds a page
    assert held > 1_000_000
    assert process.stop([alive], grace=10) == []
    assert record.find() is None


def test_a_pid_with_another_start_time_is_not_ours() -> None:
    stranger = subprocess.Popen(SLEEP)
    try:
        created = psutil.Process(stranger.pid).create_time()
        assert ProcessRecord(stranger.pid, created).find() is not None
        assert ProcessRecord(stranger.pid, created - 5).find() is None
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_zombie_counts_as_ended() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    created = psutil.Process(child.pid).create_time()
    assert child.stdin is not None
    child.stdin.close()
    end = time.monotonic() + 20
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert ProcessRecord(child.pid, created).find() is None
    assert process.stop([psutil.Process(child.pid)], grace=20) == [], "it is not waited for"
    child.wait()


def test_a_process_deaf_to_sigterm_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "deaf.log"
    record = process.spawn([sys.executable, "-c", DEAF], dict(os.environ), tmp_path, log)
    assert wait_for(log) == "deaf"
    alive = record.find()
    assert alive is not None
    assert process.stop([alive], grace=0.3) == []
    assert record.find() is None


def test_an_orphan_is_found_by_the_mark_of_its_instance(tmp_path: Path) -> None:
    log = tmp_path / "parent.log"
    environment = {**os.environ, **process.mark("instance-a", "airflow")}
    record = process.spawn([sys.executable, "-c", PARENT], environment, tmp_path, log)
    orphan = int(wait_for(log))
    os.kill(record.pid, 9)
    os.waitpid(record.pid, 0)
    assert [one.pid for one in process.marked("instance-a")] == [orphan]
    assert [one.pid for one in process.marked("instance-a", "airflow")] == [orphan]
    assert process.marked("instance-a", "kafka") == []
    assert process.marked("instance") == []
    assert process.stop(process.marked("instance-a"), grace=10) == []
    assert not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE


def test_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LOG_LIMIT", 10)
    log = tmp_path / "big.log"
    log.write_text("x" * 11)
    record = process.spawn([sys.executable, "-c", "print('fresh')"], dict(os.environ), tmp_path, log)
    os.waitpid(record.pid, 0)
    assert log.read_text() == "fresh\n"
    assert (tmp_path / "big.log.1").read_text() == "x" * 11


def test_settings_of_another_airflow_do_not_reach_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "32")
    monkeypatch.setenv("AIRFLOW_HOME", "/elsewhere")
    monkeypatch.setenv("DENGAR_POLICY_PROFILE", "sandbox")
    environment = process.own_environment()
    assert not [name for name in environment if name.startswith("AIRFLOW_")]
    assert environment["DENGAR_POLICY_PROFILE"] == "sandbox"


def test_memory_adds_up_and_unknown_stays_unknown() -> None:
    assert Memory(1, 2) + Memory(3, 4) == Memory(4, 6)
    assert Memory(1, None) + Memory(3, 4) == Memory(4, None)
