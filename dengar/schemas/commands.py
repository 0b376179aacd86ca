"""`dengar schemas check|build`."""

from __future__ import annotations

import json

import typer

commands = typer.Typer(help="Check and publish the JSON Schemas of the records.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.add_typer(commands, name="schemas")


@commands.command("check")
def check_command(as_json: bool = typer.Option(False, "--json", help="For machines.")) -> None:
    """Tell whether every current schema is published unchanged; exit status 1 if not. Example: dengar schemas check"""
    from dengar.schemas import SchemasError, check

    try:
        missing = check()
    except SchemasError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps({"unpublished": missing}))
    elif missing:
        typer.echo(f"Not published yet: {', '.join(missing)}. Run `dengar schemas build`.")
    else:
        typer.echo("All schemas are published.")
    if missing:
        raise typer.Exit(1)


@commands.command("build")
def build_command(as_json: bool = typer.Option(False, "--json", help="For machines.")) -> None:
    """Write the versions that are not published yet; never changes a published one. Example: dengar schemas build"""
    from dengar.schemas import SchemasError, build

    try:
        written = build()
    except SchemasError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps({"written": written}))
    else:
        typer.echo(f"Written: {', '.join(written)}." if written else "Nothing to write: all schemas are published.")
