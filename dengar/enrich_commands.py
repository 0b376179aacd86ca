"""`dengar enrich`: texts on stdin → enriched JSON on stdout, a line each, without any service and without policy."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any

import orjson
import typer

BATCH = 1_000
PAUSE_S = 0.05
# Same input, same output, on every machine: without a key of the operator's, pseudonyms are made with one that everybody knows.
PUBLIC_KEY = b"dengar enrich: no secret"
KEPT = ("id", "platform", "kind", "post_id", "published_at")


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("enrich")(enrich)


def enrich(
    platform: str = typer.Option("instagram", help="Platform of the texts: youtube or instagram."),
) -> None:
    """Enrich one JSON mention, any JSON object with "text", or plain text a line from stdin: one JSON a line on stdout, in order.

    `pii` names offsets in the text as given, everything else in the masked text. The same input gives the same bytes. A line that cannot
    be read gives {"error": …}, and the exit status is 1 at the end.

    Example: echo 'Bansos saya belum cair, WA 0812 3456 7890 #KemensosPeduli' | dengar enrich
    """
    from dengar.enrich import Context
    from dengar.enrich.pseudonym import MINIMUM_KEY
    from dengar.registers import RegistersError, load_registers
    from dengar.settings import Settings, SettingsError

    if platform not in ("youtube", "instagram"):
        raise typer.BadParameter("choose youtube or instagram", param_hint="--platform")
    settings = Settings.from_environment()
    folder, key = settings.registers, settings.pseudonym_key
    if key and len(key) < MINIMUM_KEY:
        raise SettingsError(f"DENGAR_PSEUDONYM_KEY is too short: set it to at least {MINIMUM_KEY} characters.")
    try:
        registers = load_registers(Path(folder) if folder else None)
    except RegistersError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if not key:
        typer.echo(
            "DENGAR_PSEUDONYM_KEY is not set: pseudonyms are made with a public key and hide nobody from who knows the handles.",
            err=True,
        )
    context = Context(registers, key.encode() or PUBLIC_KEY, "sandbox")
    failed = False
    for lines in batches(sys.stdin.buffer):
        answers = _answers(lines, context, platform)
        failed = failed or any("error" in answer for answer in answers)
        sys.stdout.buffer.write(b"".join(orjson.dumps(answer) + b"\n" for answer in answers))
        sys.stdout.buffer.flush()
    if failed:
        raise typer.Exit(1)


def batches(source: IO[bytes]) -> Iterator[list[bytes]]:
    """Lines that are there, at most a thousand at once: a pipe that pauses is answered, a file is read in large steps."""
    lines: Queue[bytes | None] = Queue(4 * BATCH)

    def read() -> None:
        for line in source:
            lines.put(line)
        lines.put(None)

    Thread(target=read, daemon=True).start()
    ended = False
    while not ended:
        batch = [lines.get()]
        while len(batch) < BATCH and batch[-1] is not None:
            try:
                batch.append(lines.get(timeout=PAUSE_S))
            except Empty:
                break
        ended = batch[-1] is None
        if found := [line for line in batch if line is not None]:
            yield found


def _answers(lines: list[bytes], context: Any, platform: str) -> list[dict[str, Any]]:
    """One answer a line, in order; what cannot be read is an answer too."""
    from dengar.enrich import enrich_texts

    told: list[dict[str, Any]]
    read = [_item(line, platform) for line in lines]
    good = [item for item in read if "error" not in item]
    try:
        told = enrich_texts([item["text"] for item in good], context, platforms=[item["platform"] for item in good])
    except Exception:  # noqa: BLE001
        # One poisonous text must not cost its batch: find it by enriching one at a time.
        told = [_alone(item, context) for item in good]
    enriched = iter(told)
    return [item if "error" in item else _with(item, next(enriched), context) for item in read]


def _alone(item: dict[str, Any], context: Any) -> dict[str, Any]:
    from dengar.enrich import enrich_texts

    try:
        alone: list[dict[str, Any]] = enrich_texts([item["text"]], context, platforms=[item["platform"]])
        return alone[0]
    except Exception as error:  # noqa: BLE001 - the line's answer says so, and the other lines go on
        return {"error": f"The text could not be enriched ({type(error).__name__}): please report it."}


def _item(line: bytes, platform: str) -> dict[str, Any]:
    """A line as {"text", "platform", …}, or {"error"}."""
    try:
        text = line.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return {"error": "The line is not UTF-8: save the input as UTF-8."}
    if not text.lstrip().startswith("{"):
        return {"text": text, "platform": platform}
    try:
        item = json.loads(text)
    except (ValueError, RecursionError):
        return {"error": "The line begins like a JSON object but is not one: check its quotes and brackets."}
    if not isinstance(item.get("text"), str):
        return {"error": 'The JSON object has no "text": add it, or send plain text.'}
    item.setdefault("platform", platform)
    if item["platform"] not in ("youtube", "instagram"):
        return {"error": "The platform of the JSON object is neither youtube nor instagram."}
    item.pop("error", None)
    told: dict[str, Any] = item | {"text": item["text"].encode("utf-8", "replace").decode(), "asked": True}
    return told


def _with(item: dict[str, Any], answer: dict[str, Any], context: Any) -> dict[str, Any]:
    """The answer with what the object brought along: its ids, its title masked, its author as a pseudonym, a post's purpose."""
    if "error" in answer or not item.get("asked"):
        return answer
    from dengar.enrich import enrich_mentions

    kept = {name: item[name] for name in KEPT if name in item}
    title, author, kind = item.get("title"), item.get("author"), item.get("kind")
    if not isinstance(title, str) and not isinstance(author, dict) and kind != "post":
        return kept | answer
    named = author if isinstance(author, dict) else {}
    draft = {
        "platform": item["platform"],
        "kind": kind if isinstance(kind, str) else "comment",
        "text": item["text"],
        "title": title if isinstance(title, str) else None,
        "author": {name: named[name] if isinstance(named.get(name), str) else None for name in ("id", "handle")},
        "provenance": {"raw": "stdin", "formulas": {}},
    }
    mention = enrich_mentions([draft], context)[0]
    kept |= {"title": mention["title"]} | ({"author": mention["author"]} if author is not None else {})
    return kept | answer | {"purpose": mention["purpose"], "post_format": mention["post_format"]}
