"""Data Docs: Great Expectations' own pages of the last days, built from folded days, not from every run.

A page a day and record type, with the day's drift and links to the runs that quarantined most. Values of records are nowhere in them,
because results hold counts only.
"""

from __future__ import annotations

import copy
import html
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)
from upath import UPath

from dengar.validate.days import Day
from dengar.validate.engine import expectations

_ADDRESS = re.compile(r">\s*(https?://[^\s<>\"]+/dags/[^\s<>\"]+)\s*<")


def build_docs(days: Sequence[Day], target: UPath) -> int:
    """Write the site of `days` to `target`, in place of what was there; how many validation pages."""
    with tempfile.TemporaryDirectory(prefix="dengar-docs-") as folder:
        context = gx.get_context(mode="file", project_root_dir=folder)
        context.variables.progress_bars = {"globally": False}
        pages = 0
        for record_type in sorted({name for day in days for name in day["types"]}):
            built = expectations(record_type)
            # A stored suite binds its expectations to itself; the engine's own ones must stay free for its next batch.
            context.suites.add(
                gx.ExpectationSuite(record_type, expectations=[copy.copy(one) for one in built.values()])
            )
            for day in days:
                if record_type in day["types"]:
                    _store(context, record_type, day, built)
                    pages += 1
        context.build_data_docs()
        (site,) = Path(folder).rglob("data_docs/local_site")
        _publish(site, target)
    return pages


def _store(context: Any, record_type: str, day: Day, built: dict[str, Any]) -> None:
    told = day["types"][record_type]
    results = [
        _result(expectation, told["rules"][reason]) for reason, expectation in built.items() if reason in told["rules"]
    ]
    held = sum(result.success for result in results)
    run = RunIdentifier(run_name=day["day"], run_time=datetime.fromisoformat(day["day"]).replace(tzinfo=UTC))
    info = {
        "data_asset_name": record_type,
        "rows": str(told["rows"]),
        "quarantined": str(told["failed"]),
        "with warnings": str(told["warned"]),
        **{f"drift {number}": sentence for number, sentence in enumerate(day["drift"], 1)},
        **{
            f"run {number}, {one['quarantined']} of {one['rows']} quarantined": one.get("url") or one["run_id"]
            for number, one in enumerate(day["worst_runs"], 1)
        },
    }
    whole = ExpectationSuiteValidationResult(
        success=held == len(results),
        results=results,
        suite_name=record_type,
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": held,
            "unsuccessful_expectations": len(results) - held,
            "success_percent": 100 * held / len(results) if results else None,
        },
        meta={"great_expectations_version": gx.__version__, "run_id": run, "batch_kwargs": info},
    )
    key = ValidationResultIdentifier(ExpectationSuiteIdentifier(record_type), run, day["day"])
    context.validation_results_store.set(key, whole)


def _result(expectation: Any, line: dict[str, int]) -> ExpectationValidationResult:
    evaluated, unexpected = line["evaluated"], line["unexpected"]
    return ExpectationValidationResult(
        success=not line["broken"],
        expectation_config=expectation.configuration,
        result={
            "element_count": evaluated,
            "unexpected_count": unexpected,
            "unexpected_percent": 100 * unexpected / evaluated if evaluated else 0.0,
            "partial_unexpected_list": [],
        },
        meta={},
        exception_info={"raised_exception": False, "exception_message": None, "exception_traceback": None},
    )


def _publish(site: Path, target: UPath) -> None:
    written = set()
    for path in sorted(site.rglob("*")):
        if path.is_file():
            name = path.relative_to(site).as_posix()
            content = path.read_bytes()
            if path.suffix == ".html":
                content = _ADDRESS.sub(_link, content.decode()).encode()
            to = target / name
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(content)
            written.add(name)
    for old in list(target.rglob("*.html")):
        if old.relative_to(target).as_posix() not in written:
            old.unlink()


def _link(found: re.Match[str]) -> str:
    address = html.escape(html.unescape(found[1]), quote=True)
    return f'><a href="{address}">{address}</a><'
