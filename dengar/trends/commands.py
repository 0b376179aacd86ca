"""`dengar trends detect`: events of a series on stdin, without any service. `list` and `show`: what the watch told, from the index."""

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


@trends_app.command("list")
def list_trends(
    days: int = typer.Option(2, min=1, max=365, help="Restless so many days back."),
    kind: str = typer.Option("", help="topic, crisis or hoax; default: all."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a trend."),
) -> None:
    """Topics, crises and hoax families of the last days, severest first.

    Example: dengar trends list --days 7 --kind hoax
    """
    from datetime import UTC, datetime, timedelta

    import orjson
    from rich.console import Console
    from rich.table import Table

    from dengar.index import client
    from dengar.target import target
    from dengar.trends import store
    from dengar.trends.explain import wib

    kinds = ("topic", "crisis", "hoax")
    if kind and kind not in kinds:
        typer.echo(f"dengar: {kind} is no kind of trend: use topic, crisis or hoax.", err=True)
        raise typer.Exit(2)
    found = store.latest(client(target()), datetime.now(UTC) - timedelta(days=days), [kind] if kind else kinds)
    if as_json:
        for one in found:
            typer.echo(orjson.dumps(one).decode())
        return
    if not found:
        typer.echo("Nothing rose in these days.")
        return
    table = Table()
    for column in ("since", "kind", "severity", "what", "id"):
        table.add_column(column, overflow="fold", justify="right" if column == "severity" else "left")
    for one in found:
        table.add_row(wib(one["start"]), one["kind"], str(one["severity"]), one["label"], one["id"])
    Console().print(table)


@trends_app.command("show")
def show_trend(
    identity: str = typer.Argument(..., metavar="ID"),
    as_json: bool = typer.Option(False, "--json", help="The record of schemas/trend."),
) -> None:
    """Explain one trend: a paragraph, its reasons, its origin, and the posts it spread over in order of arrival.

    Example: dengar trends show hoax:all:77b0c1d2e3f40516
    """
    import orjson

    from dengar.index import client
    from dengar.target import target
    from dengar.trends import store

    one = store.trend(client(target()), identity)
    if one is None:
        typer.echo(f"dengar: There is no trend {identity}: `dengar trends list` shows their ids.", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(orjson.dumps(one).decode())
        return
    typer.echo(f"{one['label']}\n\n{(one['explanation'] or {}).get('id', '')}\n")
    typer.echo("Reasons: " + ", ".join(f"{reason['code']} {reason['points']:g}" for reason in one["reasons"]))
    typer.echo(f"First seen: {one['first_seen'] or 'not known'}")
    for number, post in enumerate(one["conversations"], 1):
        typer.echo(f"{number}. {post}")
