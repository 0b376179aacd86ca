"""Great Expectations: one ephemeral context per process, one batch definition and suite per record type, built once.

Measured recipe and traps: map expectations skip nulls, a raised expectation names no rows (so it fails the batch, not a row), and
rows are told apart by their number, never by the business id, which may occur twice in a batch.

Cost: what Great Expectations does for a rule hardly depends on the rows, so a suite is asked in two steps. The first asks every rule
only whether it holds; the second asks those that do not which rows break them, and in most batches there is none. A rule's `where` is
laid over its column here, with one mask: `row_condition` would parse its expression again for each metric of each rule.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, reduce
from operator import and_
from typing import TYPE_CHECKING, Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # read at import

import great_expectations as gx
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context import EphemeralDataContext
from great_expectations.exceptions import ExpectationNotFoundError
from great_expectations.expectations.expectation import (
    ColumnMapExpectation,
    ColumnPairMapExpectation,
    Expectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.registry import get_expectation_impl

import dengar.validate.expectations  # noqa: F401 - registers the expectations of our own
from dengar.validate import CRITICAL, RECORD_TYPES, STOP, WARNING, BatchInvalid, Verdict
from dengar.validate.files import ExpectationsError, rules
from dengar.validate.frame import columns_of, flat_frame
from dengar.validate.rule import Rule

if TYPE_CHECKING:
    import pandas as pd

# GX logs a line per metric run at INFO and draws a progress bar per validation.
logging.getLogger("great_expectations").setLevel(logging.WARNING)

_ROWS = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["row"],
    "return_unexpected_index_query": False,
    "include_unexpected_rows": False,
}
_NAMES_ROWS = (ColumnMapExpectation, ColumnPairMapExpectation, MulticolumnMapExpectation)
_NOT_NULL = "expect_column_values_to_not_be_null"
_GX_SEVERITY = {CRITICAL: "critical", WARNING: "warning", STOP: "critical"}


@dataclass(frozen=True)
class Judged:
    """What a suite said about a batch; `summary` is JSON-able and quotes no value."""

    failed: dict[int, Verdict]
    warnings: dict[int, list[Verdict]]
    stops: list[Verdict]
    summary: dict[str, Any]


@cache
def _context() -> EphemeralDataContext:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


@cache
def _definition(record_type: str) -> BatchDefinition[Any]:
    source = _context().data_sources.add_pandas(record_type)
    return source.add_dataframe_asset(record_type).add_batch_definition_whole_dataframe("batch")


@cache
def expectations(record_type: str) -> dict[str, Expectation]:
    """reason → the expectation of each rule, in the order of the file. Raises ExpectationsError."""
    return {rule.reason: build(rule, record_type) for rule in rules(record_type)}


def build(rule: Rule, record_type: str) -> Expectation:
    """The expectation of a rule, with severity and reason on it. Raises ExpectationsError where Great Expectations cannot make it."""
    named = f"{rule.place}: rule {rule.reason}"
    try:
        kind = get_expectation_impl(rule.type)
    except ExpectationNotFoundError:
        raise ExpectationsError(
            f"{named}: there is no expectation {rule.type}; docs/data-engineer.md says where they are listed."
        ) from None
    if rule.names_rows and not issubclass(kind, _NAMES_ROWS):
        raise ExpectationsError(f"{named}: {rule.type} speaks of the batch and names no row: give it severity stop.")
    known = columns_of(record_type)
    if unknown := sorted({*rule.columns, *rule.where} - set(known)):
        raise ExpectationsError(
            f"{named}: there is no column {', '.join(unknown)}; a {record_type} has {', '.join(known)}."
        )
    kwargs = dict(rule.kwargs)
    if rule.where:
        if not issubclass(kind, (ColumnMapExpectation, ColumnPairMapExpectation)):
            raise ExpectationsError(f"{named}: `where` works on one column or a pair of columns.")
        first = "column" if "column" in kwargs else "column_A"
        kwargs[first] = scoped(rule)
        if first == "column_A":
            kwargs["ignore_row_if"] = "either_value_is_missing"
    try:
        return kind(**kwargs, severity=_GX_SEVERITY[rule.severity], meta={"reason": rule.reason})
    except ValueError as error:  # pydantic's
        problems = error.errors() if hasattr(error, "errors") else [{"loc": (), "msg": str(error)}]
        told = "; ".join(f"{'.'.join(str(step) for step in one['loc'])} {one['msg']}".strip() for one in problems[:2])
        raise ExpectationsError(f"{named}: {rule.type} does not take these kwargs: {told}.") from None


def scoped(rule: Rule) -> str:
    """The name of a rule's column once `where` is laid over it."""
    return f"{rule.columns[0]} [{rule.reason}]"


def warm() -> None:
    """Build the context and all suites, so that processes forked from this one find them made."""
    for record_type in RECORD_TYPES:
        _definition(record_type)
        expectations(record_type)


def run_suite(
    record_type: str, rows: Sequence[int], records: Sequence[dict[str, Any]], *, now: datetime | None = None
) -> Judged:
    """Judge records that passed the schema; `rows` are their numbers in the caller's batch. Raises BatchInvalid, ExpectationsError.

    `now` (aware) is the clock that observations are held against, this machine's by default.
    """
    asked = [rule for rule in rules(record_type) if len(records) >= rule.from_rows]
    built = expectations(record_type)
    frame = _scope(flat_frame(record_type, rows, records, now=now), asked)
    held = _ask(record_type, frame, [built[rule.reason] for rule in asked], "BOOLEAN_ONLY")
    by_reason = {rule.reason: rule for rule in asked}
    for reason, result in held.items():
        _refuse_raised(record_type, by_reason[reason], result)
    broken = [rule for rule in asked if not held[rule.reason].success]
    told = _ask(record_type, frame, [built[rule.reason] for rule in broken], _ROWS) if broken else {}
    failed: dict[int, Verdict] = {}
    warnings: dict[int, list[Verdict]] = {}
    stops: list[Verdict] = []
    lines = []
    for rule in asked:
        hit = _rows_of(record_type, rule, told[rule.reason]) if rule.reason in told else []
        for row in hit if rule.names_rows else ():
            verdict = Verdict(row, rule.reason, rule.detail, rule.severity)
            if rule.severity == CRITICAL:
                failed.setdefault(row, verdict)
            else:
                warnings.setdefault(row, []).append(verdict)
        if rule.severity == STOP and rule.reason in told:
            stops.append(Verdict(-1, rule.reason, rule.detail, STOP))
        lines.append(
            {
                "expectation": rule.type,
                "columns": list(rule.columns),
                "kwargs": dict(rule.kwargs),
                "where": {name: list(values) for name, values in rule.where.items()},
                "reason": rule.reason,
                "severity": rule.severity,
                "detail": rule.detail,
                "success": rule.reason not in told,
                "evaluated": len(records),
                "unexpected": len(hit),
            }
        )
    worst = next((one for one in (STOP, CRITICAL, WARNING) if any(rule.severity == one for rule in broken)), None)
    summary = {
        "name": record_type,
        "success": not broken,
        "worst": worst,
        "evaluated": len(records),
        "great_expectations": gx.__version__,
        "expectations": lines,
    }
    return Judged(failed, warnings, stops, summary)


def _ask(record_type: str, frame: pd.DataFrame, asked: Sequence[Expectation], form: Any) -> dict[str, Any]:
    """reason → Great Expectations' result of each expectation."""
    suite = gx.ExpectationSuite(record_type, expectations=list(asked))
    outcome = _definition(record_type).get_batch({"dataframe": frame}).validate(suite, result_format=form)
    return {result.expectation_config.meta["reason"]: result for result in outcome.results}


def _scope(frame: pd.DataFrame, asked: Sequence[Rule]) -> pd.DataFrame:
    """The frame with a column more for each rule with a `where`: null outside it, which map expectations skip."""
    scoped_columns = {}
    for rule in asked:
        if rule.where:
            inside = reduce(and_, (frame[name].isin(values) for name, values in rule.where.items()))
            # Where a null is the fault that is looked for, what lies outside must not be one.
            column = frame[rule.columns[0]].astype("object")
            scoped_columns[scoped(rule)] = column.where(inside, "outside" if rule.type == _NOT_NULL else None)
    return frame.assign(**scoped_columns) if scoped_columns else frame


def _rows_of(record_type: str, rule: Rule, result: Any) -> list[int]:
    _refuse_raised(record_type, rule, result)
    entries = result.result.get("unexpected_index_list") or []
    hit = sorted({int(entry["row"]) for entry in entries})
    if rule.names_rows and not hit:
        raise BatchInvalid(f"Suite {record_type}: the expectation behind {rule.reason} failed and named no row.")
    return hit


def _refuse_raised(record_type: str, rule: Rule, result: Any) -> None:
    """GX reports an exception as a failed expectation without rows; that must not read as `all rows are fine`."""
    told = result.exception_info or {}
    each = [told] if "raised_exception" in told else [entry for entry in told.values() if isinstance(entry, dict)]
    for entry in each:
        if entry.get("raised_exception"):
            message = str(entry.get("exception_message") or "no message").splitlines()[0][:300]
            raise BatchInvalid(f"Suite {record_type}: the expectation behind {rule.reason} could not run: {message}")
