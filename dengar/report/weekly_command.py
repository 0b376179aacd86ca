"""`dengar report weekly`: a week for a director, as a page, a PDF or JSON."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import typer


class Format(StrEnum):
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


class Language(StrEnum):
    ID = "id"
    EN = "en"


def register(app: typer.Typer) -> None:
    """Add the verb to `dengar report`."""
    app.command("weekly")(weekly)


def weekly(
    week: str | None = typer.Option(None, help="ISO week, 2026-W47; default: the last one that is over (Jakarta)."),
    campaign: str | None = typer.Option(
        None, help="Only this campaign of the registers, with what stands below its posts."
    ),
    form: Format = typer.Option(Format.HTML, "--format", help="html (one file), pdf (A4) or json (every figure)."),
    language: Language = typer.Option(Language.ID, help="Language of the page."),
    output: Path | None = typer.Option(
        None, "--output", "-o", help="File to write; default: laporan-2026-W47.html here. - is stdout."
    ),
    as_json: bool = typer.Option(False, "--json", help="For machines: --format json on stdout."),
) -> None:
    """The week for a director: five figures, three things to decide, what could not be seen, and the sections behind them.

    The report of a week that is over is frozen; where the index says otherwise later, a new version tells what changed.

    Example: dengar report weekly --week 2026-W47 --format pdf
    """
    from datetime import UTC, datetime

    from rich.console import Console
    from upath import UPath

    from dengar.index import client
    from dengar.registers import load_registers
    from dengar.report.make import CampaignError, rendered, scope_of, settled
    from dengar.report.shelf import Shelf
    from dengar.report.week import Week, WeekError
    from dengar.target import target

    now = datetime.now(UTC)
    if as_json:
        form, output = Format.JSON, output or Path("-")
    try:
        told = Week.parse(week) if week else Week.of(now).back(1)
    except WeekError as error:
        raise typer.BadParameter(str(error), param_hint="--week") from error
    if told.since > now:
        raise typer.BadParameter(
            f"{told.name} has not begun: ask for a week up to {Week.of(now).name}.", param_hint="--week"
        )
    settings = target()
    if not settings.elasticsearch_url:
        typer.echo("dengar: There is no index to report on: start the stack with `dengar up`.", err=True)
        raise typer.Exit(1)
    registers = load_registers(Path(settings.registers) if settings.registers else None)
    elasticsearch = client(settings)
    try:
        scope = scope_of(settings, elasticsearch, registers, told, now, campaign=campaign)
        with Console(stderr=True).status("Reading the week from the index …"):
            report = settled(scope, Shelf(UPath(settings.stage)) if settings.stage else None)
            body = rendered(report, form, language, registers, scope.source)
    except CampaignError as error:
        raise typer.BadParameter(str(error), param_hint="--campaign") from error
    finally:
        elasticsearch.close()
    if output == Path("-"):
        typer.echo(body.decode() if form is not Format.PDF else body, nl=form is not Format.PDF)
        return
    path = output or Path(f"laporan-{report.name}.{form}")
    _write(path, body)
    state = f"version {report.version}" if report.final else "provisional: the week is not over"
    typer.echo(f"{path}: week {report.week}, {state}, {len(report.figures)} figures")


def _write(path: Path, body: bytes) -> None:
    try:
        path.write_bytes(body)
    except OSError as error:
        typer.echo(
            f"dengar: {path} cannot be written ({type(error).__name__}): choose another with --output.", err=True
        )
        raise typer.Exit(1) from error
