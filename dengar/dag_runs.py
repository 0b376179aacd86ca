"""DAG runs through Airflow's REST API: trigger, wait, look up. For the command line; tasks themselves know their run from Airflow."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from dengar.settings import Settings

DONE = ("success", "failed")
PATIENCE_S = 1_800.0
PAUSE_S = 0.5
# A loaded api-server takes its time, and a trigger that is cut off leaves open whether the run exists.
ANSWER = httpx.Timeout(120, connect=15)


class DagRunError(RuntimeError):
    """Airflow does not answer, refuses, or the run failed; the message says what to do."""


class DagRuns:
    """A deployment's runs; a context manager closes the connection. Raises DagRunError where no Airflow is named."""

    def __init__(self, settings: Settings) -> None:
        if not settings.airflow_url:
            raise DagRunError(
                "There is no Airflow to ask: start the stack with `dengar up`, or set DENGAR_AIRFLOW_URL."
            )
        self.url = settings.airflow_url.rstrip("/")
        self._credentials = (settings.airflow_username, settings.airflow_password)
        self._client = httpx.Client(base_url=self.url, timeout=ANSWER)

    def __enter__(self) -> DagRuns:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def reachable(self) -> bool:
        """Whether the api-server answers."""
        try:
            return self._client.get("/api/v2/version").status_code < 500
        except httpx.HTTPError:
            return False

    def trigger(self, dag: str, conf: Mapping[str, Any]) -> str:
        """Start a run; its id."""
        body = {"conf": dict(conf), "logical_date": None}
        return str(self._ask("POST", f"/api/v2/dags/{dag}/dagRuns", json=body)["dag_run_id"])

    def get(self, dag: str, run: str) -> dict[str, Any]:
        """State, note and times of a run."""
        return self._ask("GET", f"/api/v2/dags/{dag}/dagRuns/{quote(run, safe='')}")

    def wait(
        self, dag: str, run: str, told: Callable[[], None] = lambda: None, *, patience: float = PATIENCE_S
    ) -> dict[str, Any]:
        """Wait for the end of a run, calling `told` while it lasts; what it came to. Raises DagRunError where it does not end in time."""
        deadline = time.monotonic() + patience
        while (found := self.get(dag, run))["state"] not in DONE:
            if time.monotonic() > deadline:
                raise DagRunError(f"Run {run} of {dag} is still {found['state']}: look at it in Airflow, {self.url}.")
            told()
            time.sleep(PAUSE_S)
        return found

    def succeeded(self, dag: str, run: str, *, patience: float = PATIENCE_S) -> dict[str, Any]:
        """See `wait`. Raises DagRunError, with its note or its page, for a run that failed too."""
        found = self.wait(dag, run, patience=patience)
        if found["state"] != "success":
            raise DagRunError(f"Run {run} of {dag} failed: {found.get('note') or self.page(dag, run)}")
        return found

    def page(self, dag: str, run: str) -> str:
        """Address of the run's page, for people."""
        return page(self.url, dag, run)

    def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, **options)
            if answer.status_code == httpx.codes.UNAUTHORIZED and self._credentials[0]:
                self._log_in()
                answer = self._client.request(method, path, **options)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise DagRunError(
                f"Airflow refuses {method} {path} (status {error.response.status_code}): check DENGAR_AIRFLOW_USERNAME and its rights."
            ) from error
        except httpx.HTTPError as error:
            raise DagRunError(f"Airflow at {self.url} does not answer ({type(error).__name__}): is it up?") from error
        found: dict[str, Any] = answer.json()
        return found

    def _log_in(self) -> None:
        username, password = self._credentials
        answer = self._client.post("/auth/token", json={"username": username, "password": password})
        answer.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def page(url: str, dag: str, run: str) -> str:
    """Address of a run's page in the Airflow at `url`."""
    return f"{url.rstrip('/')}/dags/{dag}/runs/{quote(run, safe='')}"
