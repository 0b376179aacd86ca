"""`dengar quarantine list|show|explain`: what could not be processed, and why. `replay` and `discard` are in `dengar.quarantine.acts`."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dengar.quarantine.desk import Desk
    from dengar.quarantine.entry import Entry
    from dengar.quarantine.selection import Selection

quarantine_app = typer.Typer(
    help="Records that could not be parsed, mapped, validated or indexed.", no_args_is_help=True
)


class Stage(StrEnum):
    PARSE = "parse"
    MAP = "map"
    ENRICH = "enrich"
    VALIDATE = "validate"
    INDEX = "index"


class Shown(StrEnum):
    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"
    ALL = "all"


# The filters that list, replay and discard share.
REASON = typer.Option(None, "--reason", help="Only this reason code; * stands for anything: 'schema.*'.")
STAGE = typer.Option(None, "--stage", help="Only what failed in this stage.")
TOPIC = typer.Option(None, "--topic", help="Only records of this topic: raw.youtube, 'raw.*'.")
SOURCE = typer.Option(
    None, "--source", help="Only what this listener source collected: instagram.webhook, 'youtube.*'."
)
SINCE = typer.Option(None, "--since", help="Failed since: 7d, 24h, 2026-11-24 (Jakarta) or a full time.")
UNTIL = typer.Option(None, "--until", help="Failed until; a date includes its day.")


def register(app: typer.Typer) -> None:
    """Add the `quarantine` verbs."""
    from dengar.quarantine import acts

    acts.register(quarantine_app)
    app.add_typer(quarantine_app, name="quarantine")


def selection(
    state: Shown,
    ids: list[str] | None,
    reason: str | None,
    stage: Stage | None,
    topic: str | None,
    source: str | None,
    since: str | None,
    until: str | None,
) -> Selection:
    """The filters as one. Raises typer.BadParameter for a time that cannot be read."""
    from dengar.index.when import moment
    from dengar.quarantine.entry import State
    from dengar.quarantine.selection import Selection

    now = datetime.now(UTC)
    try:
        start = moment(since, now) if since else None
        end = moment(until, now, end_of_day=True) if until else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return Selection(
        ids=tuple(ids or ()),
        state=None if state is Shown.ALL else State(state.value),
        reason=reason,
        stage=stage.value if stage else None,
        topic=topic,
        source=source,
        since=start,
        until=end,
    )


def found(desk: Desk, position: str) -> Entry:
    """The entry at a position; ends with status 1 where there is none."""
    entry = next(iter(desk.entries(lambda entry: entry.id == position)), None)
    if entry is None:
        typer.echo(
            f"dengar: there is no quarantined record {position}; `dengar quarantine list --state all` shows them.",
            err=True,
        )
        raise typer.Exit(1)
    return entry


@quarantine_app.command("list")
def list_records(
    reason: str | None = REASON,
    stage: Stage | None = STAGE,
    topic: str | None = TOPIC,
    source: str | None = SOURCE,
    since: str | None = SINCE,
    until: str | None = UNTIL,
    state: Shown = typer.Option(
        Shown.OPEN, help="open = waits; replayed = passed meanwhile; discarded = a person decided so."
    ),
    limit: int = typer.Option(50, min=1, help="At most so many rows, the newest."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, without the bytes."),
) -> None:
    """List quarantined records with stage, reason and state.

    Example: dengar quarantine list --reason no_post --source 'instagram.*' --since 7d
    """
    from dengar.quarantine.opened import opened
    from dengar.target import target

    wanted = selection(state, None, reason, stage, topic, source, since, until)
    with opened(target()) as deployment:
        entries = wanted.of(deployment.desk.entries())
    if as_json:
        import orjson

        for entry in entries[-limit:]:
            typer.echo(orjson.dumps(entry.row()).decode())
        return
    from rich.console import Console

    from dengar.quarantine.render import summary, table

    if entries:
        Console().print(table(entries[-limit:]))
    typer.echo(summary(entries))


@quarantine_app.command()
def show(
    position: str = typer.Argument(help="topic/partition/offset, as `list` prints it."),
    bytes_only: bool = typer.Option(False, "--bytes", help="Only the record's own bytes, as they came."),
    output: Path | None = typer.Option(None, "-o", "--output", help="Write to this file (for your eyes only)."),
) -> None:
    """Show one quarantined record whole, its bytes as text. It holds personal data: mind who looks on.

    Example: dengar quarantine show raw.instagram/1/42 --bytes -o item.json
    """
    import sys

    import orjson

    from dengar.quarantine.entry import headers_of
    from dengar.quarantine.opened import opened
    from dengar.target import target

    with opened(target()) as deployment:
        entry = found(deployment.desk, position)
        held = deployment.desk.held(entry)
    if bytes_only:
        content = held.value or b""
    else:
        value = None if held.value is None else held.value.decode(errors="replace")
        whole = {**held.body, "value": value, "headers": headers_of(held.body), **entry.row()}
        content = orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    output.touch(mode=0o600)
    output.write_bytes(content)
    typer.echo(f"{len(content)} bytes written to {output}: personal data, remove it when you are done.", err=True)


@quarantine_app.command()
def explain(
    position: str = typer.Argument(help="topic/partition/offset, as `list` prints it."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> None:
    """Say why a record is in quarantine, where in it the failure is, whether today's code would take it, and what to do next.

    Example: dengar quarantine explain raw.instagram/1/42
    """
    from dengar.quarantine.advice import advice
    from dengar.quarantine.opened import opened
    from dengar.quarantine.render import explanation
    from dengar.quarantine.trial import attempt, trial_context
    from dengar.target import target

    with opened(target()) as deployment:
        entry = found(deployment.desk, position)
        held = deployment.desk.held(entry)
        context = trial_context(deployment.settings)
    told, trial = advice(entry.reason), None if entry.outcome else attempt(entry, held, context)
    if not as_json:
        for line in explanation(entry, told, trial):
            typer.echo(line)
        return
    from dataclasses import asdict

    import orjson

    whole = entry.row() | {"advice": asdict(told), "today": asdict(trial) if trial else None}
    typer.echo(orjson.dumps(whole).decode())
