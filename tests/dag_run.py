"""A run of a DAG on the test stack, from its trigger to its success."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dengar.dag_runs import DagRuns
from dengar.settings import Settings


def succeeded(settings: Settings, dag: str, conf: Mapping[str, Any], patience_s: float = 300) -> str:
    """Run a DAG now and wait for its end; its note. Fails with the note where the run does."""
    with DagRuns(settings) as runs:
        return str(runs.succeeded(dag, runs.trigger(dag, conf), patience=patience_s)["note"])
