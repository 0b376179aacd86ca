"""`dengar label`: show mentions that need a person, take decisions, take them back, export them, measure agreement."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

from dengar.moment_option import moment_option

if TYPE_CHECKING:
    from dengar.labels.session import Session

label_app = typer.Typer()

DEFAULT_FIELDS = "intent,category,sentiment"
BY = typer.Option(None, "--by", metavar="NAME", help="Your nickname in the label; default: a pseudonym, analyst-…")
SINCE = typer.Option(None, help="Published since: 7d, 24h, 2026-11-24 (Jakarta) or a full time.")
LABELLED_SINCE = typer.Option(None, "--since", help="Labelled since: 7d, 24h, 2026-11-24 (Jakarta) or a full time.")
JSON = typer.Option(False, "--json", help="For machines.")
WAIT = typer.Option(False, "--wait", help="Wait until a search finds the mention with its label.")
UNCERTAIN = typer.Option(False, "--uncertain", help="Only mentions of which the machine is uncertain.")
SAMPLE = typer.Option(
    None, "--sample", min=1, metavar="N", help="N mentions drawn at random, instead of uncertain first."
)
SEED = typer.Option(0, help="Seed of the random sample.")


class Drawn(StrEnum):
    UNCERTAIN = "uncertain"
    SAMPLE = "sample"
    CHOSEN = "chosen"


def register(app: typer.Typer) -> None:
    """Add the `label` verbs."""
    app.add_typer(label_app, name="label")


@contextmanager
def _session(by: str | None) -> Iterator[Session]:
    """A session on the running stack; what people asked wrongly ends with status 2, what is not there with 1."""
    import re

    from dengar.labels import LabelError
    from dengar.labels.session import NoMentionError, Session, pseudonym_of_analyst
    from dengar.target import target

    settings = target()
    if not settings.kafka_bootstrap or not settings.elasticsearch_url:
        typer.echo("dengar: There is nothing to label without a stack: start it with `dengar up`.", err=True)
        raise typer.Exit(1)
    if by is not None and not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", by):
        raise typer.BadParameter("a nickname has letters, digits, . _ and -, at most 64.", param_hint="--by")
    try:
        with Session(settings, by or pseudonym_of_analyst(settings)) as session:
            yield session
    except LabelError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(2) from error
    except NoMentionError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error


def _moment(text: str | None) -> datetime | None:
    return moment_option(text, "--since", datetime.now(UTC))


@label_app.callback(invoke_without_command=True)
def at_the_keyboard(
    context: typer.Context,
    uncertain: bool = UNCERTAIN,
    sample: int | None = SAMPLE,
    since: str | None = SINCE,
    seed: int = SEED,
    fields: str = typer.Option(DEFAULT_FIELDS, help="What to ask of each mention, comma separated."),
    by: str | None = BY,
) -> None:
    """Hand labels: they win over the machine's, in topics, index and every replay.

    Without a verb, on a terminal: label mention after mention, one key a label.

    Example: dengar label --uncertain --since 7d --fields intent,category --by sari
    """
    if context.invoked_subcommand is not None:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        typer.echo(
            "dengar: Labelling at the keyboard needs a terminal: use `dengar label next` and `dengar label set`.",
            err=True,
        )
        raise typer.Exit(2)
    from dengar.labels import FIELDS

    asked = [field.strip() for field in fields.split(",") if field.strip()]
    if unknown := [field for field in asked if field not in FIELDS]:
        raise typer.BadParameter(
            f"there is no {', '.join(unknown)}: choose from {', '.join(FIELDS)}.", param_hint="--fields"
        )
    with _session(by) as session:
        _loop(session, asked, uncertain=uncertain, sample=sample, since=_moment(since), seed=seed)


def _loop(
    session: Session, fields: list[str], *, uncertain: bool, sample: int | None, since: datetime | None, seed: int
) -> None:
    import click
    from rich.console import Console

    from dengar.labels.keys import Ended, ask
    from dengar.labels.render import show_mention

    console = Console(highlight=False)
    labelled = 0
    queue = session.next(sample or 200, uncertain_first=not sample, sampled=not uncertain, since=since, seed=seed)
    for drawn, mention in queue:
        console.rule()
        show_mention(console, mention, drawn)
        decided, ended = ask(mention, fields, click.getchar, lambda text: console.print(text, markup=False))
        if decided:
            session.set(mention, decided, drawn=drawn)
            labelled += 1
        if ended is Ended.QUIT:
            break
    console.print(f"{labelled} labelled. They show in searches within seconds.")


@label_app.command("next")
def next_mentions(
    uncertain: bool = UNCERTAIN,
    sample: int | None = SAMPLE,
    since: str | None = SINCE,
    size: int = typer.Option(10, min=1, max=1000, help="How many to show."),
    seed: int = SEED,
    as_json: bool = JSON,
) -> None:
    """Show mentions that nobody labelled: those of which the machine is uncertain first, then a random sample.

    Example: dengar label next --uncertain --since 7d
    """
    import orjson
    from rich.console import Console

    from dengar.labels.render import show_mention, summary

    with _session(None) as session:
        drawn = session.next(
            sample or size, uncertain_first=not sample, sampled=not uncertain, since=_moment(since), seed=seed
        )
    if as_json:
        for how, mention in drawn:
            typer.echo(orjson.dumps(summary(mention, how)).decode())
        return
    console = Console(highlight=False)
    for how, mention in drawn:
        show_mention(console, mention, how)
        console.print()
    if not drawn:
        console.print("Nothing is left to label here.")


@label_app.command("set")
def set_labels(
    identity: str = typer.Argument(metavar="ID", help="Id of the mention, as searches show it."),
    labels: list[str] = typer.Argument(metavar="FIELD=LABEL…", help="Decisions, like intent=complaint category=pkh."),
    by: str | None = BY,
    note: str | None = typer.Option(None, help="Why, for colleagues; personal data in it is masked."),
    drawn: Drawn = typer.Option(Drawn.CHOSEN, help="How the mention came before you, as `next` says."),
    wait: bool = WAIT,
    as_json: bool = JSON,
) -> None:
    """Decide labels of a mention. docs/label-guide.md defines them.

    Example: dengar label set yt:comment:Ugx123 intent=complaint category=pkh --by sari
    """
    decided: dict[str, str] = {}
    for one in labels:
        field, separator, value = one.partition("=")
        if not separator or field in decided:
            raise typer.BadParameter(f"{one!r} is not FIELD=LABEL, or names a field twice.", param_hint="FIELD=LABEL")
        decided[field] = value
    with _session(by) as session:
        label = session.set(session.mention(identity), decided, drawn=drawn.value, note=note)
        _tell(session, label, wait=wait, as_json=as_json)


@label_app.command("withdraw")
def withdraw_labels(
    identity: str = typer.Argument(metavar="ID", help="Id of the mention."),
    fields: list[str] = typer.Argument(None, metavar="[FIELD…]", help="Which decisions; default: all."),
    by: str | None = BY,
    wait: bool = WAIT,
    as_json: bool = JSON,
) -> None:
    """Take decisions back: the machine's judgement holds again.

    Example: dengar label withdraw yt:comment:Ugx123 category
    """
    with _session(by) as session:
        label = session.withdraw(session.mention(identity), fields or [])
        _tell(session, label, wait=wait, as_json=as_json)


def _tell(session: Session, label: dict[str, object], *, wait: bool, as_json: bool) -> None:
    import orjson
    from rich.console import Console

    from dengar.labels.render import show_label

    found = session.wait(label) if wait else None
    if as_json:
        typer.echo(orjson.dumps(label).decode())
    else:
        console = Console(highlight=False)
        show_label(console, label)
        console.print(
            f"Correction {label['revision']} of {label['id']}"
            + (" is searchable." if found else " shows in searches within seconds."),
            markup=False,
        )
    if found is False:
        typer.echo(
            "dengar: The label is published, but searches do not show it yet: is DAG apply_labels running? `dengar status`",
            err=True,
        )
        raise typer.Exit(1)


@label_app.command("show")
def show(identity: str = typer.Argument(metavar="ID", help="Id of the mention."), as_json: bool = JSON) -> None:
    """Show what people decided about a mention, and what the machine said.

    Example: dengar label show yt:comment:Ugx123
    """
    import orjson
    from rich.console import Console

    from dengar.labels.render import show_label, show_mention
    from dengar.labels.session import NoMentionError

    with _session(None) as session:
        label = session.label_of(identity)
        if label is None:
            session.mention(identity)  # says where there is no such mention at all
            typer.echo(f"dengar: Nobody labelled {identity} yet: `dengar label set {identity} intent=…`.", err=True)
            raise typer.Exit(1)
        if as_json:
            typer.echo(orjson.dumps(label).decode())
            return
        console = Console(highlight=False)
        try:
            mention = session.mention(identity)
        except NoMentionError as error:
            typer.echo(f"dengar: {error}", err=True)
        else:
            show_mention(console, mention)
            if mention["content_version"] != label["content_version"]:
                console.print("The text was edited after it was labelled: do the labels still fit?")
        show_label(console, label)


@label_app.command("export")
def export_labels(since: str | None = LABELLED_SINCE) -> None:
    """Write labelled texts (masked) with what people and machine say, a JSON object a line, for retraining.

    Example: dengar label export --since 30d > labels.ndjson
    """
    import orjson

    from dengar.labels.export import export
    from dengar.labels.held import every_label
    from dengar.labels.mentions import indexed_mentions

    start = _moment(since)
    with _session(None) as session:
        labels = every_label(session.log, session.client)
        for row in export(labels, lambda ids: indexed_mentions(session.client, ids), since=start):
            sys.stdout.buffer.write(orjson.dumps(row) + b"\n")


@label_app.command("agreement")
def show_agreement(
    since: str | None = LABELLED_SINCE,
    model_version: str | None = typer.Option(None, help="Only judgements of this version of the model."),
    drawn: Drawn | None = typer.Option(None, help="Only mentions drawn so; `sample` speaks for all mentions."),
    as_json: bool = JSON,
) -> None:
    """How far people and machine agree: Cohen's κ of each field, with a bootstrap interval.

    Mentions drawn because the machine was uncertain are harder than others: --drawn sample tells how it does overall.

    Example: dengar label agreement --drawn sample --since 30d
    """
    from dataclasses import asdict

    import orjson
    from rich.console import Console

    from dengar.labels import render
    from dengar.labels.agreement import agreement, pairs
    from dengar.labels.held import every_label
    from dengar.records import timestamp

    moment = _moment(since)
    start = "" if moment is None else timestamp(moment)
    with _session(None) as session:
        labels = (label for label in every_label(session.log, session.client) if label["labelled_at"] >= start)
        judged = pairs(labels, model_version=model_version, drawn=None if drawn is None else drawn.value)
    rows = [agreement(field, each) for field, each in judged.items()]
    if as_json:
        for row in rows:
            typer.echo(orjson.dumps(asdict(row)).decode())
        return
    if not rows:
        typer.echo("Nothing to compare: no hand label here has a judgement of the machine beside it.")
        return
    render.show_agreement(Console(highlight=False), rows)
