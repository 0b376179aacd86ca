"""`dengar kibana`: build the saved objects, bring them into a Kibana."""

from __future__ import annotations

from pathlib import Path

import typer

kibana_app = typer.Typer(help="Dashboards, data views and saved searches of Kibana.", no_args_is_help=True)

EXPLORER = typer.Option("http://localhost:8090", help="Where people's browsers find the explorer.")


def register(app: typer.Typer) -> None:
    """Add the `kibana` verbs."""
    app.add_typer(kibana_app, name="kibana")


@kibana_app.command("build")
def build_objects(
    out: Path | None = typer.Option(None, help="File to write; default: infra/kibana/dengar.ndjson; - is stdout."),
    explorer: str = EXPLORER,
    check: bool = typer.Option(
        False, "--check", help="Write nothing; status 1 where the file is not what the sources give."
    ),
    as_json: bool = typer.Option(False, "--json", help="Tell what was built as one JSON object."),
) -> None:
    """Build the saved objects (NDJSON) from infra/kibana: data views, saved searches, panels, dashboards.

    Example: dengar kibana build --explorer https://dengar.example.go.id
    """
    import sys
    from collections import Counter

    import orjson

    from dengar.kibana.objects import FOLDER, build, ndjson

    objects = build(explorer)
    text, path = ndjson(objects), out or FOLDER / "dengar.ndjson"
    counts = dict(Counter(one["type"] for one in objects))
    if check:
        if not path.is_file() or path.read_bytes() != text:
            typer.echo(f"dengar: {path.name} is not what the sources give: run `dengar kibana build`.", err=True)
            raise typer.Exit(1)
    elif str(path) == "-":
        sys.stdout.buffer.write(text)
        return
    else:
        path.write_bytes(text)
    if as_json:
        typer.echo(orjson.dumps({"file": str(path), "objects": counts}).decode())
        return
    told = ", ".join(f"{n} {kind}" for kind, n in counts.items())
    typer.echo(f"{path.name}: {told}.")


@kibana_app.command("import")
def import_objects(
    kibana: str = typer.Option("http://localhost:5601", "--kibana", help="Address of Kibana."),
    explorer: str = EXPLORER,
    username: str = typer.Option("elastic", help="User; the password is DENGAR_ELASTICSEARCH_PASSWORD."),
    space: str = typer.Option("", help="Kibana space; default: the default one."),
    as_json: bool = typer.Option(False, "--json", help="Kibana's answer."),
) -> None:
    """Build the saved objects and import them through Kibana's API; importing again overwrites them with the same.

    Example: dengar kibana import --kibana http://localhost:5601 --username elastic
    """
    import orjson

    from dengar.kibana.deliver import DeliveryError, deliver
    from dengar.kibana.objects import build, ndjson
    from dengar.settings import Settings

    password = Settings.from_environment().elasticsearch_password
    try:
        answer = deliver(ndjson(build(explorer)), kibana, username, password, space)
    except DeliveryError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(orjson.dumps(answer).decode() if as_json else f"{answer['successCount']} objects are in {kibana}.")
