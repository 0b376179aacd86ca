"""`dengar retention`: how old the oldest unverified record is, and whether a clock is about to run out."""

from __future__ import annotations

import json

import typer


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("retention")(retention)


def retention(as_json: bool = typer.Option(False, "--json", help="One JSON object a platform.")) -> None:
    """Show how old the oldest record is that nobody has verified since, by platform.

    Exit status 0 if every clock is kept, 1 if one is about to run out (from day 28 on) or has run out.

    Example: dengar retention --json
    """
    from datetime import UTC, datetime

    from dengar.index import client
    from dengar.policy.clocks import load_clocks
    from dengar.retention.age import ages
    from dengar.target import target

    settings = target()
    settings.require("elasticsearch_url")
    elasticsearch = client(settings)
    try:
        found = ages(elasticsearch, load_clocks(), datetime.now(UTC))
    finally:
        elasticsearch.close()
    if as_json:
        for age in found:
            typer.echo(json.dumps(age.row(), ensure_ascii=False))
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table(title="Clocks", title_justify="left")
        for column in ("platform", "oldest unverified", "due for a look", "older than the clock", "kept"):
            table.add_column(column)
        for age in found:
            oldest = "nothing to verify" if age.days is None else f"{age.days:.1f} days"
            table.add_row(age.platform, oldest, f"{age.due:,}", f"{age.late:,}", f"{age.clock.keep.days} days")
        console = Console()
        console.print(table)
        for age in found:
            console.print(age.sentence, highlight=False)
    if any(age.level != "ok" for age in found):
        raise typer.Exit(1)
