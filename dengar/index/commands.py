"""`dengar search`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from dengar.settings import Settings


class Platform(StrEnum):
    YOUTUBE = "youtube"
    INSTAGRAM = "instagram"


class Role(StrEnum):
    OFFICIAL = "official"
    PARTNER = "partner"
    INFLUENCER = "influencer"
    MEDIA = "media"
    PUBLIC_FIGURE = "public_figure"
    PUBLIC = "public"
    UNKNOWN = "unknown"


def register(app: typer.Typer) -> None:
    """Add `search`, `export` and `index`."""
    from dengar.index.export_command import export
    from dengar.index.rebuild_commands import index_app

    app.command()(search)
    app.command()(export)
    app.add_typer(index_app, name="index")


def opened() -> Settings:
    """The stack's settings, or exit status 1 with how to start one."""
    from dengar.target import target

    settings = target()
    if not settings.elasticsearch_url:
        typer.echo("dengar: There is no index to search: start the stack with `dengar up`.", err=True)
        raise typer.Exit(1)
    return settings


def asked_times(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """The times of --since and --until. Raises BadParameter."""
    from datetime import UTC, datetime

    from dengar.index.when import moment

    now = datetime.now(UTC)
    try:
        return (moment(since, now) if since else None, moment(until, now, end_of_day=True) if until else None)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def search(
    query: str = typer.Argument(
        help='Words (all must match), "phrases", AND, OR, NOT, ( ), NEAR/5, prefix*, #hashtag, role:media; * is everything.'
    ),
    platform: Platform | None = typer.Option(None, help="Only this platform."),
    since: str | None = typer.Option(None, help="Published since: 7d, 24h, 2026-11-24 (Jakarta) or a full time."),
    until: str | None = typer.Option(None, help="Published until; a date includes its day."),
    author_role: Role | None = typer.Option(None, help="Only authors of this role in the registers."),
    messages: bool = typer.Option(False, "--messages", help="Search direct messages too."),
    size: int = typer.Option(10, min=1, max=1000, help="How many hits to show."),
    as_json: bool = typer.Option(False, "--json", help="One mention a line as JSON, for machines."),
) -> None:
    """Search the mentions in the index, best first.

    Example: dengar search 'bansos AND "belum cair"' --since 7d --platform instagram
    """
    from dengar.index import IndexUnavailable, QueryError, client
    from dengar.index import search as find

    start, end = asked_times(since, until)
    settings = opened()
    elasticsearch = client(settings)
    try:
        page = find(
            elasticsearch,
            query,
            filters={
                name: value.value
                for name, value in (("platform", platform), ("role", author_role))
                if value is not None
            },
            since=start,
            until=end,
            include_messages=messages,
            size=size,
        )
    except QueryError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(2) from error
    except IndexUnavailable as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error
    finally:
        elasticsearch.close()
    if as_json:
        import orjson

        for hit in page.hits:
            typer.echo(orjson.dumps({"score": round(hit.score, 4), **hit.mention}).decode())
        return
    from rich.console import Console

    from dengar.index.render import remarks, show_page, summary

    console = Console(highlight=False)
    show_page(console, page)
    console.print(summary(page))
    for remark in remarks(page):
        console.print(remark, style="dim", markup=False)
