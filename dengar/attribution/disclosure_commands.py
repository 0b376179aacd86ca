"""`dengar attribution disclosure`: posts that look promoted and do not say so, looked for in the index when you ask; kept nowhere."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import typer


class Platform(StrEnum):
    """Suspicions are of one."""

    YOUTUBE = "youtube"
    INSTAGRAM = "instagram"


def disclosure(
    campaign: str = typer.Argument(..., metavar="CAMPAIGN", help="Id in the campaigns register."),
    platform: Platform = typer.Option(None, help="youtube or instagram; default: both, one after the other."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a post."),
) -> None:
    """List posts of a campaign that look promoted and carry no mark, with their signs: a suspicion for you to read, no verdict.

    Looked at are partners who must disclose, and accounts outside of the registers that promote it three times or more.

    Example: dengar attribution disclosure kemensos_peduli --json
    """
    from dataclasses import asdict
    from datetime import UTC, datetime
    from pathlib import Path

    import orjson

    from dengar.attribution.disclosure import RESTS_ON, suspicions
    from dengar.attribution.indexed import IndexSource
    from dengar.attribution.spans import Days, day_at
    from dengar.attribution.spoken import FIELDS, whole
    from dengar.attribution.window import Window
    from dengar.index import client
    from dengar.policy import load_policy
    from dengar.registers import load_registers
    from dengar.target import target

    settings = target()
    registers = load_registers(Path(settings.registers) if settings.registers else None)
    named = next((one for one in registers.campaigns if one.id == campaign), None)
    if named is None or named.start is None:
        typer.echo(
            f"dengar: {campaign} is no campaign of the registers with a first day: add it to campaigns.yaml.", err=True
        )
        raise typer.Exit(1)
    now = datetime.now(UTC)
    days = Days(named.start, max(named.start, min(named.end or day_at(now), day_at(now))))
    source = IndexSource(client(settings), FIELDS)
    found, off = [], []
    for on in [platform.value] if platform else [one.value for one in Platform]:
        window = Window(on, days.start, days.end, now, load_policy(settings.policy_profile))
        if not (verdict := window.verdict(RESTS_ON)):
            off.append(f"{on}: {verdict.reason}")
            continue
        posts = source.mentions(days.start, days.end, ["post"], platform=on)
        found += suspicions(map(whole, posts), named, registers, window)
    if as_json:
        for one in found:
            typer.echo(orjson.dumps(asdict(one)).decode())
    else:
        _table([asdict(one) for one in found])
    for told in off:
        typer.echo(told, err=True)


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        typer.echo("No post of the campaign is suspected.")
        return
    table = Table()
    for column in ("platform", "post", "partner", "signs"):
        table.add_column(column, overflow="fold")
    for row in rows:
        signs = ", ".join(sign.replace("_", " ") for sign in row["signs"])
        table.add_row(row["platform"], row["mention"], row["partner"] or "outside of the registers", signs)
    Console().print(table)
