"""One instance of the stack: its state folder, and `instance.json` with what must be remembered between commands."""

import fcntl
import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dengar.local import ports
from dengar.local.errors import StackError
from dengar.local.process import ProcessRecord
from dengar.settings import Settings

STATE_FILE = "instance.json"
DEFAULT_STATE = ".dengar"


def default_state_dir() -> Path:
    """`$DENGAR_STATE`, or `.dengar` in the current folder."""
    return Path(Settings.from_environment().state or DEFAULT_STATE).absolute()


class Instance:
    """The state folder and the memory of one instance. Two instances share nothing but the download cache.

    `instance.json` holds the instance's id, its ports, its processes (pid, start time) and the versions in use. It is written whole and
    renamed, and safe to use from several threads of one process; `exclusive()` keeps other processes out.
    """

    def __init__(self, state_dir: Path | None = None) -> None:
        self.state_dir = (state_dir or default_state_dir()).absolute()
        self.file = self.state_dir / STATE_FILE
        self._lock = threading.RLock()

    @property
    def exists(self) -> bool:
        return self.file.is_file()

    @property
    def id(self) -> str:
        """A random id, made at first use."""
        with self._edit() as memory:
            return str(memory.setdefault("id", uuid.uuid4().hex))

    @property
    def logs(self) -> Path:
        return self.state_dir / "logs"

    @property
    def stage(self) -> Path:
        """The folder behind Airflow's object storage, where tasks of a run hand each other Parquet files."""
        return self.state_dir / "stage"

    def known_port(self, name: str) -> int | None:
        """The port kept under this name, if there is one; changes nothing."""
        kept = self._read().get("ports", {}).get(name)
        return int(kept) if kept is not None else None

    def port(self, name: str) -> int:
        """The port kept under this name, chosen at first use."""
        with self._edit() as memory:
            kept: dict[str, int] = memory.setdefault("ports", {})
            if name not in kept:
                kept[name] = ports.choose(kept.values())
            return kept[name]

    def claim_port(self, name: str) -> int:
        """The port kept under this name, or a new one if someone else listens on it. Only for a part that is not running."""
        with self._edit() as memory:
            kept: dict[str, int] = memory.setdefault("ports", {})
            if name not in kept or not ports.is_free(kept[name]):
                kept[name] = ports.choose(kept.values())
            return kept[name]

    def process(self, name: str) -> ProcessRecord | None:
        record = self._read().get("processes", {}).get(name)
        return ProcessRecord(record["pid"], record["created"]) if record else None

    def remember(self, name: str, record: ProcessRecord) -> None:
        with self._edit() as memory:
            memory.setdefault("processes", {})[name] = asdict(record)

    def forget(self, name: str) -> None:
        with self._edit() as memory:
            memory.setdefault("processes", {}).pop(name, None)

    def remember_version(self, part: str, version: str) -> None:
        with self._edit() as memory:
            memory.setdefault("versions", {})[part] = version

    def version(self, part: str) -> str | None:
        version = self._read().get("versions", {}).get(part)
        return str(version) if version is not None else None

    def remember_environment(self, environment: Mapping[str, str]) -> None:
        """What Airflow's processes were told of the stack when they were started."""
        with self._edit() as memory:
            memory["environment"] = dict(environment)

    def environment(self) -> dict[str, str]:
        kept: dict[str, str] = self._read().get("environment", {})
        return kept

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the instance against other commands that start or stop it; waits for them."""
        self.state_dir.mkdir(parents=True, exist_ok=True)
        with (self.state_dir / "instance.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self) -> dict[str, Any]:
        with self._lock:
            try:
                memory: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
            except FileNotFoundError:
                return {}
            except ValueError as error:
                raise StackError(
                    f"{self.file} is damaged ({error}): stop the processes it names, remove {self.state_dir} and run `dengar up` again."
                ) from error
            return memory

    @contextmanager
    def _edit(self) -> Iterator[dict[str, Any]]:
        with self._lock:
            memory = self._read()
            before = json.dumps(memory, sort_keys=True)
            yield memory
            if json.dumps(memory, sort_keys=True) == before:
                return
            self.state_dir.mkdir(parents=True, exist_ok=True)
            memory.setdefault("created_at", datetime.now(UTC).isoformat(timespec="seconds"))
            draft = self.file.with_suffix(".json.new")
            draft.write_text(json.dumps(memory, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            draft.replace(self.file)
