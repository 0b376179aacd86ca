"""`dengar validate`: check the expectations files, and records of a file by schema and expectations, without any service."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import typer

_SHOWN = 20


class Type(StrEnum):
    """What the records of a file are."""

    MENTION = "mention"
    METRICS = "metrics"
    ACCOUNT = "account"
    DELETION = "deletion"


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("validate")(validate)


def validate(
    file: Path | None = typer.Argument(
        None, help="Enriched records, one JSON object a line; none: only check the rules."
    ),
    record_type: Type = typer.Option(Type.MENTION, "--type", help="What they are."),
    as_json: bool = typer.Option(
        False, "--json", help="For machines: one JSON object a failed or warned row, then the result."
    ),
) -> None:
    """Check records as the pipeline does: JSON Schema, then infra/expectations. Exit status 1 where a row would be quarantined.

    Without a FILE it builds the suites of all record types and says what is wrong with their files.

    Example: dengar validate mentions.ndjson --type mention
    """
    from dengar.validate import RECORD_TYPES, validate_records
    from dengar.validate.engine import expectations

    if file is None:
        counts = {name: len(expectations(name)) for name in RECORD_TYPES}
        typer.echo(f"{sum(counts.values())} rules are sound: " + ", ".join(f"{name} {n}" for name, n in counts.items()))
        return
    report = validate_records(record_type.value, _records(file))
    found = [*report.failed.values(), *(verdict for verdicts in report.warnings.values() for verdict in verdicts)]
    found.sort(key=lambda verdict: verdict.row)
    if as_json:
        import orjson

        for verdict in [*report.stops, *found]:
            row = {
                "line": verdict.row + 1,
                "severity": verdict.severity,
                "reason": verdict.reason,
                "detail": verdict.detail,
            }
            typer.echo(orjson.dumps(row).decode())
        typer.echo(orjson.dumps(report.result).decode())
    else:
        _show(report, found)
    if report.failed or report.stops:
        raise typer.Exit(1)


def _show(report: Any, found: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("line", "severity", "reason", "what is wrong", box=None, pad_edge=False)
    for verdict in found[:_SHOWN]:
        table.add_row(str(verdict.row + 1), verdict.severity, verdict.reason, verdict.detail)
    for verdict in report.stops:
        table.add_row("all", verdict.severity, verdict.reason, verdict.detail)
    if table.row_count:
        Console().print(table)
    more = f", {len(found) - _SHOWN} more not shown" if len(found) > _SHOWN else ""
    typer.echo(
        f"{report.rows} records: {report.result['passed']} pass, {report.result['failed']} would be quarantined, "
        f"{report.result['warned']} with warnings{more}."
    )


def _records(file: Path) -> list[Any]:
    import orjson

    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read ({error.strerror}).", param_hint="FILE") from error
    records = []
    for number, line in enumerate(lines, 1):
        try:
            if line.strip():
                records.append(orjson.loads(line))
        except orjson.JSONDecodeError as error:
            raise typer.BadParameter(f"line {number} of {file} is not JSON.", param_hint="FILE") from error
    return records
