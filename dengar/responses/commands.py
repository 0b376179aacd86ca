"""`dengar responses`: the group of verbs, and its `clock`: first-response clocks from NDJSON on stdin, without any service."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from dengar.responses.clock import Reading
    from dengar.responses.worktime import WorkingTime

responses_app = typer.Typer(help="Who waits for an answer, and for how long.", no_args_is_help=True)


PARTS = ("dengar.responses.desk_commands", "dengar.responses.measures_commands")
"""Modules whose `register(responses_app)` adds further verbs."""


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    for name in PARTS:
        import_module(name).register(responses_app)
    app.add_typer(responses_app, name="responses")


@responses_app.callback()
def _group() -> None:
    pass


@responses_app.command("clock")
def clock(
    as_json: bool = typer.Option(False, "--json", help="One JSON object an item, the summary last."),
    zone: str | None = typer.Option(None, "--zone", help="Where the office is: WIB, WITA, WIT or an IANA name."),
) -> None:
    """How long each item waited for its first answer, on the wall clock and in working time, and by when it was due.

    On stdin a JSON object a line: {"id": …, "asked_at": …, "answered_at": … or null} and "category", "urgency", "now" if you have them.
    Seconds of an unanswered item run until now. Hours: infra/working_time.yaml; promises: infra/classes.yaml.

    Example: dengar responses clock --json < conversations.ndjson
    """
    from dengar.responses.calendar import WorkingTimeError
    from dengar.responses.clock import ItemError, summary
    from dengar.responses.worktime import working_time

    try:
        working = working_time(zone)
        found = []
        for reading in _readings(sys.stdin.buffer, working):
            found.append(reading)
            if as_json:
                _line(reading.as_dict())
    except (ItemError, WorkingTimeError) as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(2 if isinstance(error, ItemError) else 1) from None
    figures = summary(found)
    if as_json:
        _line({"summary": figures})
    else:
        _tell(found, figures, working)


def _readings(lines: Iterable[bytes], working: WorkingTime) -> Iterator[Reading]:
    from dengar.ndjson_rows import rows
    from dengar.responses.classes import classes
    from dengar.responses.clock import ItemError, read_clock

    now, promised = datetime.now(UTC), classes()
    for number, row in rows(lines, '{"id": "…", "asked_at": "…", "answered_at": null}', ItemError):
        try:
            yield read_clock(row, promised, working, now)
        except ItemError as error:
            raise ItemError(f"Line {number} {error}.") from None


def _line(body: dict[str, Any]) -> None:
    import orjson

    typer.echo(orjson.dumps(body).decode())


def _tell(found: list[Reading], figures: dict[str, Any], working: WorkingTime) -> None:
    from rich.console import Console
    from rich.table import Table

    if not found:
        typer.echo("Nobody asked anything: stdin had no line.")
        return
    table = Table()
    for column in ("id", "class", "state", "waited", "working time", "due"):
        table.add_column(column, justify="right" if column in ("waited", "working time") else "left")
    for one in found:
        due = one.due_at.astimezone(working.zone).isoformat(" ", "minutes") + ("" if one.due_certain else " ?")
        table.add_row(one.id, one.service, one.state, hours(one.wall_seconds), hours(one.working_seconds), due)
    Console().print(table)
    share = "not known yet" if figures["within_target"] is None else f"{figures['within_target']:.0%}"
    typer.echo(
        f"{figures['answered']} of {figures['items']} answered, {figures['overdue']} overdue; within target {share}; half within "
        f"{hours(figures['median_wall_seconds'])}, nine tenths within {hours(figures['p90_wall_seconds'])} (h:mm, open ones counted)."
    )


def hours(seconds: float | None) -> str:
    """h:mm for people."""
    return "not known yet" if seconds is None else f"{int(seconds) // 3600}:{int(seconds) % 3600 // 60:02d}"
