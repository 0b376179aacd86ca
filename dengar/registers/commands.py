"""`dengar registers check|panels`: whether the registers can be used, and the digests that lock panels."""

from __future__ import annotations

from pathlib import Path

import typer

registers_app = typer.Typer(help="Accounts, campaigns, partners and panels.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    app.add_typer(registers_app, name="registers")


@registers_app.callback()
def _group() -> None:
    pass


@registers_app.command("check")
def check(
    as_json: bool = typer.Option(False, "--json", help="One JSON object: how many rows each register has."),
) -> None:
    """Read every register; status 1 and one sentence, naming file, row and field, for the first that cannot be used.

    Example: dengar registers check
    """
    import orjson

    from dengar.registers import load_registers

    found = load_registers(_folder())
    told = {
        "accounts": len(found.accounts),
        "connected": sum(account.connected for account in found.accounts),
        "campaigns": len(found.campaigns),
        "partners": len(found.partners),
        "panels": len(found.panels),
        "locked": sum(panel.locked is not None for panel in found.panels),
    }
    if as_json:
        typer.echo(orjson.dumps(told).decode())
        return
    typer.echo(
        f"The registers can be used: {told['accounts']} accounts ({told['connected']} connected), {told['campaigns']} campaigns, "
        f"{told['partners']} partners, {told['panels']} panels ({told['locked']} locked)."
    )


@registers_app.command("panels")
def panels(as_json: bool = typer.Option(False, "--json", help="One JSON object a version.")) -> None:
    """The panels with the digest of their members: write it into `locked` to lock a version.

    Example: dengar registers panels --json
    """
    import orjson
    from rich.console import Console
    from rich.table import Table

    from dengar.registers import load_registers

    found = load_registers(_folder())
    if as_json:
        for panel in found.panels:
            members = [member.id for member in panel.members]
            row = {"id": panel.id, "version": panel.version, "locked": panel.locked is not None, "digest": panel.digest}
            typer.echo(orjson.dumps(row | {"members": members}).decode())
        return
    if not found.panels:
        typer.echo("There is no panel: write one into panels.yaml.")
        return
    table = Table()
    for column in ("panel", "version", "state", "digest", "members"):
        table.add_column(column, overflow="fold")
    for panel in found.panels:
        told = ", ".join(member.id for member in panel.members)
        table.add_row(panel.id, str(panel.version), "locked" if panel.locked else "draft", panel.digest, told)
    Console().print(table)


def _folder() -> Path | None:
    from dengar.settings import Settings

    named = Settings.from_environment().registers
    return Path(named) if named else None
