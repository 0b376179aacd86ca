"""Validate: rows whose record breaks its contract become quarantined rows; warnings stay with the row.

Limit: a batch whose quarantined share passes `limit` stops the run instead of draining the topic into the quarantine:
a bad deploy or a changed platform shows as a failed run, and nothing is committed. A rule of severity `stop` does the same whatever
the share, because it speaks of the batch and not of its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dengar.records import Outcome
from dengar.stages.stagefile import Row

QUARANTINE_LIMIT = 0.5
LIMIT_APPLIES_FROM = 200


class BatchStoppedError(RuntimeError):
    """A batch must not go on; the message says why and how to let it pass. `results` are those of the validation, to be kept."""

    def __init__(self, message: str, results: dict[str, Any]) -> None:
        super().__init__(message)
        self.results = results


def validate(rows: Sequence[Row], *, limit: float = QUARANTINE_LIMIT) -> dict[str, Any]:
    """Check every record of `rows` in place and return the results, JSON-able: {record_type: summary, "quarantined": share}.

    Raises BatchStoppedError (see above); a batch under 200 records is not stopped for its share, one bad record would be too large a
    share. A limit of 1 lets everything pass, a rule that stops the batch included.
    """
    from dengar.validate import validate_records  # pulls in Great Expectations: only where it is used

    results: dict[str, Any] = {}
    stops: list[str] = []
    for record_type in ("mention", "metrics", "account", "deletion"):
        own = [(row, row.record) for row in rows if row.record_type == record_type and row.record is not None]
        extra = [(row, record) for row in rows for kind, record in row.fan_out if kind == record_type]
        if not own and not extra:
            continue
        report = validate_records(record_type, [record for _, record in own + extra])
        results[record_type] = report.result
        stops += [f"{verdict.reason} ({record_type}): {verdict.detail}" for verdict in report.stops]
        for number, verdict in report.failed.items():
            if number < len(own):
                own[number][0].quarantine("validate", verdict.reason, verdict.detail)
            else:
                row, record = extra[number - len(own)]
                row.fan_out = [item for item in row.fan_out if item[1] is not record]
                row.warnings.append(f"fan-out {record_type} dropped: {verdict.reason}")
        for number, verdicts in report.warnings.items():
            row = own[number][0] if number < len(own) else extra[number - len(own)][0]
            row.warnings.extend(verdict.reason for verdict in verdicts)
    quarantined = sum(row.outcome is Outcome.QUARANTINED for row in rows)
    results["quarantined"] = {"rows": len(rows), "quarantined": quarantined}
    if stops and limit < 1:
        raise BatchStoppedError(
            f"{' '.join(stops)} Nothing of the batch goes on: repair the cause and clear this task, or trigger the DAG with "
            '{"quarantine_limit": 1.0} to let it pass.',
            results,
        )
    if len(rows) >= LIMIT_APPLIES_FROM and quarantined > limit * len(rows):
        reasons = sorted({row.reason or "" for row in rows if row.outcome is Outcome.QUARANTINED})
        raise BatchStoppedError(
            f"{quarantined} of {len(rows)} records would be quarantined ({', '.join(reasons[:5])}), more than the limit of {limit:.0%}: "
            'repair the cause and clear this task, or trigger the DAG with {"quarantine_limit": 1.0} to let them pass.',
            results,
        )
    return results
