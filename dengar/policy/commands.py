"""`dengar policy`: what may be stored, derived, mixed and shown here, and what each rule rests on."""

from __future__ import annotations

import json

import typer


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("policy")(policy)


def policy(
    platform: str = typer.Option("", help="Only youtube or instagram."),
    profile: str = typer.Option("", help="strict, audited or sandbox; default: DENGAR_POLICY_PROFILE."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a rule."),
) -> None:
    """Show what may be stored, derived, mixed with other platforms and shown, by platform and group of fields.

    Example: dengar policy --platform youtube --profile audited
    """
    from dengar.policy import as_row, load_policy
    from dengar.policy.rules import PLATFORMS
    from dengar.settings import Settings

    if platform and platform not in PLATFORMS:
        raise typer.BadParameter("choose youtube or instagram", param_hint="--platform")
    rules = load_policy(profile or Settings.from_environment().policy_profile)
    rows = [
        as_row(where, name, rules) for where, named in rules.rules.items() if platform in ("", where) for name in named
    ]
    if as_json:
        typer.echo("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Policy under {rules.profile}", title_justify="left")
    for column in ("platform", "what", "store", "derive", "mix", "show", "kept", "clause"):
        table.add_column(column)
    seen = set()
    for row in rows:
        if (group := (row["platform"], row["group"])) in seen:
            continue
        seen.add(group)
        marks = ("yes" if row[use] else "off" for use in ("store", "derive", "mix", "show"))
        kept = "as its record" if row["keep_days"] is None else f"{row['keep_days']} days"
        table.add_row(row["platform"], row["group"], *marks, kept, row["clause"])
    Console().print(table)
