"""`dengar topics list`, `apply`, `sample` and `snapshot`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import typer

if TYPE_CHECKING:
    from dengar.topics import Topic

topics_app = typer.Typer(help="The topics of schemas/topics.yaml.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the `topics` verbs."""
    app.add_typer(topics_app, name="topics")


@topics_app.command("list")
def list_topics(as_json: bool = typer.Option(False, "--json", help="One JSON object a line.")) -> None:
    """List the topics: key, partitions, retention, cleanup, class, owner. Needs no broker.

    Example: dengar topics list --json
    """
    from dataclasses import asdict

    import orjson
    from rich.console import Console
    from rich.table import Table

    from dengar.topics import topics

    if as_json:
        for topic in topics().values():
            typer.echo(orjson.dumps(asdict(topic)).decode())
        return
    table = Table("topic", "key", "partitions", "retention", "cleanup", "class", "owner", box=None)
    for topic in topics().values():
        kept = "for ever" if topic.retention_days is None else f"{topic.retention_days} d"
        table.add_row(
            topic.name, topic.key, str(topic.partitions), kept, topic.cleanup, topic.record_class, topic.owner
        )
    Console().print(table)


@topics_app.command()
def apply(as_json: bool = typer.Option(False, "--json", help="One JSON object.")) -> None:
    """Create missing topics on the broker and repair drifted settings. Running it again changes nothing.

    Example: dengar topics apply
    """
    import orjson

    from dengar.log.admin import apply_topics
    from dengar.target import target
    from dengar.topics import topics

    settings = target()
    settings.require("kafka_bootstrap")
    changes = apply_topics(settings, topics())
    if as_json:
        typer.echo(orjson.dumps({"changes": changes}).decode())
        return
    for change in changes or ["All topics are as topics.yaml says."]:
        typer.echo(change)


@topics_app.command()
def sample(
    topic: str = typer.Argument(help="Name of a topic."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line: key, headers, value."),
) -> None:
    """Print made-up records of a topic, with key and headers, to build and test against. Needs no broker.

    Example: dengar topics sample mentions --json > mentions.ndjson
    """
    import orjson

    from dengar.schemas.envelope import samples

    for record in samples(_known(topic)):
        typer.echo(orjson.dumps(record, option=0 if as_json else orjson.OPT_INDENT_2).decode())


@topics_app.command()
def snapshot(
    topic: str = typer.Argument(help="Name of a topic; raw-class topics are refused."),
    output: Path | None = typer.Option(
        None, "--output", "-o", help="Write to this file, whole or not at all, instead of stdout."
    ),
    as_json: bool = typer.Option(False, "--json", help="Tell what was written as JSON (with --output)."),
) -> None:
    """Write the newest record of each id as NDJSON, deletions included; the first line has the offsets to continue from.

    Example: dengar topics snapshot mentions --output mentions.ndjson
    """
    import sys

    import orjson

    from dengar.log.kafka import KafkaLog
    from dengar.target import target

    wanted = _known(topic)
    settings = target()
    log = KafkaLog(settings)
    try:
        if output is None:
            _write(log, wanted, sys.stdout.buffer)
            return
        draft = output.with_name(output.name + ".part")
        with draft.open("wb") as file:
            end = _write(log, wanted, file)
        draft.replace(output)
    finally:
        log.close()
    told = {"topic": topic, "file": str(output), **end}
    typer.echo(orjson.dumps(told).decode() if as_json else f"{end['records']:,} records of {topic} are in {output}.")


def _known(name: str) -> Topic:
    from dengar.topics import TopicsError, topics

    if name not in topics():
        raise TopicsError(f"There is no topic {name}: `dengar topics list` names them all.")
    return topics()[name]


def _write(log: Any, topic: Topic, file: BinaryIO) -> dict[str, Any]:
    """Write a snapshot; what its last line tells."""
    import orjson
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from dengar.topics_snapshot import snapshot as lines
    from dengar.topics_snapshot import span_of

    spans = span_of(log, topic)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    line: dict[str, Any] = {}
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"reading {topic.name}", total=2 * sum(map(len, spans)))
        for line in lines(log, spans, lambda read: bar.advance(task, read)):
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
    file.flush()
    end: dict[str, Any] = line["end"]
    return end
