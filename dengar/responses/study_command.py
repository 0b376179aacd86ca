"""`dengar report study`: the study's concepts, each with its figure or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import typer

from dengar.moment_option import moment_option


def register(app: typer.Typer) -> None:
    """Add the verb to `dengar report`."""
    app.command("study")(study)


def study(
    since: str | None = typer.Option(
        None, help="Published since: 30d, 2026-11-01 (Jakarta) or a full time; default: all."
    ),
    until: str | None = typer.Option(None, help="Published before; a date means its end."),
    page: bool = typer.Option(
        False, "--page", help="Print docs/measures.md as infra/measures.yaml has it, without any service."
    ),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a concept and platform."),
) -> None:
    """The study's concepts: value, n, 95 % interval, and how far people and machine agree; or why it can't be told.

    docs/measures.md says what each figure is and is not. Nothing is added up to one index.

    Example: dengar report study --since 30d
    """
    from datetime import UTC

    from dengar.responses.concepts import concepts
    from dengar.responses.concepts import page as page_of

    if page:
        typer.echo(page_of(concepts()), nl=False)
        return
    from dengar.target import target

    settings = target()
    if not settings.elasticsearch_url or not settings.kafka_bootstrap:
        typer.echo("dengar: There is nothing to study without a stack: start it with `dengar up`.", err=True)
        raise typer.Exit(1)
    from dengar.index import client
    from dengar.labels.agreement import agreement, pairs
    from dengar.labels.held import every_label
    from dengar.log.kafka import KafkaLog
    from dengar.policy import load_policy
    from dengar.responses.concepts import rows
    from dengar.responses.studied import studied

    now = datetime.now(UTC)
    first, last = moment_option(since, "--since", now), moment_option(until, "--until", now, end_of_day=True)
    elasticsearch, log = client(settings), KafkaLog(settings)
    try:
        judged = pairs(every_label(log, elasticsearch))
        agreements = {name: agreement(name, found) for name, found in judged.items()}
        told = list(rows(studied(elasticsearch, now, first, last), load_policy(settings.policy_profile), agreements))
    finally:
        log.close()
        elasticsearch.close()
    _tell(told, as_json)


def _tell(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    if as_json:
        import orjson

        for row in rows:
            typer.echo(orjson.dumps(dict(row)).decode())
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("concept", "platform", "value", "95 %", "n", "people and machine"):
        table.add_column(column, justify="right" if column in ("value", "n") else "left", overflow="fold")
    for row in rows:
        name = row["term"], row["platform"] or ""
        if "value" not in row:
            table.add_row(*name, "-", row.get("off") or row.get("why"), "", "")
            continue
        edges = "" if row["low"] is None else f"{_value(row['low'], row['unit'])} to {_value(row['high'], row['unit'])}"
        table.add_row(*name, _value(row["value"], row["unit"]), edges, str(row["n"]), _agreed(row.get("agreement", {})))
    Console().print(table)


def _value(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == "share" else f"{value:,.2f} {unit}"


def _agreed(agreement: Mapping[str, Mapping[str, Any]]) -> str:
    return ", ".join(
        f"{name} κ {'-' if one['kappa'] is None else format(one['kappa'], '.2f')} (n = {one['n']})"
        for name, one in agreement.items()
    )
