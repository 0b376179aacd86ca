"""`dengar searches save|list|remove`."""

from __future__ import annotations

import typer

searches_app = typer.Typer(help="Saved searches: what they find in new mentions raises an alert.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.add_typer(searches_app, name="searches")


@searches_app.command("save")
def save_command(
    name: str = typer.Argument(help="Small letters, digits and -."),
    query: str = typer.Argument(help="As for `dengar search`."),
    level: str = typer.Option("attention", help="info, attention or urgent."),
) -> None:
    """Save a search, over an earlier one of its name. From the next batch on it is asked of every new mention.

    Example: dengar searches save pungli '"pungutan liar" NEAR/10 kartu' --level urgent
    """
    from dengar.index.results import QueryError
    from dengar.searches.saved import Saved, SearchesError, save

    try:
        path = save(Saved(name, query, level))
    except (QueryError, SearchesError) as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(2) from error
    except OSError as error:
        typer.echo(f"dengar: {name} cannot be saved ({error.strerror}): check the rights of infra/searches.", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"Saved as {path.parent.name}/{path.name}.")


@searches_app.command("list")
def list_command(as_json: bool = typer.Option(False, "--json", help="One JSON object a search.")) -> None:
    """The saved searches; exit status 1 if one of them cannot be used.

    Example: dengar searches list
    """
    from dataclasses import asdict

    import orjson
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from dengar.searches.saved import saved

    found, wrong = saved()
    if as_json:
        for one in found:
            typer.echo(orjson.dumps(asdict(one)).decode())
    elif found:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("name", "level", "query"):
            table.add_column(column)
        for one in found:
            table.add_row(one.name, one.level, Text(one.query))
        Console().print(table)
    else:
        typer.echo("There is no saved search: dengar searches save NAME QUERY makes one.")
    for sentence in wrong:
        typer.echo(f"dengar: {sentence}", err=True)
    if wrong:
        raise typer.Exit(1)


@searches_app.command("remove")
def remove_command(name: str = typer.Argument(help="Its name.")) -> None:
    """Remove a saved search. Its alerts stay.

    Example: dengar searches remove pungli
    """
    from dengar.searches.saved import SearchesError, remove

    try:
        remove(name)
    except SearchesError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"Removed {name}.")
