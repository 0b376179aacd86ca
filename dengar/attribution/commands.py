"""`dengar attribution reach` and `credit`: engaged reach and credit of partners from NDJSON on stdin, without any service."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dengar.attribution.credit import Credit
    from dengar.attribution.reach import Reach
    from dengar.attribution.touches import Touches

attribution_app = typer.Typer(help="Who carried a campaign.", no_args_is_help=True)


class RowsError(ValueError):
    """A line that is no row; the message names it."""


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    from dengar.attribution.disclosure_commands import disclosure
    from dengar.attribution.effect_commands import lead, lift
    from dengar.attribution.figure_commands import figures, run, show

    if not any(command.name == "lift" for command in attribution_app.registered_commands):
        for verb in (lift, lead, run, figures, show, disclosure):
            attribution_app.command(verb.__name__)(verb)
    app.add_typer(attribution_app, name="attribution")


@attribution_app.callback()
def _group() -> None:
    pass


@attribution_app.command("reach")
def reach(as_json: bool = typer.Option(False, "--json", help="One JSON object.")) -> None:
    """Distinct accounts that acted on partners' posts: all together, of each partner, by it alone, its fair share, and overlaps.

    On stdin a JSON object a line: {"partner": …, "account": …}, and "ts" if you have it. Exact up to 100,000 accounts a partner, within
    about half a percent beyond, in bounded memory. `shapley` gives each of an account's n partners 1/n of it; all add up to the union.

    Example: dengar attribution reach --json < acted.ndjson
    """
    from dengar.attribution.reach import EngagedReach

    engaged = EngagedReach()
    try:
        engaged.add_all(pairs(sys.stdin.buffer))
    except RowsError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(2) from None
    found = engaged.figures()
    if as_json:
        import orjson

        typer.echo(orjson.dumps(found.as_dict()).decode())
    else:
        _tell(found)


@attribution_app.command("credit")
def credit(
    as_json: bool = typer.Option(False, "--json", help="One JSON object."),
    compare: bool = typer.Option(False, "--compare", help="Last-touch, linear and Markov credit beside it."),
) -> None:
    """Share of all conversions that each partner's posts caused, with a 90 % interval, and what no partner caused.

    On stdin a JSON object a line: {"account": …, "partner": …, "ts": …, "kind": "exposure"} for an act on a partner's post, and
    {"account": …, "ts": …, "kind": "conversion"}. `ts` is a number in any unit or an ISO time, in any order of rows. Memory is bounded:
    beyond four million rows a uniform sample of the accounts is looked at. `--compare` shows what is commonly computed, and misleads:
    it hands partners what would have come anyway.

    Example: dengar attribution credit --json < acts.ndjson
    """
    from dengar.attribution.acts import ActsError, read_acts
    from dengar.attribution.credit import credit as credit_of
    from dengar.attribution.touches import TouchLog

    log = TouchLog()
    try:
        for act in read_acts(sys.stdin.buffer):
            log.add(*act)
    except ActsError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(2) from None
    touches = log.touches()
    found = credit_of(touches)
    others = _others(touches) if compare else {}
    if as_json:
        import orjson

        told = found.as_dict()
        for row in told["partners"]:
            row.update({name: _rounded(shares[row["partner"]]) for name, shares in others.items()})
        typer.echo(orjson.dumps(told).decode())
    else:
        _tell_credit(found, others)


def _others(touches: Touches) -> dict[str, dict[str, float]]:
    from dengar.attribution import peers

    return {
        name: dict(zip(touches.partners, map(float, shares(touches)), strict=True))
        for name, shares in (("last_touch", peers.last_touch), ("linear", peers.linear), ("markov", peers.markov))
    }


def _rounded(share: float) -> float | None:
    return None if share != share else round(share, 6)


def _tell_credit(found: Credit, others: dict[str, dict[str, float]]) -> None:
    from rich.console import Console
    from rich.table import Table

    title = f"{found.conversions:,} conversions; {found.unattributed:.1%} would have come without any partner"
    table = Table(title=title, title_justify="left")
    for column in ("partner", "share", "90 % interval", *(name.replace("_", " ") for name in others)):
        table.add_column(column, justify="left" if column == "partner" else "right")
    for one in found.partners:
        shown = f"{one.low:.1%} – {one.high:.1%}" + ("" if one.low > 0 else "  no effect shown")
        beside = [f"{shares[one.partner]:.1%}" for shares in others.values()]
        table.add_row(one.partner, f"{one.share:.1%}", shown, *beside)
    Console().print(table)
    typer.echo("An exposure is an observed act on a partner's post; who only saw it is not to be had.")


def pairs(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """(partner, account) of each line. Raises RowsError."""
    from dengar.ndjson_rows import rows

    for number, row in rows(lines, '{"partner": "…", "account": "…"}', RowsError):
        partner, account = row.get("partner"), row.get("account")
        if not (isinstance(partner, str) and isinstance(account, str) and partner and account):
            raise RowsError(f'Line {number} has no "partner" and "account" as texts: both must be there.')
        yield partner, account


def _tell(found: Reach) -> None:
    from rich.console import Console
    from rich.table import Table

    how = "exact" if found.exact else "estimated"
    table = Table(title=f"{found.union:,} accounts acted ({how})", title_justify="left")
    for column in ("partner", "accounts", "only by it", "fair share"):
        table.add_column(column, justify="left" if column == "partner" else "right")
    for one in found.partners:
        table.add_row(one.partner, f"{one.unique:,}", f"{one.incremental:,}", f"{one.shapley:,.1f}")
    Console().print(table)
