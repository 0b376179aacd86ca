"""Find and kill the process of a running Airflow task, by its stage."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import psutil

from dengar.local.stack import Stack

TITLE = "airflow worker -- LocalExecutor: "


class Hunter(threading.Thread):
    """Waits until a task of `stage` runs, then sends SIGKILL to its process or, with `supervisor`, to the worker that watches over it.

    `early`: to a worker that has taken the task but not started it.
    The worker's title carries the task instance's id; the stage is looked up in Airflow's database.
    """

    def __init__(
        self, stack: Stack, stage: str, *, supervisor: bool = False, early: bool = False, seconds: float = 90.0
    ) -> None:
        super().__init__(name=f"hunter-{stage}", daemon=True)
        self.stage, self.supervisor, self.early, self.seconds = stage, supervisor, early, seconds
        record = stack.instance.process("airflow-scheduler")
        assert record is not None
        scheduler = record.find()
        assert scheduler is not None
        self.scheduler = scheduler
        self.database: Path = stack.airflow.folder / "airflow.db"
        self.killed_at: float | None = None

    def run(self) -> None:
        deadline = time.monotonic() + self.seconds
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            while time.monotonic() < deadline and self.killed_at is None:
                for worker in self._workers():
                    self._consider(connection, worker)
                time.sleep(0.01)

    def _workers(self) -> list[psutil.Process]:
        try:
            return self.scheduler.children()
        except psutil.NoSuchProcess:
            return []

    def _consider(self, connection: sqlite3.Connection, worker: psutil.Process) -> None:
        try:
            title = worker.cmdline()[0]
            if not title.startswith(TITLE) or title.endswith("<idle>"):
                return
            # The title has no room for the whole id.
            identity = title.removeprefix(TITLE).strip().replace("-", "") + "%"
            rows = connection.execute(
                "select task_id from task_instance where replace(id, '-', '') like ?", (identity,)
            ).fetchall()
            if not rows or rows[0][0].rsplit(".", 1)[-1] != self.stage:
                return
            tasks = worker.children()
            victims = ([] if tasks else [worker]) if self.early else [worker] if tasks and self.supervisor else tasks
            for victim in victims:
                victim.kill()
                self.killed_at = time.time()
        except (psutil.NoSuchProcess, IndexError):
            return  # it ended while we looked: the next task of the stage will do
