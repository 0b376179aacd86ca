"""The command line starts at once: what a verb needs is imported when it runs."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "airflow",
    "dengar.enrich",
    "elasticsearch",
    "fastapi",
    "great_expectations",
    "kafka",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
}


def test_building_it_imports_nothing_heavy() -> None:
    code = "import sys, dengar.cli; dengar.cli.build(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert HEAVY & set(done.stdout.split()) == set()
