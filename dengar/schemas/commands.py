"""`dengar schemas check|build`."""

from __future__ import annotations

import json

import typer

commands = typer.Typer(help="Check and publish the JSON Schemas of the records.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.add_typer(commands, name="schemas")


@commands.command("check")
def check_command(as_json: bool = typer.Option(False, "--json", help="One JSON object a violation.")) -> None:
    """Prove that the schemas keep the policy of docs/subscriber.md; exit status 1 and a sentence a violation if not.

    Structure, bounds, compatibility with every earlier version, published versions unchanged, documents up to date.

    Example: dengar schemas check
    """
    from dengar.schemas import check, subjects
    from dengar.schemas.documents import stale

    found = check()
    if all(violation.rule == "unpublished" for violation in found):
        found += stale()
    for violation in found:
        told = {"where": violation.where, "field": violation.field, "rule": violation.rule, "sentence": str(violation)}
        typer.echo(json.dumps(told) if as_json else str(violation))
    if found:
        raise typer.Exit(1)
    if not as_json:
        typer.echo(
            f"All {len(subjects())} schemas keep the policy and are published; asyncapi.yaml and docs/topics.md are up to date."
        )


@commands.command("build")
def build_command(as_json: bool = typer.Option(False, "--json", help="One JSON object.")) -> None:
    """Write the versions that are not published yet, schemas/asyncapi.yaml and docs/topics.md; never changes a published version.

    Example: dengar schemas build
    """
    from dengar.schemas import build
    from dengar.schemas.documents import write

    written = [f"schemas/{name}" for name in build()] + write()
    if as_json:
        typer.echo(json.dumps({"written": written}))
    else:
        typer.echo(
            f"Written: {', '.join(written)}." if written else "Nothing to write: all is published and up to date."
        )
