"""`dengar import FILE…`: publish recorded payloads, or show with --dry-run what each item would become."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import typer

FILES = typer.Argument(..., exists=True, dir_okay=False, help="JSON, NDJSON, XML, CSV or TSV files.")
DRY = typer.Option(False, "--dry-run", help="Publish nothing: print what each item becomes. Needs no service.")
POST = typer.Option(None, "--post", help="Post of items that do not say it, yt:video:<id> or ig:media:<id>.")
AS_JSON = typer.Option(False, "--json", help="One JSON object an item (with --dry-run) or in all.")


def import_files(
    files: list[Path] = FILES, dry_run: bool = DRY, as_json: bool = AS_JSON, post: str | None = POST
) -> None:
    """Publish recorded payloads and other tools' exports (docs/import.md) to the raw topics, as the listeners would.

    What is unreadable goes to the quarantine. Example: dengar import --dry-run --json comments.json
    """
    if post is not None and not post.startswith(("yt:video:", "ig:media:")):
        raise typer.BadParameter("give yt:video:<id> or ig:media:<id>", param_hint="--post")
    if dry_run:
        _show(files, as_json, post)
    else:
        _publish(files, as_json, post)


def _show(files: list[Path], as_json: bool, post: str | None) -> None:
    from dengar.registers import load_registers
    from dengar.target import target
    from listeners.archive.files import Unreadable, read_file
    from listeners.archive.outcome import enrichment, outcome_of

    settings = target()
    registers = load_registers(Path(settings.registers) if settings.registers else None)
    context = enrichment(settings, registers)
    now = datetime.now(UTC)
    for file in files:
        for number, item in enumerate(read_file(file, post)):
            row: dict[str, Any] = {"file": file.name, "item": number}
            if isinstance(item, Unreadable):
                row |= {"kind": None, "subject": None, "outcome": "quarantined", "reason": item.reason}
                row |= {"detail": f"{item.where}: {item.detail}", "record": None}
            else:
                row |= {"kind": f"{item.platform}.{item.kind}", "subject": item.subject}
                row |= outcome_of(item.event(now), f"{item.topic}/0/{number}", context)
            typer.echo(orjson.dumps(row).decode() if as_json else _line(row))


def _line(row: dict[str, Any]) -> str:
    why = f" ({row['reason']}: {row['detail']})" if row["reason"] else ""
    return f"{row['file']} {row['item']}: {row['kind'] or 'unreadable'} {row['subject'] or ''} -> {row['outcome']}{why}"


def _publish(files: list[Path], as_json: bool, post: str | None) -> None:
    from dengar.log.kafka import KafkaLog
    from dengar.target import target
    from listeners.archive.publish import publish_files
    from listeners.publish import Publisher

    log = KafkaLog(target())
    try:
        collected, unreadable = publish_files(files, Publisher(log), post)
    finally:
        log.close()
    if as_json:
        typer.echo(orjson.dumps({"files": len(files), "collected": collected, "unreadable": unreadable}).decode())
    else:
        typer.echo(f"{collected} items of {len(files)} files published, {unreadable} of them unreadable parts.")
