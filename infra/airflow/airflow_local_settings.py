"""What Airflow imports when it starts, in each of its processes.

A task is a fork of the scheduler's worker, so what is loaded here costs a task nothing: importing Great Expectations takes seconds of a
task's life otherwise. Only the scheduler forks tasks; the api-server, triggerer and dag-processor start sooner without.
"""

import importlib
import logging
import sys

LIBRARIES = ("orjson", "pyarrow", "pandas", "kafka", "elasticsearch", "great_expectations")
OWN = "dengar.airflow.preload"


def forks_tasks(arguments: list[str]) -> bool:
    """Whether this process is the one whose forks run tasks: `airflow scheduler`, or a Celery worker."""
    return "scheduler" in arguments[1:2] or arguments[1:3] == ["celery", "worker"]


def preload() -> list[str]:
    """Import what tasks use; the names of what could not be imported.

    A module broken by an edit must not take the scheduler down with it: it is named in the log, and the tasks that import it fail alone.
    """
    failed = []
    for name in (*LIBRARIES, OWN):
        try:
            importlib.import_module(name)
        except ImportError as error:
            logging.getLogger(__name__).warning("%s could not be preloaded: %s", name, error)
            failed.append(name)
    return failed


if forks_tasks(sys.argv):
    preload()
