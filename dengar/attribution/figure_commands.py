"""`dengar attribution run`, `figures` and `show`: work days again, list stored figures, open one to its inputs."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from dengar.attribution.figure import Figure

_WHY = {
    "coverage_below_floor": "too few of its commenters can be seen",
    "policy_off": "dimatikan kebijakan",
    "not_obtainable": "not obtainable",
    "too_few": "too few to tell",
}
JSON = typer.Option(False, "--json", help="One JSON object a line.")


class Platform(StrEnum):
    """Figures belong to one."""

    YOUTUBE = "youtube"
    INSTAGRAM = "instagram"


def run(
    since: str = typer.Option(
        None, "--from", help="First day or moment, e.g. 2026-11-24; default: since the last run."
    ),
    until: str = typer.Option(None, "--to", help="Last day or moment; default: now."),
    full: bool = typer.Option(False, "--full", help="All days of running campaigns, with credit and lift."),
    as_json: bool = JSON,
) -> None:
    """Compute figures from the index, as DAG attribute_reach does every hour; a repeat changes nothing.

    With --from, those days are worked again, and the weeks and campaigns that they lie in.

    Example: dengar attribution run --from 2026-11-24 --to 2026-11-25
    """
    from datetime import UTC, datetime
    from pathlib import Path

    import orjson
    from upath import UPath

    from dengar.attribution.constants import load_constants
    from dengar.index import client
    from dengar.log.kafka import KafkaLog
    from dengar.moment_option import moment_option
    from dengar.policy import load_policy
    from dengar.registers import load_registers
    from dengar.stages.attribution import attribute
    from dengar.target import target

    now = datetime.now(UTC)
    start = moment_option(since, "--from", now)
    end = moment_option(until, "--to", now, end_of_day=True)
    if end is not None and start is None:
        raise typer.BadParameter("give --from with it.", param_hint="--to")
    if start is not None and end is not None and end <= start:
        raise typer.BadParameter("it lies before --from.", param_hint="--to")
    settings = target()
    settings.require("kafka_bootstrap", "elasticsearch_url", "stage")
    log = KafkaLog(settings)
    try:
        told = attribute(
            log,
            client(settings),
            UPath(settings.stage) / "attribution",
            load_registers(Path(settings.registers) if settings.registers else None),
            load_policy(settings.policy_profile),
            load_constants(),
            now=now,
            start=start,
            end=end,
            full=full,
        )
    finally:
        log.close()
    if as_json:
        typer.echo(orjson.dumps(told).decode())
        return
    typer.echo(
        f"{told['figures']} figures of {told['offsets'][0]}, {told['refused']} of them refused; "
        f"{told['published']} say something new. List them: dengar attribution figures."
    )


def figures(
    campaign: str = typer.Option(None, help="Id in the campaigns register."),
    partner: str = typer.Option(None, help="Id in the partners register."),
    platform: Platform = typer.Option(None, help="youtube or instagram."),
    metric: str = typer.Option(None, help="e.g. engaged_reach; default: all."),
    since: str = typer.Option("30d", "--since", help="Of periods that began from then on, e.g. 7d or 2026-11-16."),
    limit: int = typer.Option(200, min=1, help="Show so many at most."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a figure, all of them."),
) -> None:
    """List stored figures, the newest period first; what cannot or may not be told says why.

    Figures of two platforms are never added. KEY of a row opens it: dengar attribution show KEY.

    Example: dengar attribution figures --campaign kemensos_peduli --metric engaged_shapley
    """
    from datetime import UTC, datetime
    from itertools import islice

    import orjson

    from dengar.attribution import store
    from dengar.index import client
    from dengar.moment_option import moment_option
    from dengar.target import target

    given = {"campaign": campaign, "partner": partner, "platform": platform and platform.value, "metric": metric}
    having = {name: value for name, value in given.items() if value is not None}
    start = moment_option(since, "--since", datetime.now(UTC))
    found = store.figures(client(target()), start=start, having=having)
    if as_json:
        for one in found:
            typer.echo(orjson.dumps(one.as_dict()).decode())
        return
    rows = list(islice(found, limit + 1))
    if not rows:
        typer.echo(
            "There is no such figure. DAG attribute_reach makes them every hour; dengar attribution run makes them now."
        )
        return
    _table(rows[:limit])
    if len(rows) > limit:
        typer.echo(f"There are more than {limit}: narrow it down, raise --limit, or take --json.", err=True)


def show(
    key: str = typer.Argument(..., metavar="KEY"),
    as_json: bool = typer.Option(False, "--json", help="The record of schemas/attribution."),
) -> None:
    """Open one figure to its inputs: formula, period, sample, coverage, policy, posts.

    Example: dengar attribution show engaged_reach:youtube:3f9a02b17c64d8e5
    """
    import orjson

    from dengar.attribution import store
    from dengar.index import client
    from dengar.target import target

    one = store.figure(client(target()), key)
    if one is None:
        typer.echo(f"dengar: There is no figure {key}: `dengar attribution figures` shows their keys.", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(orjson.dumps(one.as_dict()).decode())
        return
    typer.echo(f"{one.metric}: {told(one)}\n")
    for name, value in opened(one):
        typer.echo(f"{name:24}{value}")


def told(one: Figure) -> str:
    """The value for people, with its interval; or why there is none."""
    if one.refused is not None:
        return f"– ({_WHY[one.refused]})"
    bounds = [None if bound is None else f"{bound:,.6g}" for bound in (one.low, one.high)]
    between = "" if bounds == [None, None] else f" ({bounds[0] or '?'} … {bounds[1] or '?'})"
    return ("between" if one.value is None else f"{one.value:,.6g}") + between + f" {one.unit}"


def opened(one: Figure) -> list[tuple[str, str]]:
    """What a figure rests on, name and value for people, in WIB."""
    from dengar.records import JAKARTA

    first, end, computed = (at.astimezone(JAKARTA) for at in (one.start, one.end, one.computed_at))
    rows: list[tuple[str, Any]] = [
        ("formula", one.formula), ("platform", one.platform), ("campaign", one.campaign), ("partner", one.partner),
        ("account", one.account), *one.dimension.items(), ("period", f"{first:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} WIB"),
        ("sample", one.n), ("author coverage", None if one.coverage is None else f"{one.coverage:.1%}"),
        ("policy", f"profile {one.profile}" + (f", clause {one.rule}" if one.rule else "")),
        ("computed", f"{computed:%Y-%m-%d %H:%M} WIB"), *sorted(one.inputs.items()),
    ]  # fmt: skip
    return [
        (name, ", ".join(value) if isinstance(value, list) else str(value)) for name, value in rows if value is not None
    ]


def _table(rows: list[Figure]) -> None:
    from rich.console import Console
    from rich.table import Table

    from dengar.records import JAKARTA

    table = Table()
    for column in ("period", "platform", "campaign", "partner", "figure", "value", "coverage", "key"):
        table.add_column(column, overflow="fold", justify="right" if column == "coverage" else "left")
    for one in rows:
        cut = "".join(f" {name} {value}" for name, value in one.dimension.items())
        first, last = one.start.astimezone(JAKARTA), one.end.astimezone(JAKARTA)
        days = f"{first:%m-%d}" if (last - first).days <= 1 else f"{first:%m-%d} to {last:%m-%d}"
        coverage = "" if one.coverage is None else f"{one.coverage:.0%}"
        table.add_row(
            days, one.platform, one.campaign or "all", one.partner or "all", one.metric + cut, told(one), coverage, one.key
        )  # fmt: skip
    Console().print(table)
