"""`dengar quarantine list` and `show`: what could not be processed, and why."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from typing import Any

import typer

quarantine_app = typer.Typer(help="Records that could not be parsed, mapped or validated.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the `quarantine` verbs."""
    app.add_typer(quarantine_app, name="quarantine")


def read_quarantine() -> Iterator[dict[str, Any]]:
    """Every quarantine record still kept, oldest first within a partition."""
    import orjson

    from dengar.log import OffsetRange
    from dengar.log.kafka import KafkaLog
    from dengar.target import target

    settings = target()
    settings.require("kafka_bootstrap")
    log = KafkaLog(settings)
    try:
        beginnings, ends = log.beginnings(["quarantine"]), log.ends(["quarantine"])
        for partition, end in ends.items():
            for record in log.read(OffsetRange(partition.topic, partition.number, beginnings[partition], end)):
                if record.value is not None:
                    yield orjson.loads(record.value)
    finally:
        log.close()


@quarantine_app.command("list")
def list_records(
    reason: str | None = typer.Option(None, help="Only this reason code."),
    limit: int = typer.Option(50, min=1, help="At most so many rows."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, without the bytes."),
) -> None:
    """List quarantined records with stage, reason and place.

    Example: dengar quarantine list --reason map.no_post
    """
    import orjson
    from rich.console import Console
    from rich.table import Table

    rows = [row for row in read_quarantine() if reason in (None, row["reason"])]
    rows.sort(key=lambda row: row["quarantined_at"])
    if as_json:
        for row in rows[-limit:]:
            typer.echo(
                orjson.dumps({name: value for name, value in row.items() if name not in ("value", "headers")}).decode()
            )
        return
    table = Table("position", "stage", "reason", "what is wrong", box=None)
    for row in rows[-limit:]:
        table.add_row(row["id"], row["stage"], row["reason"], row["detail"])
    Console().print(table)
    counts = Counter(row["reason"] for row in rows)
    typer.echo(
        f"{len(rows)} quarantined: " + (", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none")
    )


@quarantine_app.command()
def show(position: str = typer.Argument(help="topic/partition/offset, as `list` prints it.")) -> None:
    """Show one quarantined record whole, its bytes as text. It holds personal data: mind who looks on.

    Example: dengar quarantine show raw.instagram/1/42
    """
    import orjson

    for row in read_quarantine():
        if row["id"] == position:
            row["value"] = None if row["value"] is None else base64.b64decode(row["value"]).decode(errors="replace")
            row["headers"] = {name: base64.b64decode(text).decode(errors="replace") for name, text in row["headers"]}
            typer.echo(orjson.dumps(row, option=orjson.OPT_INDENT_2).decode())
            return
    typer.echo(f"dengar: there is no quarantined record {position}; `dengar quarantine list` shows them.", err=True)
    raise typer.Exit(1)
