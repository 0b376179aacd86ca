"""What Kafka, Elasticsearch and Airflow have in common: prepare, start, be watched, stop."""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from dengar.local import logfile, process
from dengar.local.errors import StackError
from dengar.local.instance import Instance
from dengar.local.progress import Progress


@dataclass(frozen=True)
class Sizes:
    """What the parts may use: heaps of the two JVMs in MB, Airflow's task processes. Small ones do for a second instance."""

    kafka_heap_mb: int = 768
    elasticsearch_heap_mb: int = 1024
    airflow_parallelism: int = 3


@dataclass(frozen=True)
class Command:
    """A process of a part: its name, its arguments, and what it needs in its environment beyond the stack's."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]


class Part(ABC):
    """One server of the stack, of one or more processes."""

    name: str
    title: str
    deadline_s: float = 120.0
    grace_s: float = 20.0

    def __init__(self, instance: Instance, sizes: Sizes) -> None:
        self.instance = instance
        self.sizes = sizes
        self.folder = instance.state_dir / self.name
        self._log_start: dict[str, int] = {}

    @property
    @abstractmethod
    def processes(self) -> tuple[str, ...]:
        """Names of the part's processes, in starting order."""

    @property
    @abstractmethod
    def version(self) -> str: ...

    @property
    @abstractmethod
    def address(self) -> str:
        """Where its clients find it."""

    @property
    @abstractmethod
    def needs_mb(self) -> int:
        """Memory it takes when it works, in MB."""

    @abstractmethod
    def prepare(self, progress: Progress) -> None:
        """Fetch and write what starting needs. May be repeated; the part may be running."""

    @abstractmethod
    def configure(self) -> None:
        """Claim ports and write configuration. Only while no process of the part runs."""

    @abstractmethod
    def commands(self) -> list[Command]: ...

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server does its work now (it is asked, not only its pid)."""

    def log(self, process_name: str | None = None) -> Path:
        return self.instance.logs / f"{process_name or self.processes[0]}.log"

    def living(self) -> dict[str, psutil.Process]:
        """The part's processes that are alive, by name."""
        found = {}
        for name in self.processes:
            record = self.instance.process(name)
            if record and (alive := record.find()):
                found[name] = alive
        return found

    def healthy(self) -> bool:
        return len(self.living()) == len(self.processes) and self.answers()

    def start(self, environment: Mapping[str, str]) -> None:
        """Start the processes that are not alive. `environment` is the stack's contract, laid over ours."""
        living = self.living()
        self._end_orphans(list(living.values()))
        if not living:
            self.configure()
        self.instance.remember_version(self.name, self.version)
        for command in self.commands():
            if command.name in living:
                continue
            log = self.log(command.name)
            self._log_start[command.name] = (
                log.stat().st_size if log.exists() and log.stat().st_size <= process.LOG_LIMIT else 0
            )
            full = {
                **process.own_environment(),
                **environment,
                **command.environment,
                **process.mark(self.instance.id, self.name),
            }
            record = process.spawn(command.arguments, full, self.folder, log)
            self.instance.remember(command.name, record)

    def _end_orphans(self, living: Sequence[psutil.Process]) -> None:
        """End what a killed process of the part left behind, as an Airflow worker that waits for its scheduler for ever."""
        kept = {member for leader in living for member in process.family(leader)}
        process.stop([one for one in process.marked(self.instance.id, self.name) if one not in kept], 5.0)

    def wait(self) -> None:
        """Return when the part answers. Raises StackError if a process ends or the deadline passes first."""
        end = time.monotonic() + self.deadline_s
        while True:
            living = self.living()
            for name in self.processes:
                if name not in living:
                    log = self.log(name)
                    why = logfile.reason(log, self._log_start.get(name, 0))
                    raise StackError(f"{self.title} did not start: {name} ended with “{why}”; its log is {log}.")
            if self.answers():
                return
            if time.monotonic() > end:
                log = self.log()
                why = logfile.reason(log, self._log_start.get(self.processes[0], 0))
                raise StackError(
                    f"{self.title} did not answer within {self.deadline_s:.0f} s; the last word in its log {log} is “{why}”."
                )
            time.sleep(0.2)

    def stop(self) -> None:
        """End the part's processes and what they started. Raises StackError for one that will not end."""
        living = self.living()
        members = {member for leader in living.values() for member in process.family(leader)}
        leaders = list(living.values())
        stubborn = process.stop(leaders, self.grace_s)
        stubborn += process.stop([member for member in members if member not in leaders], 2.0)
        if stubborn:
            pids = ", ".join(str(one.pid) for one in stubborn)
            raise StackError(f"{self.title} could not be stopped: end the processes {pids} yourself.")
        for name in self.processes:
            self.instance.forget(name)

    def started_at(self) -> datetime | None:
        """When the oldest living process started (UTC)."""
        starts = [alive.create_time() for alive in self.living().values()]
        return datetime.fromtimestamp(min(starts), UTC) if starts else None
