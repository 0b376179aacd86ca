"""What a task knows of its run: configuration, folders, and the one-line note that every run leaves."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
from airflow.sdk import ObjectStoragePath, get_current_context
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.observability import stats

from dengar.dag_runs import page
from dengar.settings import Settings
from dengar.stages.breaker import BatchStoppedError

log_ = logging.getLogger(__name__)

KEEP_FAILED_RUNS = timedelta(days=1)


class Run:
    """The DAG run that the calling task belongs to."""

    def __init__(self) -> None:
        context = get_current_context()
        self.settings = Settings.from_environment()
        self.settings.require("stage")
        self.dag_run = context["dag_run"]
        self.dag_id, self.run_id = self.dag_run.dag_id, self.dag_run.run_id
        self.map_index: int = context["ti"].map_index or 0
        self.conf: dict[str, Any] = self.dag_run.conf or {}
        self.root = ObjectStoragePath(self.settings.stage)

    @property
    def replays(self) -> bool:
        """Whether this run works on offsets that somebody named: it commits nothing, and what is older than what is known is left out."""
        return bool(self.conf.get("offsets"))

    @property
    def replay(self) -> str:
        """What the records of a replay are marked with: its name, else the run's id."""
        return str(self.conf.get("replay") or self.run_id)

    def moment(self, name: str) -> datetime | None:
        """A time of the run's configuration, in UTC; None where it names none."""
        told = self.conf.get(name)
        return datetime.fromisoformat(told).astimezone(UTC) if told else None

    @property
    def folder(self) -> ObjectStoragePath:
        """Stage files of this run: raw-class, removed when the run is done."""
        return self.root / "runs" / self.dag_id / re.sub(r"\W", "-", self.run_id)

    @property
    def journal(self) -> ObjectStoragePath:
        """Folder of the journal, kept."""
        return self.root / "journal"

    @property
    def link(self) -> dict[str, Any]:
        """What leads from a result to this run: ids, and the address of its page where Airflow's is known."""
        address = page(self.settings.airflow_url, self.dag_id, self.run_id) if self.settings.airflow_url else None
        return {"dag_id": self.dag_id, "run_id": self.run_id, "map_index": self.map_index, "url": address}

    @property
    def results(self) -> str:
        """Where this run's results lie below DENGAR_STAGE."""
        return "/".join(("results", self.dag_id, re.sub(r"\W", "-", self.run_id)))

    def kept(self, prefix: str) -> list[dict[str, Any]]:
        """The results of this run whose name begins with `prefix`."""
        folder = self.root / self.results
        paths = sorted(folder.glob(f"{prefix}*.json"), key=str) if folder.exists() else []
        return [orjson.loads(path.read_bytes()) for path in paths]

    def keep(self, name: str, value: Any) -> None:
        """Store a small JSON result of this run, e.g. the validation results, under `results/`."""
        path = self.root / self.results / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))

    def note(self, text: str) -> None:
        """Leave the run's note where people look: the task's log, the results folder, and the run's page in Airflow.

        Airflow's page is a courtesy: where the api-server refuses or is away, the log says so and the run goes on.
        """
        log_.info("note: %s", text)
        self.keep("note", {"dag_id": self.dag_id, "run_id": self.run_id, "note": text})
        if not self.settings.airflow_url:
            return
        url = f"{self.settings.airflow_url}/api/v2/dags/{self.dag_id}/dagRuns/{self.run_id}"
        try:
            httpx.patch(url, json={"note": text}, headers=self._token(), timeout=5).raise_for_status()
        except httpx.HTTPError as error:
            log_.warning("the note could not be shown in Airflow: %s", error)

    def _token(self) -> dict[str, str]:
        if not self.settings.airflow_username:
            return {}
        credentials = {"username": self.settings.airflow_username, "password": self.settings.airflow_password}
        answer = httpx.post(f"{self.settings.airflow_url}/auth/token", json=credentials, timeout=5).raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def seconds(self) -> float:
        """Seconds since the run started."""
        started = self.dag_run.start_date or datetime.now(UTC)
        return (datetime.now(UTC) - started).total_seconds()

    def clean(self) -> None:
        """Remove this run's stage files, and those that failed runs left more than a day ago."""
        if self.folder.exists():
            self.folder.rmdir(recursive=True)
        oldest = (datetime.now(UTC) - KEEP_FAILED_RUNS).timestamp()
        folder = self.folder.parent
        for other in folder.iterdir() if folder.exists() else ():
            if other.stat().st_mtime < oldest:
                other.rmdir(recursive=True)


@contextmanager
def noted_failure(run: Run, stage: str) -> Iterator[None]:
    """Note on the run which stage failed and why, then let the error go on to Airflow.

    A batch that the breaker stopped fails at once, for trying again changes nothing: it is logged as an error, counted in Airflow's metric
    `dengar.batch_stopped` (tags dag_id and stage), and its sentence is the run's note.
    """
    try:
        yield
    except BatchStoppedError as error:
        run.note(f"stopped in {stage}: {error}"[:900])
        log_.error("%s, run %s: a batch was stopped in %s: %s", run.dag_id, run.run_id, stage, error)
        stats.incr("dengar.batch_stopped", tags={"dag_id": run.dag_id, "stage": stage})
        raise AirflowFailException(str(error)) from error
    except Exception as error:
        run.note(f"failed in {stage}: {str(error) or type(error).__name__}"[:900])
        raise
