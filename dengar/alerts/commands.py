"""`dengar alerts list|show|ack|snooze|reopen|close|rules|outbox`, and `dengar brief`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from dengar.alerts.session import AlertSession
    from dengar.settings import Settings

alerts_app = typer.Typer(help="What was told, to whom, and who takes care of it.", no_args_is_help=True)
_BY = typer.Option("", "--by", help="Your nickname; default: that of the operating system.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.add_typer(alerts_app, name="alerts")
    app.command("brief")(brief_command)


@alerts_app.command("list")
def list_command(
    days: int = typer.Option(7, min=1, max=365, help="How far back."),
    every: bool = typer.Option(False, "--all", help="Closed, acknowledged and muted ones too."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object an alert."),
) -> None:
    """Alerts of the last days that still wait for somebody, the newest first.

    Example: dengar alerts list --days 2
    """
    import orjson
    from rich.console import Console
    from rich.table import Table

    from dengar.alerts import store

    client, _ = _index()
    found = store.since(client, datetime.now(UTC) - timedelta(days=days), () if every else ("open", "snoozed"))
    found = [one for one in found if every or not one["muted"]]
    if as_json:
        for one in found:
            typer.echo(orjson.dumps(one).decode())
        return
    if not found:
        typer.echo("No alert waits for anybody.")
        return
    table = Table()
    for column in ("when (WIB)", "level", "state", "what", "id"):
        table.add_column(column, overflow="fold")
    for one in found:
        state = one["state"] + (" (muted)" if one["muted"] else "")
        table.add_row(_wib(one["created_at"]), one["level"], state, one["title"]["id"], one["id"])
    Console().print(table)


@alerts_app.command("ack")
def ack_command(identity: str = typer.Argument(..., metavar="ID"), by: str = _BY) -> None:
    """Say that you take care of an alert: it escalates no further.

    Example: dengar alerts ack crisis:9f02c4a7d1e8b365 --by sari
    """
    _change(identity, "acknowledged", by)


@alerts_app.command("snooze")
def snooze_command(
    identity: str = typer.Argument(..., metavar="ID"),
    wait: str = typer.Argument("1h", metavar="DURATION", help="30m, 2h, 1d"),
    by: str = _BY,
) -> None:
    """Let an alert come back later.

    Example: dengar alerts snooze crisis:9f02c4a7d1e8b365 2h
    """
    from dengar.alerts.rules import duration

    try:
        length = duration(wait)
    except ValueError as error:
        _fail(f"{error}.", 2)
    _change(identity, "snoozed", by, length)


@alerts_app.command("close")
def close_command(identity: str = typer.Argument(..., metavar="ID"), by: str = _BY) -> None:
    """Close an alert that is done with.

    Example: dengar alerts close crisis:9f02c4a7d1e8b365
    """
    _change(identity, "closed", by)


@alerts_app.command("reopen")
def reopen_command(identity: str = typer.Argument(..., metavar="ID"), by: str = _BY) -> None:
    """Open an alert again that was closed, acknowledged or snoozed by mistake.

    Example: dengar alerts reopen crisis:9f02c4a7d1e8b365
    """
    _change(identity, "open", by)


@alerts_app.command("show")
def show_command(
    identity: str = typer.Argument(..., metavar="ID"),
    as_json: bool = typer.Option(False, "--json", help="The record of schemas/alert."),
) -> None:
    """One alert and what people did about it: who, what, when.

    Example: dengar alerts show crisis:9f02c4a7d1e8b365
    """
    import orjson

    from dengar.alerts import store

    client, _ = _index()
    one = store.get(client, identity)
    if one is None:
        _fail(f"There is no alert {identity}: `dengar alerts list` shows their ids.", 1)
    if as_json:
        typer.echo(orjson.dumps(one).decode())
        return
    typer.echo(f"{one['title']['id']}\n{_wib(one['created_at'])} WIB: raised by rule {one['rule']}, {one['level']}.")
    for act in one.get("history") or ():
        more = "".join(f" · {part}" for part in (act["note"], act["link"]) if part)
        typer.echo(f"{_wib(act['at'])} WIB: {act['what']} by {act['by']}{more}")
    typer.echo(f"Now {one['state']}" + (", muted." if one["muted"] else "."))


@alerts_app.command("rules")
def rules_command(as_json: bool = typer.Option(False, "--json", help="One JSON object a rule.")) -> None:
    """Check the rules of infra/alerts and show them with their channels; exit status 1 where a channel has no address.

    Example: dengar alerts rules
    """
    import orjson

    from dengar.alerts.channels import channels
    from dengar.alerts.rules import load_rules
    from dengar.target import target

    known = channels(target().alert_channels)
    lacking: set[str] = set()
    for rule in load_rules():
        named = [*rule.channels, *(rule.escalate.channels if rule.escalate else ())]
        lacking |= set(named) - set(known)
        if as_json:
            typer.echo(
                orjson.dumps({"id": rule.id, "what": rule.what, "level": rule.level, "channels": named}).decode()
            )
        else:
            typer.echo(f"{rule.id}: {rule.what}, {rule.level}, to {', '.join(named)}")
    if lacking:
        _fail(f"No address for {', '.join(sorted(lacking))}: add name=address to DENGAR_ALERT_CHANNELS.", 1)


@alerts_app.command("outbox")
def outbox_command(as_json: bool = typer.Option(False, "--json", help="One JSON object a delivery.")) -> None:
    """Deliveries of the last two weeks and what became of them, the newest last.

    Example: dengar alerts outbox
    """
    from dataclasses import asdict

    import orjson
    from upath import UPath

    from dengar.alerts.outbox import Outbox
    from dengar.target import target

    settings = target()
    settings.require("stage")
    for slip in Outbox(UPath(settings.stage) / "alerts" / "outbox").slips():
        if as_json:
            typer.echo(orjson.dumps(asdict(slip)).decode())
        else:
            typer.echo(f"{_wib(slip.at)}  {slip.state:9}  {slip.key}" + (f"  ({slip.error})" if slip.error else ""))


def brief_command(
    event: str = typer.Argument(..., metavar="EVENT", help="Id of a trend, crisis or hoax, or of an alert about one."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object: page, forward, clocks."),
) -> None:
    """One Indonesian page on an event, and 700 characters to forward: what, since when, who leads, what we said, what is unanswered.

    Example: dengar brief crisis:all:3f9a02b17c64d8e5
    """
    import orjson

    from dengar.alerts.crises import facts as facts_of
    from dengar.records import timestamp
    from dengar.trends.brief import forward, page
    from dengar.trends.planned import read_plans

    client, _ = _index()
    facts = facts_of(client, event, now=datetime.now(UTC), plans=read_plans())
    if facts is None:
        _fail(f"There is no event {event}: `dengar alerts list` and `dengar trends list` show their ids.", 1)
    if as_json:
        passed = {name: None if one is None else one.total_seconds() for name, one in facts.clocks.passed().items()}
        told = {
            "id": facts.trend["id"],
            "page": page(facts),
            "forward": forward(facts),
            "clocks_s": passed,
            "plans": [one.plan.as_dict() | {"state": one.state} for one in facts.beside],
            "as_of": timestamp(datetime.now(UTC)),
        }
        typer.echo(orjson.dumps(told).decode())
    else:
        typer.echo(page(facts))
        typer.echo(f"--- untuk diteruskan ({len(forward(facts))} huruf) ---\n{forward(facts)}")


def _change(identity: str, state: str, by: str, wait: timedelta | None = None) -> None:
    with signed(by) as session:
        new = session.change(identity, state, wait=wait)
    until = f" until {_wib(new['snoozed_until'])} WIB" if new["snoozed_until"] else ""
    typer.echo(f"{identity} is {state}{until}.")


@contextmanager
def signed(by: str) -> Iterator[AlertSession]:
    """A session of the nickname, or of this machine's user; what it refuses is one sentence and exit status 1."""
    from dengar.alerts.session import ActError, AlertSession, NoAlertError
    from dengar.target import target

    with AlertSession(target(), _nickname(by)) as session:
        try:
            yield session
        except (ActError, NoAlertError) as error:
            _fail(str(error), 1)


def _nickname(by: str) -> str:
    import getpass

    name = by or getpass.getuser()
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name):
        _fail("A nickname has letters, digits, dots, underscores and hyphens: give one with --by.", 2)
    return name


def _index() -> tuple[Elasticsearch, Settings]:
    from dengar.index import client
    from dengar.target import target

    settings = target()
    return client(settings), settings


def _wib(time: str) -> str:
    from dengar.records import JAKARTA

    return f"{datetime.fromisoformat(time).astimezone(JAKARTA):%d-%m %H:%M}"


def _fail(sentence: str, status: int) -> NoReturn:
    typer.echo(f"dengar: {sentence}", err=True)
    raise typer.Exit(status)
