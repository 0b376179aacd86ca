"""A slice by DAG `replay_topic`, through Airflow's API: the workers' models, their logs, retries and notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from dengar.dag_runs import DagRunError, DagRuns
from dengar.log import OffsetRange
from dengar.replay import ReplayError
from dengar.replay.run import Done
from dengar.replay.state import Replay
from dengar.stages.breaker import OVERRIDE

DAG = "replay_topic"
_FIGURE = re.compile(r"\b([a-z_]+)=(\d+)\b")


class ByDag:
    """Triggers a run for each slice and waits for its end."""

    def __init__(self, runs: DagRuns) -> None:
        self._runs = runs

    def __call__(self, replay: Replay, spans: Sequence[OffsetRange]) -> Done:
        """Raises ReplayError where the run fails or Airflow does not answer."""
        try:
            run = self._runs.trigger(DAG, conf(replay, spans))
            told = self._runs.succeeded(DAG, run)
        except DagRunError as error:
            raise ReplayError(f"{error} Then `dengar replay --resume {replay.name}`.") from error
        return Done(figures(told.get("note") or ""), run)


def conf(replay: Replay, spans: Sequence[OffsetRange]) -> dict[str, Any]:
    """`conf` of a run of replay_topic."""
    given: dict[str, Any] = {"offsets": [asdict(span) for span in spans], "replay": replay.name}
    if replay.revision is not None:
        given["enrichment_revision"] = replay.revision
    if replay.quarantine_limit is not None:
        given[OVERRIDE] = replay.quarantine_limit
    return given


def figures(note: str) -> dict[str, int]:
    """name → count of a run's note: `in=100 mention=80 superseded=3 in 4.2 s raw.youtube/0:0-100`; {} for a note without any."""
    return {name: int(value) for name, value in _FIGURE.findall(note)}
