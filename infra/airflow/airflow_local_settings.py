"""What Airflow imports when it starts, in each of its processes.

A task is a fork of the scheduler's worker, so what is loaded here costs a task nothing: importing Great Expectations takes seconds of a
task's life otherwise. Only the scheduler forks tasks; the api-server, triggerer and dag-processor start sooner without.
"""

import importlib
import importlib.util
import sys

LIBRARIES = ("orjson", "pyarrow", "pandas", "kafka", "elasticsearch", "great_expectations")
OWN = "dengar.airflow.preload"


def forks_tasks(arguments: list[str]) -> bool:
    """Whether this process is the one whose forks run tasks: `airflow scheduler`, or a Celery worker."""
    return "scheduler" in arguments[1:2] or arguments[1:3] == ["celery", "worker"]


def preload() -> None:
    """Import what tasks use. A library that is not installed is an error: tasks would fail on it later."""
    for name in LIBRARIES:
        importlib.import_module(name)
    if importlib.util.find_spec("dengar.airflow") and importlib.util.find_spec(OWN):
        importlib.import_module(OWN)


if forks_tasks(sys.argv):
    preload()
