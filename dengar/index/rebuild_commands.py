"""`dengar index list|rebuild`."""

from __future__ import annotations

import typer

index_app = typer.Typer(
    help="The indices: which there are, and bringing older ones to the templates of today.", no_args_is_help=True
)


@index_app.command("list")
def list_command(as_json: bool = typer.Option(False, "--json", help="One JSON object an index.")) -> None:
    """Indices by the name under which they are written, their documents, and whether their templates are older than today's.

    Example: dengar index list
    """
    import orjson
    from rich.console import Console
    from rich.table import Table

    from dengar.index import client
    from dengar.index.commands import opened
    from dengar.index.rebuild import every, outdated

    elasticsearch = client(opened())
    older = set(outdated(elasticsearch))
    rows = [
        {"name": name, "documents": elasticsearch.count(index=name)["count"], "outdated": name in older}
        for name in every(elasticsearch)
    ]
    elasticsearch.close()
    if as_json:
        for row in rows:
            typer.echo(orjson.dumps(row).decode())
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("index", "documents", "templates"):
        table.add_column(column)
    for row in rows:
        table.add_row(str(row["name"]), f"{row['documents']:,}", "older: rebuild it" if row["outdated"] else "today's")
    Console().print(table)


@index_app.command("rebuild")
def rebuild_command(
    pattern: str = typer.Argument("*", help="Names of indices, with * for any signs."),
    every_one: bool = typer.Option(False, "--all", help="Also those whose templates are today's."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object an index."),
) -> None:
    """Rebuild indices whose templates are older than today's, while they are read and written, and swap them in.

    Writers wait for a second at the end of each; nobody else notices. It needs free space for the largest index.

    Example: dengar index rebuild 'mentions-*'
    """
    import orjson
    from rich.console import Console
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    from dengar.index import client
    from dengar.index.commands import opened
    from dengar.index.rebuild import RebuildError, every, outdated, rebuild

    elasticsearch = client(opened())
    try:
        names = (every if every_one else outdated)(elasticsearch, pattern)
        columns = (TextColumn("{task.description}"), TextColumn("{task.completed:,.0f} documents"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            for name in names:
                bar = progress.add_task(name, total=None)
                done = rebuild(elasticsearch, name, lambda count, bar=bar: progress.advance(bar, count))  # type: ignore[misc]
                told = {"name": name, "index": done.index, "documents": done.documents, "rounds": done.rounds}
                typer.echo(
                    orjson.dumps(told).decode()
                    if as_json
                    else f"{name} is now {done.index}: {done.documents:,} documents copied."
                )
    except RebuildError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error
    finally:
        elasticsearch.close()
    if not names and not as_json:
        typer.echo(
            "Nothing to rebuild: every index of that name has the templates of today (--all rebuilds them all the same)."
        )
