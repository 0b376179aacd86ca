"""Validation of enriched records: JSON Schema first, then a Great Expectations suite per record type.

The schema says what a record is made of; the suite says what must hold between its fields and across its text. A critical
failure sends the row to quarantine with a reason code, a warning only annotates it, a `stop` speaks of the whole batch: none of it
goes on. Reason codes are a promise (people filter the quarantine by them): `schema.<field>` from the schema, and those of
`infra/expectations/`, the files that the suites are built from.

Great Expectations takes seconds to import, so only `dengar.validate.engine` and what it imports know it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

RECORD_TYPES = ("mention", "metrics", "account", "deletion")
CRITICAL = "critical"
WARNING = "warning"
STOP = "stop"


class BatchInvalid(RuntimeError):
    """A batch could not be judged at all (an expectation raised, a column is missing): no row of it may pass or be quarantined."""


@dataclass(frozen=True)
class Verdict:
    """Why a row, or with row −1 the whole batch, failed.

    `detail` is one plain sentence that quotes nothing of the record, so it can be shown and logged.
    """

    row: int
    reason: str
    detail: str
    severity: str


@dataclass(frozen=True)
class ValidationReport:
    """Outcome of a batch. Rows are positions in the sequence that was passed, from 0.

    `failed` holds the first critical reason of each row that must not pass; `warnings` what is odd about the rest; `stops` why the batch
    as a whole must not go on.
    `result` is JSON-able and free of the records' content, to be stored per run.
    """

    rows: int
    failed: dict[int, Verdict]
    warnings: dict[int, list[Verdict]] = field(default_factory=dict)
    stops: list[Verdict] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)


def validate_records(
    record_type: str, records: Sequence[dict[str, Any]], *, now: datetime | None = None
) -> ValidationReport:
    """Judge a batch of `mention`, `metrics`, `account` or `deletion` records; `now` (aware) is the clock, this machine's by default.

    Raises ValueError for another type, BatchInvalid where the suite itself could not run, ExpectationsError for a broken file.
    """
    from dengar.validate.contract import schema_verdicts

    if record_type not in RECORD_TYPES:
        raise ValueError(f"There is no record type {record_type!r}: choose from {', '.join(RECORD_TYPES)}.")
    broken = schema_verdicts(record_type, records)
    sound = [row for row in range(len(records)) if row not in broken]
    failed, warnings, summary = dict(broken), {}, _not_run(record_type)
    stops: list[Verdict] = []
    if sound:
        from dengar.validate.engine import run_suite

        judged = run_suite(record_type, sound, [records[row] for row in sound], now=now)
        failed, stops = failed | judged.failed, judged.stops
        warnings = {row: verdicts for row, verdicts in judged.warnings.items() if row not in failed}
        summary = judged.summary
    reasons: dict[str, int] = {}
    for verdict in failed.values():
        reasons[verdict.reason] = reasons.get(verdict.reason, 0) + 1
    from dengar.schemas import schema_id

    result = {
        "record_type": record_type,
        "rows": len(records),
        "passed": len(records) - len(failed),
        "failed": len(failed),
        "warned": len(warnings),
        "reasons": dict(sorted(reasons.items())),
        "stops": [verdict.reason for verdict in stops],
        "schema": schema_id(record_type),
        "suite": summary,
    }
    return ValidationReport(len(records), failed, warnings, stops, result)


def _not_run(record_type: str) -> dict[str, Any]:
    """What stands in a result for a suite that had no row to look at: not a success, since nothing was checked."""
    return {"name": record_type, "success": None, "evaluated": 0, "expectations": []}
