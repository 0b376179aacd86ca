"""`dengar erase`: forget a person everywhere, and prove it; `status` and `list` tell the receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from dengar.erasure.opened import Opened
    from dengar.erasure.receipt import Receipt

commands = typer.Typer(invoke_without_command=True)


class Platform(StrEnum):
    """Where an account is."""

    YOUTUBE = "youtube"
    INSTAGRAM = "instagram"


JSON = typer.Option(False, "--json", help="One JSON object a line.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.add_typer(commands, name="erase")


@commands.callback()
def erase(
    context: typer.Context,
    platform: Platform | None = typer.Option(None, help="Where the account is."),
    account: str | None = typer.Option(None, help="The platform's id of the account (UC…, 1784…), not its handle."),
    handle: list[str] = typer.Option([], help="A handle it has or had; those in the raw topics are found without."),
    waiting: bool = typer.Option(False, "--waiting", help="Work off the requests of the platforms' callbacks."),
    exports: list[Path] = typer.Option([], help="Also search this file or folder of exports."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Search and tell; ask for nothing, remove nothing."),
    wait: float = typer.Option(
        60.0, help="Seconds to wait for enrichment to be through with what was collected before."
    ),
    as_json: bool = JSON,
) -> None:
    """Erase an account: search every store, remove, search again, leave a receipt. Exit status 1 where something is left.

    A repeat changes nothing that is done; one that was stopped half-way goes on. Raw records go by their clock: the receipt has the date.

    Example: dengar erase --platform youtube --account UC… --dry-run
    """
    if context.invoked_subcommand is not None:
        return
    named = platform is not None and bool(account)
    if named == waiting or (dry_run and waiting):
        raise typer.BadParameter("Name --platform and --account, or say --waiting (which has no dry run).")
    from dengar.erasure import requests
    from dengar.erasure.opened import opened
    from dengar.target import target

    with opened(target(), exports, patience=wait) as deployment, _shown(quiet=as_json) as told:
        work = deployment.work
        if dry_run:
            _dry(deployment, str(platform), str(account), handle, told, as_json)
            return
        asked = requests.waiting(work.log) if waiting else [work.ask(str(platform), str(account))]
        receipts = [work.erase(request, handle, told) for request in asked]
        for receipt in receipts:
            _print(deployment, receipt, as_json)
    if not receipts:
        typer.echo("No request waits.", err=True)
    if any(receipt.state != "done" or receipt.by_hand for receipt in receipts):
        raise typer.Exit(1)


@commands.command()
def status(
    identity: str = typer.Argument(..., metavar="ID", help="Of the receipt, or the confirmation code of a callback."),
    as_json: bool = JSON,
) -> None:
    """Show a receipt: its stores, which clocks have run out since, and which subscribers have acknowledged.

    Exit status 1 while something of it is owed: a store, or a subscriber after its 24 hours.

    Example: dengar erase status op-19a6b2c4e80-0011223344556677
    """
    from dengar.erasure.opened import opened, receipts_folder
    from dengar.erasure.receipt import load
    from dengar.target import target

    settings = target()
    receipt = load(identity, receipts_folder(settings))
    with opened(settings) as deployment:
        late = _print(deployment, receipt, as_json)
    if receipt.state != "done" or receipt.by_hand or late:
        raise typer.Exit(1)


@commands.command("list")
def list_command(as_json: bool = JSON) -> None:
    """List the erasures, the newest request first; accounts are shown as pseudonyms.

    Example: dengar erase list
    """
    import orjson

    from dengar.erasure.opened import receipts_folder
    from dengar.erasure.receipt import known
    from dengar.erasure.render import listing
    from dengar.target import target

    receipts = known(receipts_folder(target()))
    if as_json:
        for receipt in receipts:
            typer.echo(orjson.dumps(receipt.told()).decode())
        return
    from rich.console import Console

    Console().print(listing(receipts))


def _dry(
    deployment: Opened, platform: str, account: str, handles: list[str], told: Callable[[str], None], as_json: bool
) -> None:
    from dengar.erasure.requests import new

    work = deployment.work
    receipt = work.begin(new(platform, account, work.now()))
    receipt.id, receipt.state = "dry run", "dry run"
    work.search(work.person(platform, account, handles), receipt, told)
    _print(deployment, receipt, as_json)


def _print(deployment: Opened, receipt: Receipt, as_json: bool) -> bool:
    """Print a receipt; whether a subscriber is late."""
    import orjson

    from dengar.erasure.acks import overdue, standings
    from dengar.erasure.render import shown, standing_row

    work = deployment.work
    subscribers = standings(work.log, receipt.id, receipt.tombstones, deployment.groups())
    late = overdue(receipt.finished_at, work.now()) and any(not one.done for one in subscribers)
    topics = {place.rpartition("/")[0] for line in receipt.lines for place in line.through}
    beginnings = (
        {f"{p.topic}/{p.number}": first for p, first in work.log.beginnings(sorted(topics)).items()} if topics else {}
    )
    if as_json:
        whole: dict[str, Any] = receipt.told() | {
            "gone": {place: beginnings[place] > last for line in receipt.lines for place, last in line.through.items()},
            "subscribers": [standing_row(one) for one in subscribers],
        }
        typer.echo(orjson.dumps(whole).decode())
        return late
    from rich.console import Console

    for part in shown(receipt, subscribers, beginnings):
        Console().print(part)
    return late


@contextmanager
def _shown(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    from rich.console import Console

    with Console(stderr=True, quiet=quiet).status("erasing") as spinner:
        yield spinner.update
