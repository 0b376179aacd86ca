"""`dengar topics list` and `dengar topics apply`."""

from __future__ import annotations

import typer

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
