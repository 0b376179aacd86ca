"""The api-server's audit log on SQLite: written beside the event loop, or one request waits for another for ever."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.testclient import TestClient

from dengar.paths import INFRA

PATIENCE = 20.0


@pytest.fixture
def airflow_sqlite(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(INFRA / "airflow"))
    import airflow_sqlite

    return airflow_sqlite


class Server:
    """A server as Airflow's: one writer at a time, who holds on until the loop ends its request; an audit entry before each answer."""

    def __init__(self) -> None:
        self.writer = threading.Lock()
        self.writing = threading.Event()
        self.entries: list[tuple[str, dict[str, Any]]] = []

    def action_logging(self, event: str | None = None) -> Any:
        async def log_action(request: Request) -> None:
            body = await request.json()
            assert self.writer.acquire(timeout=PATIENCE), "database is locked"
            self.entries.append((str(event), body))
            self.writer.release()

        return log_action

    def session(self) -> Iterator[None]:
        assert self.writer.acquire(timeout=PATIENCE)
        self.writing.set()
        yield
        self.writer.release()

    @contextmanager
    def up(self, action_logging: Any, notes: threading.Event) -> Iterator[TestClient]:
        app = FastAPI()

        @app.patch("/run", dependencies=[Depends(self.session, scope="function")])
        def run() -> str:
            assert notes.wait(PATIENCE)
            return "started"

        @app.patch("/note", dependencies=[Depends(action_logging("note"))])
        async def note(request: Request) -> Any:
            return await request.json()

        @app.middleware("http")
        async def told(request: Request, call_next: Any) -> Any:
            if request.url.path == "/note":
                notes.set()
            return await call_next(request)

        with TestClient(app) as client:
            yield client


def test_an_entry_does_not_keep_the_writer_it_waits_for_from_ending(airflow_sqlite: ModuleType) -> None:
    server, noted = Server(), threading.Event()
    with (
        server.up(airflow_sqlite.off_the_event_loop(server.action_logging), noted) as client,
        ThreadPoolExecutor() as pool,
    ):
        run = pool.submit(client.patch, "/run")
        assert server.writing.wait(PATIENCE)
        note = client.patch("/note", json={"note": "selesai"})
        assert (run.result(PATIENCE).status_code, note.status_code, note.json()) == (200, 200, {"note": "selesai"})
    assert server.entries == [("note", {"note": "selesai"})]


def test_airflows_own_audit_log_is_the_mended_one() -> None:
    script = (
        "import json, airflow_sqlite, inspect;"
        "from airflow.api_fastapi.logging.decorators import action_logging;"
        "log = action_logging('x');"
        "print(json.dumps([log.__code__.co_filename, list(inspect.signature(log).parameters)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=INFRA / "airflow", capture_output=True, text=True, timeout=120, check=True
    )
    file, parameters = json.loads(done.stdout.splitlines()[-1])
    assert file.endswith("airflow_sqlite.py")
    assert parameters == ["request", "session", "user"]
