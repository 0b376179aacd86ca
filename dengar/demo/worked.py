"""Work the days that were played: what rose in them, and who carried the campaigns.

On live days DAGs do it as time goes by. A week that is pressed into minutes lies in the past when it arrives, as a backfill does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dengar.dag_runs import DagRuns
from dengar.records import timestamp
from dengar.settings import Settings


def work_days(settings: Settings, start: datetime, end: datetime, patience: float) -> None:
    """Run detect_trends and attribute_reach over [start, end), aware, and wait for both.

    Raises DagRunError where one fails or lasts longer than `patience` seconds.
    """
    confs: dict[str, Mapping[str, object]] = {
        "detect_trends": {"anew": True},
        "attribute_reach": {"start": timestamp(start), "end": timestamp(end)},
    }
    with DagRuns(settings) as runs:
        started = {dag: runs.trigger(dag, conf) for dag, conf in confs.items()}
        for dag, run in started.items():
            runs.succeeded(dag, run, patience=patience)
