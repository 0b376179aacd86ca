"""Starting, recognising and stopping the stack's processes.

A process is known by its pid *and* its start time, so that a pid the system has given to someone else is never touched. Children that
outlive their parent (Airflow's task processes) are found by the mark every process of an instance carries in its environment.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

MARK = "DENGAR_INSTANCE"
LOG_LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True)
class ProcessRecord:
    """A process we started: `created` is its start time as the system tells it, in seconds since the epoch."""

    pid: int
    created: float

    def find(self) -> psutil.Process | None:
        """The living process, or None if it has ended (a pid reused by another process counts as ended)."""
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.created) > 0.5:
                return None
        except psutil.NoSuchProcess:
            return None
        return None if has_ended(process) else process


def own_environment() -> dict[str, str]:
    """Our environment without settings of another Airflow, which would override the instance's airflow.cfg."""
    return {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW_")}


def spawn(command: Sequence[str], environment: Mapping[str, str], cwd: Path, log: Path) -> ProcessRecord:
    """Start a process in a session of its own, its output appended to `log`, so that it outlives us and holds nothing of ours open."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(log.name + ".1"))
    with log.open("ab") as output:
        child = subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return ProcessRecord(child.pid, psutil.Process(child.pid).create_time())


def family(process: psutil.Process) -> list[psutil.Process]:
    """The process and everything it started that is still its descendant."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def mark(instance_id: str, part: str) -> dict[str, str]:
    """The environment variable that a part's processes carry and their children inherit."""
    return {MARK: f"{instance_id}/{part}"}


def marked(instance_id: str, part: str | None = None) -> list[psutil.Process]:
    """Every process of this user that carries the mark of the instance (and of that part of it)."""
    wanted = f"{instance_id}/{part or ''}"
    found = []
    own = os.getpid()
    for process in psutil.process_iter():
        try:
            value = process.environ().get(MARK, "")
        except (psutil.Error, OSError):
            continue  # ended meanwhile, or another user's: not ours
        if process.pid != own and (value == wanted if part else value.startswith(wanted)):
            found.append(process)
    return found


def stop(processes: Iterable[psutil.Process], grace: float) -> list[psutil.Process]:
    """SIGTERM, then SIGKILL to what is left after `grace` seconds; returns what even that did not end.

    psutil refuses to signal a pid that has been reused since the Process object was made.
    """
    waiting = list(processes)
    for process in waiting:
        _signal(process.terminate)
    waiting = _wait(waiting, grace)
    for process in waiting:
        _signal(process.kill)
    return _wait(waiting, 10)


def _wait(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that have not ended after so many seconds. A zombie has: its parent, perhaps another command of ours, has only to notice."""
    end = time.monotonic() + seconds
    while alive := [process for process in processes if not has_ended(process)]:
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    return alive


def has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _signal(send: Callable[[], None]) -> None:
    try:
        send()
    except psutil.NoSuchProcess:
        return  # it ended by itself


@dataclass(frozen=True)
class Memory:
    """Memory of a process and its descendants in bytes.

    `rss`: resident, pages they share counted in each. `pss`: each shared page counted once, divided among its users; None where the system
    does not tell it (all but Linux). Airflow's forked workers share most of their pages, so `pss` is what they truly take.
    """

    rss: int
    pss: int | None

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(self.rss + other.rss, None if self.pss is None or other.pss is None else self.pss + other.pss)


def memory(process: psutil.Process) -> Memory:
    total = Memory(0, 0)
    for member in family(process):
        try:
            full = member.memory_full_info()
            total += Memory(full.rss, getattr(full, "pss", None))
        except psutil.AccessDenied:
            total += Memory(member.memory_info().rss, None)
        except psutil.NoSuchProcess:
            continue
    return total
