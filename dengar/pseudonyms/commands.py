"""`dengar pseudonym join|of|keys|rotate|retire|log`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dengar.enrich.pseudonym import KeyRing
    from dengar.settings import Settings

commands = typer.Typer(help="Keys of the pseudonyms, and joining one back, which is logged.", no_args_is_help=True)
BECAUSE = typer.Option(..., "--because", help="Why: it stands in the log, without personal data.")
JSON = typer.Option(False, "--json", help="One JSON object.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.add_typer(commands, name="pseudonym")


@commands.command()
def join(
    pseudonym: str = typer.Argument(..., metavar="yt~…|ig~…"), because: str = BECAUSE, as_json: bool = JSON
) -> None:
    """Tell whose pseudonym it is, as long as a raw record still names the account. Needs the key; logged before it is told.

    Exit status 1 where no raw record does.

    Example: dengar pseudonym join yt~… --because 'threat against an officer, reported on 24 November'
    """
    import orjson
    from upath import UPath

    from dengar.log.kafka import KafkaLog
    from dengar.pseudonyms.audit import note
    from dengar.pseudonyms.join import FORM, account_of
    from dengar.target import target

    if not FORM.fullmatch(pseudonym):
        raise typer.BadParameter("a pseudonym is yt~ or ig~ and 26 letters and digits", param_hint="PSEUDONYM")
    settings = target()
    settings.require("stage", "kafka_bootstrap")
    keys, log = _keys(settings), KafkaLog(settings)
    try:
        account = account_of(log, keys, pseudonym)
    finally:
        log.close()
    note(UPath(settings.stage), "join", [pseudonym], because, account is not None)
    if account is None:
        typer.echo("dengar: no raw record that is still kept names the account: it cannot be joined.", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(orjson.dumps(account._asdict()).decode())
    else:
        typer.echo(f"{pseudonym} is {account.platform} {account.id or '(no id)'}, handle {account.handle or '(none)'}.")


@commands.command("of")
def of_command(
    platform: str = typer.Option(..., help="youtube or instagram."),
    account: str | None = typer.Option(None, help="The platform's id of the account."),
    handle: str | None = typer.Option(None, help="Its handle."),
    because: str = BECAUSE,
    as_json: bool = JSON,
) -> None:
    """Tell the pseudonyms that an account has in every period whose key is kept. Needs the key; logged before it is told.

    Example: dengar pseudonym of --platform youtube --account UC… --because 'request for access, letter 12/2026'
    """
    import orjson
    from upath import UPath

    from dengar.policy.rules import PLATFORMS
    from dengar.pseudonyms.audit import note
    from dengar.target import target

    if platform not in PLATFORMS or not (account or handle):
        raise typer.BadParameter("name the platform (youtube, instagram), and --account or --handle")
    settings = target()
    settings.require("stage")
    names = sorted(_keys(settings).every(platform, account, [handle] if handle else []))
    note(UPath(settings.stage), "of", names, because, True)
    typer.echo(orjson.dumps({"pseudonyms": names}).decode() if as_json else "\n".join(names))


@commands.command()
def keys(as_json: bool = JSON) -> None:
    """List the periods of the keys, the records that the index holds of each, and which key may be destroyed.

    Example: dengar pseudonym keys
    """
    import orjson
    from rich.console import Console
    from rich.table import Table

    from dengar.index import client as open_client
    from dengar.pseudonyms.periods import periods
    from dengar.records import timestamp
    from dengar.target import target

    settings, now = target(), datetime.now(UTC)
    client = open_client(settings)
    try:
        told = periods(_keys(settings), client)
    finally:
        client.close()
    rows = [
        {
            "start": period.start.isoformat(),
            "until": None if period.until is None else period.until.isoformat(),
            "records": period.records,
            "needed_until": None if period.last_expires_at is None else timestamp(period.last_expires_at),
            "stable": period.stable,
            "retirable": period.retirable(now),
        }
        for period in told
    ]
    if as_json:
        typer.echo(orjson.dumps(rows).decode())
        return
    table = Table("from", "until", "records", "needed until", "may be destroyed", box=None)
    for row in rows:
        end = "never rotates" if row["stable"] else "yes" if row["retirable"] else "no"
        table.add_row(
            str(row["start"]), str(row["until"] or "–"), str(row["records"]), str(row["needed_until"] or "–"), end
        )
    Console().print(table)


@commands.command()
def rotate(
    start: str = typer.Option(..., "--from", metavar="YYYY-MM-DD", help="First day (UTC) of the new key."),
) -> None:
    """Add a key for a period to come to the key file. Restart what reads it before that day: `dengar up`, the containers.

    Example: dengar pseudonym rotate --from 2027-01-01
    """
    from dengar.pseudonyms.periods import rotated, write
    from dengar.target import target

    try:
        day = date.fromisoformat(start)
    except ValueError:
        raise typer.BadParameter("a day is YYYY-MM-DD", param_hint="--from") from None
    path, ring = _file(), _keys(target())
    write(rotated(ring, day, datetime.now(UTC).date()), path)
    typer.echo(
        f"A new key holds from {start} on. Copy {path.name} to where its copies are kept, and restart what reads it."
    )


@commands.command()
def retire() -> None:
    """Destroy the keys whose last record has expired: their pseudonyms can then be joined by nobody. There is no way back.

    Example: dengar pseudonym retire
    """
    from dengar.index import client as open_client
    from dengar.pseudonyms.periods import periods, retired, write
    from dengar.target import target

    settings = target()
    path, ring, client = _file(), _keys(settings), open_client(settings)
    try:
        left, gone = retired(ring, periods(ring, client), datetime.now(UTC))
    finally:
        client.close()
    if gone:
        write(left, path)
    for period in gone:
        typer.echo(f"The key of {period.start} to {period.until} is destroyed. Destroy its copies too.")
    if not gone:
        typer.echo("No key may be destroyed yet: `dengar pseudonym keys` tells when.")


@commands.command("log")
def log_command(as_json: bool = JSON) -> None:
    """List who joined pseudonyms to accounts, when and why.

    Example: dengar pseudonym log
    """
    import orjson
    from rich.console import Console
    from rich.table import Table
    from upath import UPath

    from dengar.pseudonyms.audit import acts
    from dengar.target import target

    settings = target()
    settings.require("stage")
    told = acts(UPath(settings.stage))
    if as_json:
        typer.echo(orjson.dumps(told).decode())
        return
    table = Table("at", "by", "act", "found", "because", box=None)
    for act in told:
        table.add_row(*(str(act[name]) for name in ("at", "by", "act", "found", "because")))
    Console().print(table)


def _keys(settings: Settings) -> KeyRing:
    from dengar.enrich.pseudonym import KeyRing
    from dengar.pseudonyms import PseudonymError

    settings.require("pseudonym_key")
    try:
        return KeyRing.read(settings.pseudonym_key.encode())
    except ValueError as error:
        raise PseudonymError(str(error)) from error


def _file() -> Path:
    """The file that holds the keys: the mounted one, else that of the embedded instance. Raises PseudonymError where there is none."""
    from dengar.local.instance import Instance
    from dengar.local.verbs import KEY_FILE
    from dengar.pseudonyms import PseudonymError
    from dengar.settings import file_of

    mounted = file_of("pseudonym_key")
    path = Path(mounted) if mounted else Instance().state_dir / KEY_FILE
    if not path.is_file():
        raise PseudonymError("The keys are in no file: set DENGAR_PSEUDONYM_KEY_FILE to one that this user may write.")
    return path
