"""`dengar export`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import typer

from dengar.index.commands import Platform, Role, asked_times, opened


class Form(StrEnum):
    NDJSON = "ndjson"
    CSV = "csv"
    PARQUET = "parquet"


def export(
    query: str = typer.Argument(help="As for `dengar search`; * is everything."),
    out: Path = typer.Option(..., "--out", "-o", help="File to write; its ending tells the format."),
    form: Form | None = typer.Option(None, "--format", help="ndjson, csv or parquet, if the ending does not tell."),
    platform: Platform | None = typer.Option(None, help="Only this platform."),
    since: str | None = typer.Option(None, help="Published since: 7d, 24h, 2026-11-24 (Jakarta) or a full time."),
    until: str | None = typer.Option(None, help="Published until; a date includes its day."),
    author_role: Role | None = typer.Option(None, help="Only authors of this role in the registers."),
    messages: bool = typer.Option(False, "--messages", help="Direct messages too: keep the file as safe as the index."),
    as_json: bool = typer.Option(False, "--json", help="Tell what was written as one JSON object."),
) -> None:
    """Write all mentions that a query finds to a file, newest first, as the index is at this moment; policy decides which fields.

    Example: dengar export 'bansos AND "belum cair"' --since 7d --out bansos.csv
    """
    import orjson
    from rich.console import Console
    from rich.progress import track

    from dengar.index import QueryError, client, pages
    from dengar.index.export import columns, format_of, records, write_export
    from dengar.index.shown import Shown
    from dengar.policy import load_policy
    from dengar.policy.rules import PLATFORMS

    start, end = asked_times(since, until)
    try:
        told = form.value if form else format_of(out)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    settings = opened()
    policy = load_policy(settings.policy_profile)
    filters = {name: one.value for name, one in (("platform", platform), ("role", author_role)) if one is not None}
    names = columns(policy, [platform.value] if platform else PLATFORMS)
    elasticsearch = client(settings)
    part = out.with_name(f"{out.name}.part")
    try:
        found = records(
            pages(
                elasticsearch,
                query,
                filters=filters,
                since=start,
                until=end,
                include_messages=messages,
                sort="newest",
                policy=policy,
            )
        )
        out.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            count = write_export(
                track(found, "Exporting", console=Console(stderr=True), transient=True), file, told, names
            )
        part.replace(out)
    except QueryError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(2) from error
    except OSError as error:
        typer.echo(f"dengar: {out} cannot be written ({error.strerror}): check the folder and its rights.", err=True)
        raise typer.Exit(1) from error
    finally:
        part.unlink(missing_ok=True)
        elasticsearch.close()
    shown = Shown(policy)
    off = {one: sorted(shown.hidden(one)) for one in PLATFORMS if not platform or platform.value == one}
    off = {one: fields for one, fields in off.items() if fields}
    if as_json:
        typer.echo(orjson.dumps({"file": str(out), "format": told, "mentions": count, "off": off}).decode())
        return
    typer.echo(f"{count:,} mentions in {out} ({told}).")
    for one, fields in off.items():
        verdict = policy.verdict("show", one, f"mention.{fields[0]}")
        enable = f" To enable it: {verdict.enable}." if verdict.enable else ""
        typer.echo(f"Absent on {one}, {verdict.reason}: {', '.join(fields)}.{enable}")
