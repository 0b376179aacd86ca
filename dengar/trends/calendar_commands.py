"""`dengar calendar list|check|import`: what is planned, and whether it came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import typer

calendar_app = typer.Typer(help="Planned posts, payouts, events and survey results.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    app.add_typer(calendar_app, name="calendar")


@calendar_app.callback()
def _group() -> None:
    pass


@calendar_app.command("list")
def list_plans(
    days: int = typer.Option(30, min=1, max=365, help="So many days ahead."),
    back: int = typer.Option(1, min=0, max=365, help="And so many back."),
    kind: str = typer.Option("", help="post, payout, event or survey; default: all."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a plan."),
) -> None:
    """What infra/calendar.yaml plans, by time; no service is needed.

    Example: dengar calendar list --days 14 --kind payout
    """
    import orjson
    from rich.console import Console
    from rich.table import Table

    from dengar.trends.planned import KINDS, read_plans

    if kind and kind not in KINDS:
        _fail(f"{kind} is no kind of plan: use {', '.join(KINDS)}.", 2)
    now = datetime.now(UTC)
    span = now - timedelta(days=back), now + timedelta(days=days)
    found = [plan for plan in read_plans() if plan.meets(*span) and kind in ("", plan.kind)]
    if as_json:
        for plan in found:
            typer.echo(orjson.dumps(plan.as_dict()).decode())
        return
    if not found:
        typer.echo("Nothing is planned in these days.")
        return
    table = Table()
    for column in ("from (WIB)", "to (WIB)", "kind", "what", "id"):
        table.add_column(column, overflow="fold")
    for plan in found:
        table.add_row(_wib(plan.start), _wib(plan.end), plan.kind, plan.name, plan.id)
    Console().print(table)


@calendar_app.command("check")
def check_plans(
    days: int = typer.Option(7, min=1, max=365, help="Planned posts of so many days back, up to now."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object: posts, unplanned."),
) -> None:
    """Planned against published: a planned post is missing if no official post came within its window. Status 1 if one is missing.

    Example: dengar calendar check --days 7 --json
    """
    import orjson
    from rich.console import Console
    from rich.table import Table

    from dengar.index import client
    from dengar.target import target
    from dengar.trends.planned import read_plans
    from dengar.trends.published import kept, official_posts

    now = datetime.now(UTC)
    since = now - timedelta(days=days)
    plans = [plan for plan in read_plans() if plan.kind == "post" and since <= plan.start <= now + plan.window]
    first = min((plan.start - plan.window for plan in plans), default=since)
    posts = official_posts(client(target()), min(first, since), now)
    rows = kept(plans, posts, now)
    used = {row.post["id"] for row in rows if row.post is not None}
    unplanned = sum(post["id"] not in used and datetime.fromisoformat(post["published_at"]) >= since for post in posts)
    if as_json:
        told = [
            row.plan.as_dict()
            | {
                "state": row.state,
                "post_id": row.post["id"] if row.post else None,
                "late_s": None if row.late is None else row.late.total_seconds(),
            }
            for row in rows
        ]
        typer.echo(orjson.dumps({"posts": told, "unplanned": unplanned}).decode())
    else:
        table = Table()
        for column in ("planned (WIB)", "state", "what", "published"):
            table.add_column(column, overflow="fold")
        for row in rows:
            post = row.post
            table.add_row(
                _wib(row.plan.start), row.state, row.plan.name, (post["permalink"] or post["id"]) if post else ""
            )
        Console().print(table) if rows else typer.echo("No post was planned in these days.")
        typer.echo(f"{unplanned} official posts were not in the calendar.")
    if any(row.state == "missing" for row in rows):
        raise typer.Exit(1)


@calendar_app.command("import")
def import_plans(
    file: Path = typer.Argument(
        ..., metavar="FILE.csv", help="Header: id,kind,name,from,to,platform,account,campaign,window."
    ),
) -> None:
    """Add the rows of a CSV to infra/calendar.yaml; nothing is added if one of them is wrong or its id is already there.

    Example: dengar calendar import december.csv
    """
    from dengar.trends.planned import FILE, add_rows, read_csv

    count = add_rows(FILE, read_csv(file))
    typer.echo(f"{count} plans were added to {FILE.name}.")


def _fail(sentence: str, status: int) -> NoReturn:
    typer.echo(f"dengar: {sentence}", err=True)
    raise typer.Exit(status)


def _wib(at: datetime) -> str:
    from dengar.records import JAKARTA

    return f"{at.astimezone(JAKARTA):%Y-%m-%d %H:%M}"
