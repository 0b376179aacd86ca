"""Apache Airflow: scheduler, dag-processor, triggerer and api-server as four processes over SQLite."""

import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from string import Template

from dengar.local import ports, probe
from dengar.local.cache import cache_dir, cached
from dengar.local.errors import StackError
from dengar.local.instance import Instance
from dengar.local.part import Command, Part, Sizes
from dengar.local.process import own_environment
from dengar.local.progress import Progress
from dengar.paths import DAGS, INFRA, PROJECT

# Airflow names them so in its health, we so as processes.
COMPONENTS = {"scheduler": "scheduler", "triggerer": "triggerer", "dag_processor": "dag-processor"}


class Airflow(Part):
    name = "airflow"
    title = "Airflow"
    deadline_s = 180.0
    grace_s = 20.0
    processes = ("airflow-api-server", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer")

    def __init__(self, instance: Instance, sizes: Sizes, dags: Path = DAGS) -> None:
        super().__init__(instance, sizes)
        self.dags = dags

    @property
    def needs_mb(self) -> int:
        return 1200

    @property
    def version(self) -> str:
        return version("apache-airflow-core")

    @property
    def address(self) -> str:
        return f"http://{ports.HOST}:{self.instance.port('airflow')}"

    def prepare(self, progress: Progress) -> None:
        database = self.folder / "airflow.db"
        if database.exists() and self._migrated_with() == self.version:
            return
        progress.note(self.name, "making the metadata database")
        if database.exists():
            self.configure()
            migrate(self.folder)
        else:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = database.with_suffix(".new")
            shutil.copyfile(empty_database(self.version) / "airflow.db", draft)
            draft.replace(database)
        (self.folder / "migrated-with").write_text(self.version, encoding="utf-8")

    def _migrated_with(self) -> str | None:
        try:
            return (self.folder / "migrated-with").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None

    def configure(self) -> None:
        write_configuration(
            self.folder, self.dags, self.instance.claim_port("airflow"), self.sizes.airflow_parallelism, self._secrets()
        )

    def _secrets(self) -> dict[str, str]:
        """The instance's own keys, made once and readable by the user alone."""
        path = self.folder / "secrets.json"
        if path.exists():
            kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
            return kept
        from cryptography.fernet import Fernet

        made = {
            "fernet_key": Fernet.generate_key().decode(),
            "secret_key": secrets.token_urlsafe(32),
            "jwt_secret": secrets.token_urlsafe(64),
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(made, file)
        return made

    def commands(self) -> list[Command]:
        port = str(self.instance.port("airflow"))
        verbs = {
            "airflow-api-server": ["api-server", "--host", ports.HOST, "--port", port],
            # The api-server reads task logs from the folder: no log servers on fixed ports.
            "airflow-scheduler": ["scheduler", "--skip-serve-logs"],
            "airflow-dag-processor": ["dag-processor"],
            "airflow-triggerer": ["triggerer", "--skip-serve-logs"],
        }
        environment = airflow_environment(self.folder)
        return [Command(name, [sys.executable, "-m", "airflow", *verbs[name]], environment) for name in self.processes]

    def answers(self) -> bool:
        health = probe.get_json(self.instance.port("airflow"), "/api/v2/monitor/health")
        if health is None or health["metadatabase"]["status"] != "healthy":
            return False
        living = self.living()
        return all(
            f"airflow-{name}" in living
            and beats(health[key], f"latest_{key}_heartbeat", since=living[f"airflow-{name}"].create_time())
            for key, name in COMPONENTS.items()
        )


def beats(component: Mapping[str, str | None], key: str, since: float) -> bool:
    """Whether a component is healthy by a heartbeat of its own: after a crash its predecessor's counts for some seconds."""
    latest = component.get(key)
    return (
        component["status"] == "healthy" and latest is not None and datetime.fromisoformat(latest).timestamp() >= since
    )


def write_configuration(home: Path, dags: Path, port: int, parallelism: int, keys: Mapping[str, str]) -> None:
    """Write `home`/airflow.cfg, readable by the user alone, as it holds keys."""
    template = Template((INFRA / "airflow" / "airflow.cfg.tmpl").read_text(encoding="utf-8"))
    text = template.substitute(dags=_escaped(dags), home=_escaped(home), port=port, parallelism=parallelism, **keys)
    home.mkdir(parents=True, exist_ok=True)
    draft = home / "airflow.cfg.new"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(home / "airflow.cfg")


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")  # Airflow interpolates %(name)s


def airflow_environment(home: Path) -> dict[str, str]:
    """What an Airflow process of the instance needs to find its configuration, our code and the local settings."""
    paths = [str(INFRA / "airflow"), str(PROJECT)]
    if inherited := os.environ.get("PYTHONPATH"):
        paths.append(inherited)
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW_CONFIG": str(home / "airflow.cfg"),
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
        # setproctitle may not write over the environment: the instance's mark is read there.
        "SPT_NOENV": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "NO_COLOR": "1",
        # macOS ends a forked process that touches some system libraries otherwise.
        "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
    }


def empty_database(release: str) -> Path:
    """A folder with `airflow.db`, migrated and empty; made once per Airflow version, because migrating takes many seconds."""

    def build(draft: Path) -> None:
        home = draft / "home"
        keys = {"fernet_key": "", "secret_key": "unused", "jwt_secret": "unused"}
        write_configuration(home, DAGS, 8080, 1, keys)
        migrate(home)
        database = home / "airflow.db"
        with sqlite3.connect(database) as connection:
            # Readers and the writer do not wait for each other; the file remembers the mode.
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        database.replace(draft / "airflow.db")
        shutil.rmtree(home)

    return cached(cache_dir() / "airflow-db" / release, build)


def migrate(home: Path) -> None:
    """Bring the metadata database below `home` to the installed Airflow's schema. Raises StackError."""
    environment = {**own_environment(), **airflow_environment(home)}
    command = [sys.executable, "-m", "airflow", "db", "migrate"]
    done = subprocess.run(
        command, env=environment, cwd=home, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        log = home / "migrate.log"
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
        last = (done.stderr.strip() or done.stdout.strip() or "it wrote nothing").splitlines()[-1]
        raise StackError(f"Airflow's database could not be made: “{last}”.")
