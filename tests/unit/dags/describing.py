"""What Airflow makes of DAG files: a script of a test's own, in a process with an Airflow of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dengar.local.airflow import empty_database
from dengar.paths import PROJECT


def describe(script: str, dags: Path, home: Path) -> Any:
    """Run `script` with the path of the DAG files as its argument; the JSON of the line that it prints after `DESCRIBED `."""
    shutil.copyfile(empty_database(version("apache-airflow-core")) / "airflow.db", home / "airflow.db")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_")},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "PYTHONPATH": str(PROJECT),
    }
    command = [sys.executable, "-c", script, str(dags)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=300)
    line = next(line for line in done.stdout.splitlines() if line.startswith("DESCRIBED "))
    return json.loads(line.removeprefix("DESCRIBED "))
