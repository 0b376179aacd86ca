"""The breaker: a batch of which too large a share would be quarantined stops the run, instead of draining the topic into the quarantine.

A bad deploy or a changed platform then shows as a failed run with one plain sentence; nothing is published or committed, and the next
run takes the same records again. A small batch is never stopped: one bad record would be too large a share of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dengar.records import Outcome

if TYPE_CHECKING:
    from dengar.stages.stagefile import Row  # brings pyarrow, and DAG files import this module

OVERRIDE = "quarantine_limit"
"""Key of a run's conf by which an operator sets another share for all stages of that run; 1 lets everything pass."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`share` of a batch that may be quarantined, asked of batches of at least `from_records`."""

    share: float = 0.25
    from_records: int = 100


LIMITS = {"enrich": Limit(), "validate": Limit(), "index": Limit()}
"""By stage. A stage counts what was quarantined up to and including itself."""


class LimitError(ValueError):
    """`conf["quarantine_limit"]` is malformed; the message says what to give."""


class BatchStoppedError(RuntimeError):
    """A batch must not go on; the message says why and how to let it pass. `results`: those of the validation, to be kept."""

    def __init__(self, message: str, results: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.results = results


def override(conf: Mapping[str, Any]) -> float | None:
    """The share that an operator set for a run, None where there is none. Raises LimitError."""
    given = conf.get(OVERRIDE)
    if given is None:
        return None
    try:
        share = float(given)
    except (TypeError, ValueError):
        share = -1.0
    if not 0 <= share <= 1:
        raise LimitError(f"{OVERRIDE} must be a share from 0 to 1: 1 lets every record pass into the quarantine.")
    return share


def watch(
    stage: str,
    rows: Iterable[Row],
    share: float | None = None,
    results: dict[str, Any] | None = None,
) -> None:
    """Raise BatchStoppedError where too many of `rows` are quarantined; `share` overrides the stage's own."""
    every = list(rows)
    reasons = Counter(row.reason or "unknown" for row in every if row.outcome is Outcome.QUARANTINED)
    stop(stage, reasons, len(every), share, results)


def stop(
    stage: str,
    reasons: Counter[str],
    records: int,
    share: float | None = None,
    results: dict[str, Any] | None = None,
) -> None:
    """As `watch`, for reasons counted elsewhere: reason code → records."""
    limit = LIMITS[stage]
    most = limit.share if share is None else share
    bad = reasons.total()
    if records < limit.from_records or bad <= most * records:
        return
    told = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common(5))
    raise BatchStoppedError(
        f"{bad} of {records} records would be quarantined ({told}), more than the limit of {most:.0%}. Nothing was committed: repair the "
        f'cause, and the next run takes the same records again; or trigger the DAG with {{"{OVERRIDE}": 1.0}} to let them pass.',
        results,
    )
