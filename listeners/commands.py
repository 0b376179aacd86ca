"""`dengar listen youtube|instagram|receiver` and `dengar import FILE…`, registered through the entry point `dengar.commands`."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from dengar.settings import Settings
    from listeners.run import PollReport
    from listeners.station import Backfill

listen_app = typer.Typer(help="Collect from the platforms into the raw topics.", no_args_is_help=True)

TOKEN_FILE = "DENGAR_INSTAGRAM_TOKEN_FILE"
ONCE = typer.Option(False, "--once", help="Ask every source once and end.")
WALK = typer.Option(False, "--walk", help="With --once: walk everything to its end, to notice what was deleted.")
EAGER = typer.Option(False, "--eager", help="Ask every source at every look, not only those that are due.")
INTERVAL = typer.Option(None, "--interval", min=1.0, help="Seconds between two looks (default: DENGAR_POLL_SECONDS).")
URGENT = typer.Option(False, "--urgent", help="In a crisis: spend the reserve of the quota too.")
CHANNEL = typer.Option([], "--channel", help="Backfill: only this channel or account id; may be repeated.")
AS_JSON = typer.Option(False, "--json", help="One JSON object a poll.")
DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
SINCE = typer.Option(
    None, "--since", formats=DAYS, help="Backfill: walk history from this day on, beside live listening, and end."
)
UNTIL = typer.Option(None, "--until", formats=DAYS, help="Backfill: up to this day (default: now).")


def register(app: typer.Typer) -> None:
    """Add the verbs to the `dengar` command, and how listeners fare to `dengar status`."""
    from dengar.local.commands import SECTIONS, Section
    from listeners.archive.commands import import_files

    SECTIONS["listeners"] = Section("listeners", _told, _shown)
    app.add_typer(listen_app, name="listen")
    app.command("import")(import_files)


@listen_app.command("youtube")
def youtube(
    once: bool = ONCE,
    walk: bool = WALK,
    eager: bool = EAGER,
    interval: float | None = INTERVAL,
    since: datetime | None = SINCE,
    until: datetime | None = UNTIL,
    channel: list[str] = CHANNEL,
    urgent: bool = URGENT,
    as_json: bool = AS_JSON,
) -> None:
    """Poll channels, videos, comments with all replies, counters, keywords and running live chats.

    Days are UTC. Example: dengar listen youtube --since 2026-10-01 --channel UC…
    """
    _poll("youtube", once, walk, eager, interval, _backfill(since, until, channel), as_json, urgent=urgent)


@listen_app.command("instagram")
def instagram(
    once: bool = ONCE,
    walk: bool = WALK,
    eager: bool = EAGER,
    interval: float | None = INTERVAL,
    since: datetime | None = SINCE,
    until: datetime | None = UNTIL,
    channel: list[str] = CHANNEL,
    as_json: bool = AS_JSON,
) -> None:
    """Poll own accounts, media, stories, comments with all replies, insights, tags, hashtags and the registered partners.

    Days are UTC. Example: dengar listen instagram --once
    """
    _poll("instagram", once, walk, eager, interval, _backfill(since, until, channel), as_json)


@listen_app.command("receiver")
def receiver() -> None:
    """Receive Instagram webhooks and YouTube WebSub pushes, and read what they point to. SIGTERM ends it cleanly.

    Example: dengar listen receiver
    """
    from pathlib import Path

    from dengar.registers import RegistersError, load_registers
    from dengar.target import target
    from listeners.receiver.serve import serve
    from listeners.scrub import install

    _quiet()
    settings = target()
    install(settings)
    try:
        registers = load_registers(Path(settings.registers) if settings.registers else None)
    except RegistersError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error
    serve(settings, registers)


@listen_app.command("status")
def status(as_json: bool = AS_JSON) -> None:
    """Show how every source fares: last success, errors, quota and when it runs dry, gaps, reported against held comments.

    Exit status 1 if a source fails or a quota is spent. Example: dengar listen status --json
    """
    import orjson
    from rich.console import Console

    from dengar.target import target

    _quiet()
    now = _told(target())
    if as_json:
        typer.echo(orjson.dumps(now).decode())
    else:
        console = Console()
        for part in _shown(now):
            console.print(part)
    if now["warnings"]:
        raise typer.Exit(1)


@listen_app.command("renew-token")
def renew_token() -> None:
    """Exchange the Instagram token for a new one of 60 days, and write it to the file DENGAR_INSTAGRAM_TOKEN_FILE.

    Example: DENGAR_INSTAGRAM_TOKEN_FILE=/run/secrets/instagram dengar listen renew-token
    """
    from pathlib import Path

    from dengar.settings import file_of
    from dengar.target import target
    from listeners.instagram.client import Instagram
    from listeners.instagram.token import renewed
    from listeners.scrub import install
    from listeners.source import SourceError

    _quiet()
    file = file_of("instagram_token")
    if not file:
        typer.echo(f"dengar: set {TOKEN_FILE} to the file that shall hold the new token.", err=True)
        raise typer.Exit(2)
    settings = target()
    settings.require("instagram_token", "instagram_app_id", "instagram_app_secret")
    install(settings)
    secret = settings.instagram_app_secret.partition(",")[0].strip()
    try:
        token = renewed(Instagram(settings), settings.instagram_token, settings.instagram_app_id, secret)
        partial = Path(file).with_suffix(".new")
        partial.touch(mode=0o600)
        partial.write_text(token + "\n", encoding="utf-8")
        partial.replace(file)
    except SourceError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(
            f"dengar: the new token could not be written ({type(error).__name__}): is {file} writable?", err=True
        )
        raise typer.Exit(1) from error
    typer.echo(f"A new token is in {file}: restart the listeners that read it from there.")


def _told(settings: Settings) -> dict[str, Any]:
    from listeners.status import told_by_kafka

    return told_by_kafka(settings)


def _shown(status: Mapping[str, Any]) -> Iterator[RenderableType]:
    from listeners.status import shown

    return shown(status)


def _backfill(since: datetime | None, until: datetime | None, accounts: list[str]) -> Backfill | None:
    from listeners.station import Backfill

    if since is None:
        if until is not None or accounts:
            raise typer.BadParameter("--until and --channel belong to a backfill: give --since too.")
        return None
    end = until.replace(tzinfo=UTC) if until else None
    begin = since.replace(tzinfo=UTC)
    if end is not None and end <= begin:
        raise typer.BadParameter("--until is not after --since.")
    return Backfill(begin, end, tuple(accounts))


def _pause(text: str) -> float:
    from dengar.settings import SettingsError

    if text.isdecimal() and int(text) > 0:
        return float(text)
    raise SettingsError(f"DENGAR_POLL_SECONDS is {text!r}: set it to a whole number of seconds, such as 300.")


def _quiet() -> None:
    """Log to stderr, the SDKs' and clients' request lines left out: they write URLs with the credentials in them."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("kafka", "googleapiclient", "urllib3", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _poll(
    platform: str,
    once: bool,
    walk: bool,
    eager: bool,
    interval: float | None,
    backfill: Backfill | None,
    as_json: bool,
    *,
    urgent: bool = False,
) -> None:
    from pathlib import Path

    from dengar.log.kafka import KafkaLog
    from dengar.registers import RegistersError, load_registers
    from dengar.target import target
    from listeners.registry import sources
    from listeners.run import poll_once, run_forever
    from listeners.scrub import install
    from listeners.source import SourceError
    from listeners.station import Station

    _quiet()

    def told(report: PollReport) -> None:
        _tell(report, as_json, always=once or backfill is not None)

    settings = target()
    install(settings)
    log = KafkaLog(settings)
    try:
        registers = load_registers(Path(settings.registers) if settings.registers else None)
        station = Station(platform, settings, registers, log, backfill, walk=walk, urgent=urgent)
        built = sources(station)
        if once:
            report = poll_once(station, built)
            told(report)
            if report.errors:
                raise typer.Exit(1)
        else:
            pause = interval or _pause(settings.poll_seconds)
            run_forever(station, built, pause, pace="now" if backfill else "eager" if eager else "due", told=told)
    except (RegistersError, SourceError) as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error
    finally:
        log.close()


def _tell(report: PollReport, as_json: bool, *, always: bool) -> None:
    import orjson

    if as_json:
        names = ("platform", "asked", "collected", "unchanged", "gaps", "errors")
        typer.echo(orjson.dumps({name: getattr(report, name) for name in names}).decode())
    elif always or report.collected or report.errors:
        problems = "".join(f"; {name}: {said}" for name, said in report.errors.items())
        gaps = f", {report.gaps} gaps" if report.gaps else ""
        typer.echo(f"{report.platform}: {report.collected} collected, {report.unchanged} unchanged{gaps}{problems}")
