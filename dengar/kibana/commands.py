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


@kibana_app.command("check")
def check_panels(
    since: str = typer.Option("90d", help="Over what was published since: 7d, 2026-11-24 (Jakarta) or a full time."),
    as_json: bool = typer.Option(False, "--json", help="One panel a line as JSON."),
) -> None:
    """Put every panel's request to the index and draw it; status 1 where one finds nothing that policy lets it show.

    Example: dengar kibana check --since 30d
    """
    from dataclasses import asdict
    from datetime import UTC, datetime

    import orjson

    from dengar.index import IndexUnavailable, client
    from dengar.index.commands import opened
    from dengar.kibana.check import check
    from dengar.moment_option import moment_option
    from dengar.policy import load_policy
    from dengar.policy.rules import PLATFORMS
    from dengar.web.elastic import ElasticArchive
    from dengar.web.panels import panels
    from dengar.web.words import words

    now = datetime.now(UTC)
    start = moment_option(since, "--since", now)
    settings = opened()
    policy = load_policy(settings.policy_profile)
    elasticsearch = client(settings)
    empty = 0
    try:
        for one in check(panels(), ElasticArchive(elasticsearch, policy), policy, words("id"), start, now):
            hidden = set(one.off) == set(PLATFORMS)
            empty += not one.rows and not hidden
            if as_json:
                typer.echo(orjson.dumps(asdict(one)).decode())
                continue
            told = "off by policy" if hidden else f"{one.rows} rows" if one.rows else "nothing found"
            typer.echo(f"{one.name:26} {one.index:14} {told}")
    except IndexUnavailable as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error
    finally:
        elasticsearch.close()
    if empty:
        typer.echo(
            f"dengar: {empty} panels find nothing since {since}: see `dengar status`, or look further back.", err=True
        )
        raise typer.Exit(1)
