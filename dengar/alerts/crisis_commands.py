"""`dengar crisis list|open|ack|statement|close`: the protocol of infra/crisis_protocol.yaml, from the alert to the last clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from dengar.alerts.session import AlertSession
    from dengar.trends.brief import Facts

crisis_app = typer.Typer(help="The crisis protocol: who is told, who answers, and its clocks.", no_args_is_help=True)
_EVENT = typer.Argument(..., metavar="EVENT", help="Id of a crisis or hoax, or of an alert about one.")
_BY = typer.Option("", "--by", help="Your nickname; default: that of the operating system.")
_NOTE = typer.Option("", "--note", help="In your words; personal data are masked.")


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    app.add_typer(crisis_app, name="crisis")


@crisis_app.command("list")
def list_command(as_json: bool = typer.Option(False, "--json", help="One JSON object a crisis.")) -> None:
    """Crises and hoaxes that nobody closed, with their clocks; what is overdue is marked.

    Example: dengar crisis list
    """
    import orjson
    from rich.console import Console
    from rich.table import Table

    from dengar.alerts import crises
    from dengar.index import client as open_client
    from dengar.target import target

    client, now = open_client(target()), datetime.now(UTC)
    rows: dict[str, tuple[dict[str, Any], Facts]] = {}
    for one in crises.standing(client, now):
        facts = crises.facts(client, one["subject"], now=now)
        if facts is not None:
            rows.setdefault(one["subject"], (one, facts))
    if as_json:
        for one, facts in rows.values():
            told = {
                "id": facts.trend["id"], "alert": one["id"], "state": one["state"], "level": facts.level.name,
                "clocks": facts.clocks.as_dict(), "overdue": facts.clocks.overdue(facts.level, now),
            }  # fmt: skip
            typer.echo(orjson.dumps(told).decode())
        return
    if not rows:
        typer.echo("No crisis is open.")
        return
    table = Table()
    for column in ("since (WIB)", "level", "state", "what", "acknowledged", "statement", "halved", "id"):
        table.add_column(column, overflow="fold")
    for one, facts in rows.values():
        late, clocks = facts.clocks.overdue(facts.level, now), facts.clocks
        cells = [_clock(clocks, name, name in late) for name in ("acknowledged", "first_statement", "halved")]
        table.add_row(
            _wib(clocks.onset), facts.level.name, one["state"], facts.trend["label"], *cells, facts.trend["id"]
        )
    Console().print(table)


@crisis_app.command("open")
def open_command(
    event: str = typer.Argument(
        "", metavar="[EVENT]", help="A trend that raised no alert; or leave it out and use --about."
    ),
    about: str = typer.Option("", "--about", help="What it is about, where no trend shows it."),
    since: str | None = typer.Option(
        None, "--since", help="When it began, such as 2h or 2026-11-24T09:00; default: now."
    ),
    severity: int = typer.Option(0, "--severity", min=0, max=10, help="1 to 10; default: that of the trend, or 7."),
    platform: str = typer.Option("", "--platform", help="youtube or instagram; default: both."),
    post: list[str] = typer.Option([], "--post", help="Id of a post below which it is spoken of; repeatable."),
    note: str = _NOTE,
    by: str = _BY,
) -> None:
    """Activate the protocol by hand: an alert is published and delivered as one that a rule raised.

    Example: dengar crisis open --about "antrean di kantor pos" --since 1h --post ig:media:18000000000000001 --by sari
    """
    from dengar.alerts import crises
    from dengar.alerts.commands import signed
    from dengar.alerts.rules import load_rules
    from dengar.alerts.session import masked
    from dengar.moment_option import moment_option
    from dengar.trends import store

    if bool(event) == bool(about.strip()):
        _fail('Name either the EVENT of a trend or what it is --about "…".', 2)
    if platform not in ("", "youtube", "instagram"):
        _fail(f"{platform} is no platform: use youtube or instagram.", 2)
    now = datetime.now(UTC)
    begun = moment_option(since, "--since", now) or now
    if begun > now:
        _fail("A crisis that is still to come cannot be opened: plan it in the calendar.", 2)
    with signed(by) as session:
        trend = store.trend(session.client, event) if event else None
        if event and trend is None:
            _fail(f"There is no trend {event}: `dengar trends list` shows their ids.", 1)
        made = crises.by_hand(
            session.by,
            now,
            load_rules(),
            about=trend["label"] if trend else (masked(about) or "")[:150],
            severity=severity or (trend["severity"] if trend else 7),
            since=datetime.fromisoformat(trend["start"]) if trend else begun,
            platform=trend["platform"] if trend else platform or None,
            posts=post,
            trend=trend,
            note=masked(note),
        )
        held = [one for one in crises.of_event(session.client, made["subject"]) if one["state"] != "closed"]
        if held:
            _fail(f"It is open already: {held[0]['id']} is {held[0]['state']}.", 1)
        session.publish(made)
    typer.echo(f"{made['subject']} is open, told as {made['id']}. Next: dengar brief {made['subject']}")


@crisis_app.command("ack")
def ack_command(event: str = _EVENT, note: str = _NOTE, by: str = _BY) -> None:
    """Take care of a crisis: its clock of acknowledgement stops, and it escalates no further.

    Example: dengar crisis ack crisis:all:3f9a02b17c64d8e5 --by sari
    """
    from dengar.alerts.commands import signed

    with signed(by) as session:
        for identity in _alerts(session, event, ("open", "snoozed")):
            session.change(identity, "acknowledged", note=note)
    _tell(event)


@crisis_app.command("statement")
def statement_command(
    event: str = _EVENT,
    at: str | None = typer.Option(
        None, "--at", help="When it was made, such as 10m or 2026-11-24T16:50; default: now."
    ),
    link: str = typer.Option("", "--link", help="Its address, or id of the post."),
    note: str = _NOTE,
    by: str = _BY,
) -> None:
    """Note an official statement that the index cannot see (press, radio, a letter). Official posts and answers count by themselves.

    Example: dengar crisis statement crisis:all:3f9a02b17c64d8e5 --at 10m --link https://example.org/siaran-pers
    """
    from dengar.alerts.commands import signed
    from dengar.moment_option import moment_option

    now = datetime.now(UTC)
    spoken = moment_option(at, "--at", now) or now
    with signed(by) as session:
        session.state_made(_alerts(session, event, None)[-1], spoken, link=link or None, note=note)
    _tell(event)


@crisis_app.command("close")
def close_command(event: str = _EVENT, note: str = _NOTE, by: str = _BY) -> None:
    """End a crisis: its alerts are closed and keep the clocks as they stand.

    Example: dengar crisis close crisis:all:3f9a02b17c64d8e5 --by sari
    """
    from dengar.alerts.commands import signed

    with signed(by) as session:
        for identity in _alerts(session, event, ("open", "snoozed", "acknowledged")):
            session.change(identity, "closed", note=note)
    _tell(event)


def _alerts(session: AlertSession, event: str, states: tuple[str, ...] | None) -> list[str]:
    """Ids of an event's alerts in these states (any for None); at least one, or the command ends."""
    from dengar.alerts import crises

    found = crises.of_event(session.client, event)
    if not found:
        _fail(f"No alert was raised about {event}: `dengar crisis open {event}` activates the protocol by hand.", 1)
    fitting = [one["id"] for one in found if states is None or one["state"] in states]
    if not fitting:
        _fail(f"{event} is {found[-1]['state']} already.", 1)
    return fitting


def _tell(event: str) -> None:
    """The clocks as they stand now."""
    from dengar.alerts import crises
    from dengar.index import client
    from dengar.target import target
    from dengar.trends.brief import clock_lines

    facts = crises.facts(client(target()), event, now=datetime.now(UTC))
    if facts is not None:
        typer.echo("\n".join(clock_lines(facts)))


def _clock(clocks: Any, name: str, late: bool) -> str:
    at = getattr(clocks, name)
    return ("overdue" if late else "–") if at is None else _wib(at) + (" (late)" if late else "")


def _wib(at: datetime) -> str:
    from dengar.records import JAKARTA

    return f"{at.astimezone(JAKARTA):%d-%m %H:%M}"


def _fail(sentence: str, status: int) -> NoReturn:
    typer.echo(f"dengar: {sentence}", err=True)
    raise typer.Exit(status)
