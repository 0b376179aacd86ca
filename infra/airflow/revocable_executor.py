"""LocalExecutor that gives a task up when the scheduler asks for it back (airflow.cfg names this module)."""

from __future__ import annotations

from typing import Any

from airflow.executors.local_executor import LocalExecutor


class RevocableLocalExecutor(LocalExecutor):
    """A worker that dies between taking a task and starting it takes the task along: it stays queued, and the DAG with it.

    The scheduler finds such tasks after `task_queued_timeout` and asks the executor to revoke them, which Airflow 3.3's own
    LocalExecutor does not implement. Should the worker live after all, the api-server refuses its late start.
    """

    def revoke_task(self, *, ti: Any) -> None:
        """Forget the task; the scheduler queues it again."""
        self.queued_tasks.pop(ti.key, None)
        self.running.discard(ti.key)
