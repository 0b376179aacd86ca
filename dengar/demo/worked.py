"""Work the days that were played: what rose in them, and who carried the campaigns.

On live days DAGs do it as time goes by. A week that is pressed into minutes lies in the past when it arrives, as a backfill does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dengar.dag_runs import DagRunError, DagRuns
from dengar.demo.players import DemoError
from dengar.records import timestamp
from dengar.settings import Settings


def work_days(settings: Settings, start: datetime, end: datetime, patience: float) -> None:
    """Run detect_trends and attribute_reach over [start, end), aware, and wait for both.

    Raises DemoError where one fails or lasts longer than `patience` seconds.
    """
    span = {"start": timestamp(start), "end": timestamp(end)}
    try:
        with DagRuns(settings) as runs:
            confs: dict[str, Mapping[str, object]] = {"detect_trends": {"anew": True}, "attribute_reach": span}
            started = {dag: runs.trigger(dag, conf) for dag, conf in confs.items()}
            for dag, run in started.items():
                found = runs.wait(dag, run, patience=patience)
                if found["state"] != "success":
                    raise DemoError(f"{dag} failed: its page says why, {runs.page(dag, run)}.")
    except DagRunError as error:
        raise DemoError(str(error)) from error
