"""`dengar responses measures`: how fast, how many, how well, in a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import typer

from dengar.moment_option import moment_option
from dengar.responses.commands import hours

JSON = typer.Option(False, "--json", help="One JSON object a row.")


def register(app: typer.Typer) -> None:
    """Add the verb to `dengar responses`."""
    app.command("measures")(measures_command)


def measures_command(
    since: str | None = typer.Option(None, help="Opened since: 7d, 24h, 2026-11-24 (Jakarta) or a full time."),
    until: str | None = typer.Option(None, help="Opened before; a date means its end."),
    platform: str | None = typer.Option(None, help="youtube or instagram."),
    by: str | None = typer.Option(
        None, help="category, directorate, state, urgency, kind, hour, weekday, province, account or service."
    ),
    taught: str | None = typer.Option(
        None,
        help="Compare how complete complaints are 7 days before and after a post that teaches how to complain: its time, or `posts` "
        "for each official post that does so by its words.",
    ),
    as_json: bool = JSON,
) -> None:
    """Waits with those who still wait, share within target, backlog, replies, resolutions, quality and two-way talk.

    A row a platform, and both together where policy lets them be mixed. docs/measures.md defines each figure.

    Example: dengar responses measures --since 30d --by category
    """
    from datetime import UTC

    from dengar.index import client
    from dengar.policy import load_policy
    from dengar.responses.figures import DIMENSIONS
    from dengar.responses.measured import around_posts, completeness, measured
    from dengar.responses.worktime import working_time
    from dengar.target import target

    if by is not None and by not in DIMENSIONS:
        raise typer.BadParameter(f"{by} is no dimension: choose from {', '.join(DIMENSIONS)}.", param_hint="--by")
    settings = target()
    if not settings.elasticsearch_url:
        typer.echo("dengar: There is nothing to measure without a stack: start it with `dengar up`.", err=True)
        raise typer.Exit(1)
    now = datetime.now(UTC)
    first, last = moment_option(since, "--since", now), moment_option(until, "--until", now, end_of_day=True)
    elasticsearch, policy = client(settings), load_policy(settings.policy_profile)
    try:
        if taught == "posts":
            found = list(around_posts(elasticsearch, policy, since=first, until=last, platform=platform))
            _tell_posts(found, as_json)
            return
        if taught is not None:
            at = moment_option(taught, "--taught", now)
            assert at is not None
            names = [platform] if platform else ["youtube", "instagram"]
            _tell_taught({name: completeness(elasticsearch, policy, name, at) for name in names}, as_json)
            return
        rows = measured(elasticsearch, now, working_time(), policy, since=first, until=last, platform=platform, by=by)
    finally:
        elasticsearch.close()
    _tell(rows, as_json)


def _tell_taught(found: Mapping[str, Mapping[str, Any]], as_json: bool) -> None:
    for platform, told in found.items():
        if as_json:
            _line({"platform": platform, **told})
        elif "off" in told:
            typer.echo(f"{platform}: {told['off']}. To enable it: {told['enable']}.")
        else:
            before, after = told["before"], told["after"]
            typer.echo(f"{platform}: complete {_percent(before)} before, {_percent(after)} after.")


def _tell_posts(found: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    if not found and not as_json:
        typer.echo(
            "No official post of that time teaches how to complain: give --since, or the time of one to --taught."
        )
    for told in found:
        if as_json:
            _line(dict(told))
        elif "off" in told:
            typer.echo(f"{told['post_id']}: {told['off']}. To enable it: {told['enable']}.")
        else:
            before, after = _percent(told["before"]), _percent(told["after"])
            typer.echo(f"{told['taught_at'][:10]} {told['post_id']}: complete {before} before, {after} after.")


def _percent(told: Mapping[str, Any]) -> str:
    if told["share"] is None:
        return "not known (no complaint)"
    low, high = told["interval"]
    return f"{told['share']:.0%} ({low:.0%} to {high:.0%}, n = {told['n']})"


def _tell(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    if as_json:
        for row in rows:
            _line(dict(row))
        return
    from rich.console import Console
    from rich.table import Table

    if not rows:
        typer.echo("Nobody asked anything in that time.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("platform", "group", "asked", "answered", "half within", "9 of 10", "in time", "open", "resolved"):
        table.add_column(column, justify="left" if column in ("platform", "group") else "right")
    for row in rows:
        if "off" in row:
            table.add_row(row["platform"], row["value"], row["off"], *[""] * 6)
            continue
        first = row["first_response"]
        table.add_row(
            row["platform"],
            row["value"],
            str(row["actionable"]),
            _share(row["reply_ratio"]),
            hours(first["median_wall_seconds"]),
            hours(first["p90_wall_seconds"]),
            _share(first["within_target"]),
            str(row["backlog"]["open"]),
            _share(row["resolution_ratio"]),
        )
    Console().print(table)
    typer.echo("Half within and 9 of 10: hours until the first answer on the wall clock, those who still wait counted.")


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _line(body: dict[str, Any]) -> None:
    import orjson

    typer.echo(orjson.dumps(body).decode())
