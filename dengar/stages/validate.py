"""Validate: rows whose record breaks its contract become quarantined rows; warnings stay with the row.

A batch of which too large a share fails stops the run (see dengar.stages.breaker). A rule of severity `stop` does the same whatever the
share, because it speaks of the batch and not of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dengar.records import Outcome
from dengar.stages.breaker import OVERRIDE, BatchStoppedError, watch
from dengar.stages.stagefile import Row
from dengar.validate.drift import share_drift
from dengar.validate.profile import Profile, profile


def validate(rows: Sequence[Row], *, limit: float | None = None, week: Sequence[Profile] = ()) -> dict[str, Any]:
    """Check every record of `rows` in place and return the results, JSON-able: {record_type: summary, "quarantined": share, "profile":
    counts of what passed, "drift": sentences on where it departs from `week`, a profile for each of the days before}.

    Raises BatchStoppedError; `limit` overrides the share that may fail. A limit of 1 lets everything pass, a rule that stops the batch
    included.
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
    results["profile"] = profile(_passed(rows))
    results["drift"] = share_drift(results["profile"], week)
    if stops and (limit is None or limit < 1):
        raise BatchStoppedError(
            f"{' '.join(stops)} Nothing was committed: repair the cause, and the next run takes the same records again; or trigger the DAG "
            f'with {{"{OVERRIDE}": 1.0}} to let them pass.',
            results,
        )
    watch("validate", rows, limit, results)
    return results


def _passed(rows: Sequence[Row]) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in rows:
        if row.record_type is not None and row.record is not None:
            yield row.record_type, row.record
        yield from row.fan_out
