"""`dengar trends detect`: events of a series of counts on stdin, without any service."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dengar.trends.events import Event

trends_app = typer.Typer(help="What rises above what was to be expected.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    app.add_typer(trends_app, name="trends")


@trends_app.callback()
def _group() -> None:
    pass


@trends_app.command("detect")
def detect_events(as_json: bool = typer.Option(False, "--json", help="One JSON object an event.")) -> None:
    """Find rises in a series of counts: CSV timestamp,value with a header on stdin, bins of any length up to a day.

    `detected_at` is when it was known, by that bin and earlier ones alone; `end` is null while an event lasts. `severity` is 1 to 10,
    `score` in standard deviations. An empty value is a bin that was not observed, which is not zero.

    Example: dengar trends detect --json < mentions_per_5_minutes.csv
    """
    from dengar.trends.series import SeriesError, detect, read_series

    try:
        events = list(detect(read_series(sys.stdin)))
    except (SeriesError, UnicodeDecodeError) as error:
        sentence = str(error) if isinstance(error, SeriesError) else "The series is not UTF-8: save it as UTF-8."
        typer.echo(f"dengar: {sentence}", err=True)
        raise typer.Exit(2) from None
    if as_json:
        _tell_machines(events)
    else:
        _tell_people(events)


def _tell_machines(events: list[Event]) -> None:
    import orjson

    for event in events:
        typer.echo(orjson.dumps(event.as_dict()).decode())


def _tell_people(events: list[Event]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not events:
        typer.echo("Nothing rose above what was to be expected.")
        return
    table = Table()
    for column in ("start", "known", "peak", "end", "severity", "observed", "expected"):
        table.add_column(column, justify="right" if column in ("severity", "observed", "expected") else "left")
    for event in events:
        times = (event.start, event.detected_at, event.peak_at, event.end)
        cells = ("lasts" if time is None else time.isoformat(" ", "minutes") for time in times)
        table.add_row(*cells, str(event.severity), f"{event.observed:.0f}", f"{event.expected:.1f}")
    Console().print(table)
