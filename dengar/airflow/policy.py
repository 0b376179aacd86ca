"""The policy that all DAGs share: retries, the sweep, and how many runs at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable

# A sweep behind the triggers: whatever a lost wake-up left is taken up within five minutes.
SWEEP = CronTriggerTimetable("*/5 * * * *", timezone="UTC")

TASKS: dict[str, Any] = {
    "owner": "dengar",
    "retries": 4,
    "retry_delay": timedelta(seconds=5),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=2),
    "execution_timeout": timedelta(minutes=10),
}

# One run at a time: commits then happen in order, and backpressure is the backlog itself.
DAG_POLICY: dict[str, Any] = {
    "catchup": False,
    "max_active_runs": 1,
    "default_args": TASKS,
    "render_template_as_native_obj": False,
}
