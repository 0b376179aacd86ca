"""`dengar enrich`: texts on stdin → enriched JSON on stdout, a line each, without any service."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import Any

import orjson
import typer


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("enrich")(enrich)


def enrich(
    platform: str = typer.Option("instagram", help="Platform of the texts: youtube or instagram."),
) -> None:
    """Enrich one JSON mention, any JSON object with "text", or plain text a line from stdin: one JSON a line on stdout.

    A line that cannot be read gives {"error": …}, and the exit status is 1 at the end.

    Example: echo 'Bansos saya belum cair, WA 0812 3456 7890 #KemensosPeduli' | dengar enrich
    """
    from dengar.enrich import Context
    from dengar.registers import RegistersError, load_registers
    from dengar.settings import Settings

    if platform not in ("youtube", "instagram"):
        raise typer.BadParameter("choose youtube or instagram", param_hint="--platform")
    folder = Settings.from_environment().registers
    try:
        registers = load_registers(Path(folder) if folder else None)
    except RegistersError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo("Pseudonyms are made with a throw-away key: they differ from run to run.", err=True)
    context = Context(registers, secrets.token_bytes(32), "strict")
    failed = False
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        answer = _answer(line, context, platform)
        failed = failed or "error" in answer
        sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
        sys.stdout.buffer.flush()
    if failed:
        raise typer.Exit(1)


def _answer(line: bytes, context: Any, platform: str) -> dict[str, Any]:
    from dengar.enrich import enrich_mentions, enrich_text

    try:
        text = line.decode().strip()
    except UnicodeDecodeError:
        return {"error": "The line is not UTF-8: save the input as UTF-8."}
    if not text.startswith("{"):
        return enrich_text(text, context, platform=platform)
    try:
        item = json.loads(text)
    except (ValueError, RecursionError):
        return {"error": "The line begins like a JSON object but is not one: check its quotes and brackets."}
    if not isinstance(item.get("text"), str):
        return {"error": 'The JSON object has no "text": add it, or send plain text.'}
    item["text"] = item["text"].encode("utf-8", "replace").decode()
    platform = item.get("platform", platform)
    if platform not in ("youtube", "instagram"):
        return {"error": "The platform of the JSON object is neither youtube nor instagram."}
    answer = enrich_text(item["text"], context, platform=platform)
    kept = {name: item[name] for name in ("id", "platform", "kind", "post_id", "published_at") if name in item}
    author = item.get("author")
    title = item.get("title")
    if isinstance(title, str) or isinstance(author, dict):
        named = author if isinstance(author, dict) else {}
        draft = {
            "platform": platform,
            "text": "",
            "title": title if isinstance(title, str) else None,
            "author": {name: named[name] if isinstance(named.get(name), str) else None for name in ("id", "handle")},
            "provenance": {"raw": "stdin", "formulas": {}},
        }
        mention = enrich_mentions([draft], context)[0]
        kept |= {"title": mention["title"]} | ({"author": mention["author"]} if author is not None else {})
    return kept | answer
