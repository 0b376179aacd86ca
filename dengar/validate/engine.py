"""Great Expectations: one ephemeral context per process, one batch definition and suite per record type, built once.

Measured recipe and traps: map expectations skip nulls, a raised expectation names no rows (so it fails the batch, not a row), and
rows are told apart by their number, never by the business id, which may occur twice in a batch.
"""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # read at import

import great_expectations as gx
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context import EphemeralDataContext

from dengar.validate import CRITICAL, RECORD_TYPES, BatchInvalid, Verdict
from dengar.validate.frame import flat_frame
from dengar.validate.rule import Rule

# GX logs a line per metric run at INFO and draws a progress bar per validation.
logging.getLogger("great_expectations").setLevel(logging.WARNING)

_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["row"],
    "return_unexpected_index_query": False,
    "include_unexpected_rows": False,
}


@dataclass(frozen=True)
class Judged:
    """What a suite said about a batch; `summary` is JSON-able and quotes no value."""

    failed: dict[int, Verdict]
    warnings: dict[int, list[Verdict]]
    summary: dict[str, Any]


@cache
def _context() -> EphemeralDataContext:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


@cache
def rules(record_type: str) -> tuple[Rule, ...]:
    """The rules of a record type, in the order in which a row's first reason is chosen."""
    module = importlib.import_module(f"dengar.validate.suites.{record_type}")
    return tuple(module.RULES)


@cache
def _prepared(record_type: str) -> tuple[BatchDefinition[Any], gx.ExpectationSuite]:
    source = _context().data_sources.add_pandas(record_type)
    definition = source.add_dataframe_asset(record_type).add_batch_definition_whole_dataframe("batch")
    suite = gx.ExpectationSuite(record_type, expectations=[rule.build() for rule in rules(record_type)])
    return definition, _context().suites.add(suite)


def warm() -> None:
    """Build the context and all suites, so that processes forked from this one find them made."""
    for record_type in RECORD_TYPES:
        _prepared(record_type)


def run_suite(record_type: str, rows: Sequence[int], records: Sequence[dict[str, Any]]) -> Judged:
    """Judge records that passed the schema; `rows` are their numbers in the caller's batch. Raises BatchInvalid."""
    definition, suite = _prepared(record_type)
    frame = flat_frame(record_type, rows, records)
    outcome = definition.get_batch({"dataframe": frame}).validate(suite, result_format=_RESULT_FORMAT)
    by_id = {expectation.id: rule for expectation, rule in zip(suite.expectations, rules(record_type), strict=True)}
    failed: dict[int, Verdict] = {}
    warnings: dict[int, list[Verdict]] = {}
    lines = []
    # Results come in GX's own order; a row's first reason must not depend on it.
    order = {identity: number for number, identity in enumerate(by_id)}
    for result in sorted(outcome.results, key=lambda result: order[result.expectation_config.id]):
        rule = by_id[result.expectation_config.id]
        _refuse_raised(record_type, rule, result)
        hit = [] if result.success else sorted({int(entry["row"]) for entry in result.result["unexpected_index_list"]})
        if not result.success and not hit:
            raise BatchInvalid(f"Suite {record_type}: the expectation behind {rule.reason} failed and named no row.")
        for row in hit:
            verdict = Verdict(row, rule.reason, rule.detail, rule.severity)
            if rule.severity == CRITICAL:
                failed.setdefault(row, verdict)
            else:
                warnings.setdefault(row, []).append(verdict)
        lines.append(
            {
                "expectation": result.expectation_config.type,
                "columns": [
                    rule.arguments[name] for name in ("column", "column_A", "column_B") if name in rule.arguments
                ],
                "reason": rule.reason,
                "severity": rule.severity,
                "evaluated": int(result.result.get("element_count") or 0),
                "unexpected": len(hit),
            }
        )
    worst = outcome.get_max_severity_failure()
    summary = {
        "name": record_type,
        "success": bool(outcome.success),
        "worst": None if worst is None else str(getattr(worst, "value", worst)),
        "evaluated": len(records),
        "great_expectations": gx.__version__,
        "expectations": lines,
    }
    return Judged(failed, warnings, summary)


def _refuse_raised(record_type: str, rule: Rule, result: Any) -> None:
    """GX reports an exception as a failed expectation without rows; that must not read as `all rows are fine`."""
    told = result.exception_info or {}
    each = [told] if "raised_exception" in told else [entry for entry in told.values() if isinstance(entry, dict)]
    for entry in each:
        if entry.get("raised_exception"):
            message = str(entry.get("exception_message") or "no message").splitlines()[0][:300]
            raise BatchInvalid(f"Suite {record_type}: the expectation behind {rule.reason} could not run: {message}")
