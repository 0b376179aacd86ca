"""`dengar why`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from dengar.journey.gather import Sources
    from dengar.log import Log
    from dengar.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the `why` verb."""
    app.command()(why)


def why(
    asked: str = typer.Argument(
        help="A mention's id, a raw position, or the address of a video, comment (&lc=), post or reel."
    ),
    whole_topic: bool = typer.Option(
        False, "--whole-topic", help="Read all of its partition of topic mentions, not only the end."
    ),
    as_json: bool = typer.Option(False, "--json", help="One JSON object, for machines."),
) -> None:
    """Tell one record's journey: collected, worked on, quarantined, indexed, labelled, deleted; or why it never came.

    Example: dengar why 'https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=UgxAbc'
    """
    from pathlib import Path

    from dengar.connected import Connected
    from dengar.journey.gather import gather
    from dengar.journey.never import first_lines, reasons
    from dengar.journey.permalink import NotAnIdError, read
    from dengar.journey.story import as_json as plain
    from dengar.journey.story import tell
    from dengar.registers import load_registers
    from dengar.target import target

    try:
        wanted = read(asked)
    except NotAnIdError as error:
        raise typer.BadParameter(str(error)) from error
    settings = target()
    with Connected(settings) as opened:
        journey = gather(wanted, sources(settings, opened.log, opened.client), whole_topic=whole_topic)
    likely: list[str] = []
    if not journey.found:
        likely = reasons(journey, load_registers(Path(settings.registers) if settings.registers else None))
    if as_json:
        import orjson

        typer.echo(orjson.dumps(plain(journey, likely, settings.airflow_url)).decode())
        return
    for note in wanted.notes:
        typer.echo(f"Note: {note}")
    if journey.found:
        typer.echo(journey.id or wanted.text)
        for sentence in tell(journey):
            typer.echo(f"  {sentence}")
        return
    typer.echo(f"{journey.id or wanted.text} was never collected. Likely reasons:")
    for sentence in first_lines(likely):
        typer.echo(f"  - {sentence}")


def sources(settings: Settings, log: Log, elasticsearch: Elasticsearch) -> Sources:
    """Where to look, on a deployment."""
    from upath import UPath

    from dengar.index.address import post_of_shortcode
    from dengar.journey.gather import Sources
    from dengar.labels.held import indexed_labels, standing
    from dengar.labels.mentions import indexed_mentions

    return Sources(
        log=log,
        stage=UPath(settings.stage) if settings.stage else None,
        documents=lambda ids: indexed_mentions(elasticsearch, ids),
        by_address=lambda code: post_of_shortcode(elasticsearch, code),
        labels=lambda ids: standing(log, lambda asked: indexed_labels(elasticsearch, asked), ids),
    )
