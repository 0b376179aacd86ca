"""The three parts together: bring them up, look at them, take them down."""

import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from dengar.local import process, room, status
from dengar.local.airflow import Airflow
from dengar.local.cache import cache_dir
from dengar.local.elasticsearch import Elasticsearch
from dengar.local.errors import StackError
from dengar.local.instance import Instance
from dengar.local.kafka import Kafka
from dengar.local.lag import consumer_lag
from dengar.local.part import Part, Sizes
from dengar.local.progress import Progress, Silent
from dengar.paths import DAGS

PARTS = ("kafka", "elasticsearch", "airflow")
PROFILE = "DENGAR_POLICY_PROFILE"
SMALL = Sizes(kafka_heap_mb=384, elasticsearch_heap_mb=512, airflow_parallelism=2)

Hook = Callable[["Stack"], None]


@dataclass
class Go:
    """The word Airflow waits for: whether its servers are up."""

    ahead: bool = False
    said: threading.Event = field(default_factory=threading.Event)


class Stack:
    """The parts of one instance. Every method may be called again; what is already so is left as it is."""

    def __init__(self, instance: Instance | None = None, sizes: Sizes | None = None, dags: Path = DAGS) -> None:
        self.instance = instance or Instance()
        chosen = sizes or Sizes()
        self.kafka = Kafka(self.instance, chosen)
        self.elasticsearch = Elasticsearch(self.instance, chosen)
        self.airflow = Airflow(self.instance, chosen, dags)
        self.parts: dict[str, Part] = {
            "kafka": self.kafka,
            "elasticsearch": self.elasticsearch,
            "airflow": self.airflow,
        }

    def up(
        self,
        parts: Sequence[str] = PARTS,
        progress: Progress | None = None,
        after_kafka: Sequence[Hook] = (),
        after_elasticsearch: Sequence[Hook] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start what of these parts is not running, and return when all of them answer.

        Kafka and Elasticsearch start side by side while Airflow's database is made; the hooks run when their part answers (at every
        `up`, so they must bear repeating), and Airflow's processes start after them. `environment` is laid over ours for all processes.
        Raises StackError; parts that did start stay up.
        """
        chosen = self._choose(parts)
        self._own_folder()
        told = progress or Silent()
        extra = environment or {}
        with self.instance.exclusive():
            room.check([part for part in chosen if not part.living()], self.instance.state_dir)
            self.instance.stage.mkdir(parents=True, exist_ok=True)
            failures = self._raise_all(
                chosen, told, {"kafka": after_kafka, "elasticsearch": after_elasticsearch}, extra
            )
        errors = [failure for failure in failures if failure is not None]
        for error in errors:
            if not isinstance(error, StackError):
                raise error
        if errors:
            raise StackError(" ".join(dict.fromkeys(str(error) for error in errors)))

    def _raise_all(
        self, chosen: Sequence[Part], progress: Progress, hooks: Mapping[str, Sequence[Hook]], extra: Mapping[str, str]
    ) -> list[BaseException | None]:
        """Start the parts side by side; what went wrong with each, or None."""
        go = Go()
        with ThreadPoolExecutor(len(PARTS), thread_name_prefix="up") as pool:
            servers = [
                pool.submit(self._raise, part, progress, hooks[part.name], extra)
                for part in chosen
                if part is not self.airflow
            ]
            futures = list(servers)
            if self.airflow in chosen:
                futures.append(pool.submit(self._raise_airflow, progress, go, extra))
            try:
                failures = [server.exception() for server in servers]
                go.ahead = not any(failures)  # tasks without their servers would only fail
            finally:
                go.said.set()
            return [future.exception() for future in futures]

    def _choose(self, parts: Sequence[str]) -> list[Part]:
        unknown = [name for name in parts if name not in self.parts]
        if unknown:
            raise StackError(f"There is no part {', '.join(unknown)}: choose from {', '.join(PARTS)}.")
        return [self.parts[name] for name in PARTS if name in parts]

    def _own_folder(self) -> None:
        folder = self.instance.state_dir
        if folder.is_dir() and any(folder.iterdir()) and not self.instance.exists:
            foreign = [path for path in folder.iterdir() if path.name != "instance.lock"]
            if foreign:
                raise StackError(
                    f"{folder} is not empty and not a state folder of dengar: choose another with --state or DENGAR_STATE."
                )

    def _raise(self, part: Part, progress: Progress, hooks: Sequence[Hook], extra: Mapping[str, str]) -> None:
        began = time.monotonic()
        if part.healthy():
            told = "was up already"
        else:
            part.prepare(progress)
            progress.note(part.name, "starting")
            self._start(part, extra)
            told = f"up after {time.monotonic() - began:.0f} s"
        for hook in hooks:
            progress.note(part.name, "preparing for dengar")
            hook(self)
        progress.done(part.name, f"{part.version} at {part.address}, {told}")

    def _raise_airflow(self, progress: Progress, go: "Go", extra: Mapping[str, str]) -> None:
        if not self.airflow.living():
            self.airflow.prepare(progress)
        progress.note(self.airflow.name, "waiting for the other parts")
        go.said.wait()
        if not go.ahead:
            return
        # The commands of this instance go by the profile that its tasks go by; the key stays in its own file.
        before = self.instance.environment()
        told = {**before, **{name: value for name, value in extra.items() if name == PROFILE}, **self.environment()}
        if self.airflow.living() and before != told:
            progress.note(self.airflow.name, "restarting, as an address or the policy profile has changed")
            self.airflow.stop()
        self.instance.remember_environment(told)
        self._raise(self.airflow, progress, (), extra)

    def _start(self, part: Part, extra: Mapping[str, str]) -> None:
        part.start({**extra, **self.environment()})
        try:
            part.wait()
        except StackError:
            part.stop()
            raise

    def down(self, purge: bool = False, cache: bool = False, progress: Progress | None = None) -> None:
        """Stop every process of the instance; `purge` removes its state folder too, `cache` the downloads that all instances share."""
        told = progress or Silent()
        if self.instance.exists:
            with self.instance.exclusive():
                self._stop(self.airflow, told)
                with ThreadPoolExecutor(2, thread_name_prefix="down") as pool:
                    list(pool.map(lambda part: self._stop(part, told), (self.kafka, self.elasticsearch)))
                # A task outlives a scheduler that was killed; the instance's mark finds it.
                if left := process.stop(process.marked(self.instance.id), 5.0):
                    raise StackError(f"These processes would not end: {', '.join(str(one.pid) for one in left)}.")
                if purge:
                    shutil.rmtree(self.instance.state_dir)
        if cache:
            shutil.rmtree(cache_dir(), ignore_errors=True)

    def _stop(self, part: Part, progress: Progress) -> None:
        if part.living():
            progress.note(part.name, "stopping")
            part.stop()
            progress.done(part.name, "stopped")
        else:
            part.stop()

    def status(self) -> status.StackStatus:
        """Health, version, address, memory and lag, as they are now; changes nothing."""
        with ThreadPoolExecutor(len(PARTS)) as pool:
            rows = list(pool.map(status.of, self.parts.values()))
        lag = consumer_lag(self.kafka.address) if rows[0].health == "healthy" else []
        return status.StackStatus(str(self.instance.state_dir), rows, lag)

    def environment(self) -> dict[str, str]:
        """The variables by which dengar's programs and tasks find this stack."""
        return {
            "DENGAR_KAFKA_BOOTSTRAP": self.kafka.address,
            "DENGAR_ELASTICSEARCH_URL": self.elasticsearch.address,
            "DENGAR_AIRFLOW_URL": self.airflow.address,
            "DENGAR_STAGE": f"file://{self.instance.stage}",
            "DENGAR_STATE": str(self.instance.state_dir),
        }
