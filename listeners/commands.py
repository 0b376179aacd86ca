"""`dengar listen youtube|instagram|receiver` and `dengar import FILE…`, registered through the entry point `dengar.commands`."""

from __future__ import annotations

import logging

import typer

listen_app = typer.Typer(help="Collect from the platforms into the raw topics.", no_args_is_help=True)

ONCE = typer.Option(False, "--once", help="Poll once and end.")
INTERVAL = typer.Option(None, "--interval", min=1.0, help="Seconds between two polls (default: DENGAR_POLL_SECONDS).")
AS_JSON = typer.Option(False, "--json", help="One JSON object a poll.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the `dengar` command."""
    from listeners.archive.commands import import_files

    app.add_typer(listen_app, name="listen")
    app.command("import")(import_files)


@listen_app.command("youtube")
def youtube(once: bool = ONCE, interval: float | None = INTERVAL, as_json: bool = AS_JSON) -> None:
    """Poll channels, videos, comments with all replies and running live chats.

    Example: dengar listen youtube --once
    """
    _poll("youtube", once, interval, as_json)


@listen_app.command("instagram")
def instagram(once: bool = ONCE, interval: float | None = INTERVAL, as_json: bool = AS_JSON) -> None:
    """Poll own accounts, media, stories, comments with all replies, insights, tags, and the registered partners.

    Example: dengar listen instagram --once
    """
    _poll("instagram", once, interval, as_json)


@listen_app.command("receiver")
def receiver() -> None:
    """Receive Instagram webhooks and YouTube WebSub pushes, and read what they point to. SIGTERM ends it cleanly.

    Example: dengar listen receiver
    """
    from pathlib import Path

    from dengar.registers import RegistersError, load_registers
    from dengar.target import target
    from listeners.receiver.serve import serve

    _quiet()
    settings = target()
    try:
        registers = load_registers(Path(settings.registers) if settings.registers else None)
    except RegistersError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error
    serve(settings, registers)


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


def _poll(platform: str, once: bool, interval: float | None, as_json: bool) -> None:
    from pathlib import Path

    import orjson

    from dengar.log.kafka import KafkaLog
    from dengar.registers import RegistersError, load_registers
    from dengar.target import target
    from listeners.publish import Publisher
    from listeners.registry import PLATFORMS
    from listeners.run import poll_once, run_forever
    from listeners.source import PollReport, SourceError

    _quiet()

    def told(report: PollReport) -> None:
        if as_json:
            shown = {"platform": platform, "collected": report.collected, "unchanged": report.unchanged}
            typer.echo(orjson.dumps(shown | {"errors": report.errors}).decode())
        elif report.collected or report.errors or once:
            problems = "".join(f"; {name}: {said}" for name, said in report.errors.items())
            typer.echo(f"{platform}: {report.collected} collected, {report.unchanged} unchanged{problems}")

    settings = target()
    try:
        registers = load_registers(Path(settings.registers) if settings.registers else None)
        sources = PLATFORMS[platform](settings, registers)
    except (RegistersError, SourceError) as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error
    log = KafkaLog(settings)
    try:
        publisher = Publisher(log)
        if not once:
            run_forever(platform, sources, publisher, log, interval or _pause(settings.poll_seconds), told=told)
            return
        report = poll_once(platform, sources, publisher, log)
        told(report)
        if report.errors:
            raise typer.Exit(1)
    finally:
        log.close()
