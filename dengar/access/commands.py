"""`dengar access list|apply`."""

from __future__ import annotations

import typer

commands = typer.Typer(help="Who may read and write what, on Kafka and in Elasticsearch.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.add_typer(commands, name="access")


@commands.command("list")
def list_command(as_json: bool = typer.Option(False, "--json", help="One JSON object a right.")) -> None:
    """List the rights that infra/kafka/acls.yaml and infra/elasticsearch/roles give. Needs no server.

    Example: dengar access list
    """
    import orjson
    from rich.console import Console
    from rich.table import Table

    from dengar.access.indices import roles
    from dengar.access.rights import grants

    rows: list[tuple[str, str, str, str]] = [
        (grant.principal, grant.operation, grant.kind, grant.name) for grant in sorted(grants())
    ]
    for name, body in roles().items():
        rows += [(name, "+".join(one["privileges"]), "index", " ".join(one["names"])) for one in body["indices"]]
    names = ("who", "may", "kind", "what")
    if as_json:
        for row in rows:
            typer.echo(orjson.dumps(dict(zip(names, row, strict=True))).decode())
        return
    table = Table(*names, box=None)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


@commands.command()
def apply(
    dry_run: bool = typer.Option(False, "--dry-run", help="Tell what would change; change nothing."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> None:
    """Bring the servers in line with the files; as an admin of both. A server without security is told, and left as it is.

    Example: dengar access apply --dry-run
    """
    import orjson

    from dengar.access.indices import apply_roles, roles
    from dengar.access.kafka import apply_acls
    from dengar.access.rights import grants
    from dengar.index import client as open_client
    from dengar.target import target

    settings = target()
    settings.require("kafka_bootstrap", "elasticsearch_url")
    acls = apply_acls(settings, grants(), dry_run=dry_run)
    client = open_client(settings)
    try:
        written = apply_roles(client, roles(), dry_run=dry_run)
    finally:
        client.close()
    if as_json:
        typer.echo(orjson.dumps({"kafka": acls, "elasticsearch": written, "dry_run": dry_run}).decode())
        return
    for server, changes in (("Kafka", acls), ("Elasticsearch", written)):
        if changes is None:
            typer.echo(f"{server} has no security: nothing is restricted there.", err=True)
        for change in changes or ():
            typer.echo(f"{server}: {change}")
        if changes == []:
            typer.echo(f"{server}: in line, nothing to change.")
