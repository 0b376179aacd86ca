"""`dengar attribution reach`: engaged reach of partners from NDJSON on stdin, without any service."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dengar.attribution.reach import Reach

attribution_app = typer.Typer(help="Who carried a campaign.", no_args_is_help=True)


class RowsError(ValueError):
    """A line that is no row; the message names it."""


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
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


def pairs(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """(partner, account) of each line. Raises RowsError."""
    import orjson

    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise RowsError(f'Line {number} is not JSON: write {{"partner": "…", "account": "…"}}.') from None
        partner, account = (row.get("partner"), row.get("account")) if isinstance(row, dict) else (None, None)
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
