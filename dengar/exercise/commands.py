"""`dengar exercise crisis|clear`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from dengar.exercise.rehearsal import Rehearsal
    from dengar.exercise.script import Script
    from dengar.trends.protocol import Clocks

exercise_app = typer.Typer(help="Rehearse, without a message to anybody outside.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    app.add_typer(exercise_app, name="exercise")


@exercise_app.callback()
def _group() -> None:
    pass


@exercise_app.command("crisis")
def crisis_command(
    scenario: Path = typer.Option(
        None, "--scenario", help="A sandbox scenario with a script; default: the shipped one."
    ),
    seed: int = typer.Option(7, "--seed", help="Seed of the scenario."),
    index: bool = typer.Option(
        True, "--index/--no-index", help="Also into indices of its own, and the brief out of them."
    ),
    keep: bool = typer.Option(False, "--keep", help="Leave those indices (exercise-…) for looking at."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object: script, clocks, told, brief."),
) -> None:
    """Rehearse the crisis protocol on a sandbox scenario: alert, acknowledgement, statement, and every clock against the script.

    It touches no topic and no real index, and sends nothing: what channels would have got is printed. Exit status 1 where a clock differs
    from the script by more than five minutes.

    Example: dengar exercise crisis · dengar exercise crisis --no-index --json
    """
    import tempfile

    import orjson
    from upath import UPath

    from dengar.alerts.outbox import Outbox
    from dengar.alerts.rules import load_rules
    from dengar.exercise.rehearsal import NothingTold, rehearse
    from dengar.exercise.script import PROFILE, SCENARIO, ScriptError, play
    from dengar.policy import load_policy
    from dengar.target import target

    settings = target()
    try:
        script, mentions = play(scenario or SCENARIO, seed)
        with tempfile.TemporaryDirectory() as folder:
            found = rehearse(mentions, script, load_policy(PROFILE), load_rules(), Outbox(UPath(folder)))
    except (ScriptError, NothingTold) as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from None
    brief = _brief(found, settings, keep) if index and settings.elasticsearch_url else None
    off = differing(script.clocks, brief[1] if brief else found.clocks)
    if as_json:
        told = {
            "event": found.trend["id"], "script": script.clocks.as_dict(), "clocks": found.clocks.as_dict(), "differs": off,
            "told": [{"channel": channel, "at": at, "title": title} for channel, at, title in found.told],
            "brief": brief[0] if brief else None, "indexed_clocks": brief[1].as_dict() if brief else None,
        }  # fmt: skip
        typer.echo(orjson.dumps(told).decode())
    else:
        _show(script, found, brief[0] if brief else None)
    if off:
        typer.echo(f"dengar: the clocks differ from the script: {', '.join(off)}.", err=True)
        raise typer.Exit(1)


@exercise_app.command("clear")
def clear_command() -> None:
    """Remove what `dengar exercise crisis --keep` left.

    Example: dengar exercise clear
    """
    from dengar.exercise.indices import clear, separate
    from dengar.target import target

    typer.echo(f"{clear(separate(target()))} indices of exercises were removed.")


def differing(script: Clocks, told: Clocks) -> list[str]:
    """Clocks that differ from the script by more than five minutes, or stopped in one of them only."""
    from datetime import timedelta

    from dengar.trends.protocol import MOMENTS

    def far(one: datetime | None, other: datetime | None) -> bool:
        if one is None or other is None:
            return one is not other
        return abs(one - other) > timedelta(minutes=5)

    return [name for name in MOMENTS if far(getattr(script, name), getattr(told, name))]


def _brief(found: Rehearsal, settings: Any, keep: bool) -> tuple[str, Clocks]:
    """The brief and the clocks out of the exercise's indices."""
    from dengar.exercise.indexed import indexed
    from dengar.exercise.indices import clear, separate
    from dengar.trends.brief import page

    client = separate(settings)
    try:
        facts = indexed(found, client)
        return page(facts), facts.clocks
    finally:
        if not keep:
            clear(client)
        client.close()


def _show(script: Script, found: Rehearsal, brief: str | None) -> None:
    from rich.console import Console
    from rich.table import Table

    from dengar.records import JAKARTA
    from dengar.trends.protocol import MOMENTS

    def wib(at: datetime | None) -> str:
        return "–" if at is None else f"{at.astimezone(JAKARTA):%d-%m %H:%M}"

    table = Table(title=f"{found.trend['label']} ({found.trend['id']})")
    for column in ("clock", "script (WIB)", "rehearsal (WIB)"):
        table.add_column(column)
    for name in MOMENTS:
        table.add_row(name, wib(getattr(script.clocks, name)), wib(getattr(found.clocks, name)))
    Console().print(table)
    typer.echo("Would have been sent, and was not:")
    for channel, at, title in found.told:
        typer.echo(f"  {wib(at)}  {channel}: {title}")
    if brief:
        typer.echo(f"\n{brief}")
