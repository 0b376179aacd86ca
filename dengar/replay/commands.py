"""`dengar replay`: work on records again, and compare a model with another one before it is switched to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dengar.log import OffsetRange
    from dengar.log.kafka import KafkaLog
    from dengar.replay.run import Work
    from dengar.replay.state import Replay
    from dengar.settings import Settings

TOPIC = typer.Option(
    [], "--topic", help="Topic to replay: a raw one is enriched again, an enriched one indexed again. Repeatable."
)
PLATFORM = typer.Option([], "--platform", help="youtube or instagram: its raw topics. Repeatable.")
OFFSETS = typer.Option(
    [], "--offsets", metavar="RANGE", help="topic/partition:start-end, the end exclusive. Repeatable."
)
SINCE = typer.Option(None, help="Only what reached the topic since: 7d, 24h, 2026-11-24 (Jakarta) or a full time.")
UNTIL = typer.Option(None, help="Only what reached the topic before.")
RATE = typer.Option(None, min=0.1, help="At most so many records a second.")
NAME = typer.Option(None, help="Its name, which marks what it publishes; default: the time.")
RESUME = typer.Option(None, metavar="NAME", help="Take up a replay that was interrupted.")
REVISION = typer.Option(None, min=1, max=1023, help="Publish as this enrichment revision; default: the code's.")
LIMIT = typer.Option(None, "--quarantine-limit", min=0.0, max=1.0, help="Share of a batch that may be quarantined.")
HERE = typer.Option(False, "--here", help="Work in this process instead of through Airflow.")
COMPARE = typer.Option(
    None, metavar="FOLDER", help="Publish nothing: judge the range by the models in FOLDER too and report what changes."
)
REPORT = typer.Option(None, metavar="FILE", help="Write the comparison as JSON too.")
LIST = typer.Option(False, "--list", help="Show the replays that were begun.")
JSON = typer.Option(False, "--json", help="For machines: the replay, or the comparison, as one JSON object a line.")


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("replay")(replay)


def replay(
    topic: list[str] = TOPIC,
    platform: list[str] = PLATFORM,
    offsets: list[str] = OFFSETS,
    since: str | None = SINCE,
    until: str | None = UNTIL,
    rate: float | None = RATE,
    name: str | None = NAME,
    resume: str | None = RESUME,
    revision: int | None = REVISION,
    quarantine_limit: float | None = LIMIT,
    here: bool = HERE,
    compare: Path | None = COMPARE,
    report: Path | None = REPORT,
    show: bool = LIST,
    as_json: bool = JSON,
) -> None:
    """Work on records again: by topic or platform and time, or by offsets. Nothing is committed; an older version never wins.

    Records pass DAG replay_topic in slices, with the workers' models, and carry the mark ce_replay: alerts stay mute. Hand labels are laid
    over them. Interrupted, it is taken up by --resume.

    Example: dengar replay --platform youtube --since 7d --rate 200

    Example: dengar replay --compare candidate/ --topic raw.instagram --since 24h
    """
    from dengar.replay import PlanError

    settings = _settings()
    try:
        if show:
            _list(settings, as_json)
        elif compare is not None:
            if resume or name or here or revision or rate:
                raise PlanError("--compare publishes nothing: it takes topics, times and offsets only.")
            _compare(settings, compare, report, topic, platform, offsets, since, until, as_json)
        elif resume is not None:
            if topic or platform or offsets or since or until or name or revision or quarantine_limit is not None:
                raise PlanError("--resume takes what is left of a replay: only --rate and --here may stand beside it.")
            _run(settings, _resumed(settings, resume), rate, here, as_json)
        else:
            from dengar.replay.state import new

            spans = _spans(settings, topic, platform, offsets, since, until)
            _run(settings, new(name, spans, revision=revision, quarantine_limit=quarantine_limit), rate, here, as_json)
    except PlanError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(2) from error


def _settings() -> Settings:
    from dengar.target import target

    settings = target()
    if not settings.kafka_bootstrap:
        typer.echo("dengar: There is nothing to replay without a stack: start it with `dengar up`.", err=True)
        raise typer.Exit(1)
    settings.require("stage")
    return settings


def _spans(
    settings: Settings,
    topics: list[str],
    platforms: list[str],
    offsets: list[str],
    since: str | None,
    until: str | None,
) -> list[OffsetRange]:
    """The ranges asked for. Raises PlanError where nothing is named, or nothing is there."""
    from dengar.log.kafka import KafkaLog
    from dengar.replay import PlanError
    from dengar.replay.plan import TOPICS, spans_between, spans_named, topics_of
    from dengar.topics import RAW_TOPICS

    if offsets and (topics or platforms or since or until):
        raise PlanError("--offsets says all: leave out --topic, --platform, --since and --until.")
    if not (offsets or topics or platforms or since or until):
        raise PlanError(
            f"Say what to replay: --topic ({', '.join(TOPICS)}), --platform, --since, --until or --offsets."
        )
    begin, end = _moment(since, "--since"), _moment(until, "--until")
    log = KafkaLog(settings)
    try:
        if offsets:
            return spans_named(log, offsets)
        named = topics_of(topics, platforms) or list(RAW_TOPICS)
        return spans_between(log, named, begin, end)
    finally:
        log.close()


def _moment(text: str | None, option: str) -> datetime | None:
    from datetime import UTC

    from dengar.index.when import moment
    from dengar.replay import PlanError

    if text is None:
        return None
    try:
        return moment(text, datetime.now(UTC), end_of_day=option == "--until")
    except ValueError as error:
        raise PlanError(f"{option}: {error}") from error


def _resumed(settings: Settings, name: str) -> Replay:
    from upath import UPath

    from dengar.replay import PlanError
    from dengar.replay.state import load

    found = load(name, UPath(settings.stage) / "replays")
    if found.finished_at:
        raise PlanError(f"The replay {name} is done: there is nothing left to take up.")
    return found


def _run(settings: Settings, planned: Replay, rate: float | None, here: bool, as_json: bool) -> None:
    import orjson
    from rich.console import Console
    from upath import UPath

    from dengar.log.kafka import KafkaLog
    from dengar.replay import ReplayError
    from dengar.replay.render import bar, show_replay
    from dengar.replay.run import run

    log = KafkaLog(settings)
    try:
        with (
            _worker(settings, log, here) as work,
            bar(planned.total, planned.name, silent=as_json) as set_done,
        ):
            set_done(planned.done)
            folder = UPath(settings.stage) / "replays"
            done = run(log, planned, folder, work, rate=rate, tell=lambda now: set_done(now.done))
    except (ReplayError, KeyboardInterrupt) as error:
        told = str(error) or f"Interrupted; `dengar replay --resume {planned.name}` takes it up again."
        typer.echo(f"dengar: {told}", err=True)
        raise typer.Exit(1) from error
    finally:
        log.close()
    if as_json:
        typer.echo(orjson.dumps(done.told()).decode())
    else:
        show_replay(Console(), done)


@contextmanager
def _worker(settings: Settings, log: KafkaLog, here: bool) -> Iterator[Work]:
    """What works on a slice. Raises ReplayError where there is no Airflow to ask."""
    if here:
        from upath import UPath

        from dengar.index import client
        from dengar.replay.here import Here
        from dengar.stages.enrich import open_context

        settings.require("elasticsearch_url")
        elasticsearch = client(settings)
        try:
            yield Here(log, elasticsearch, open_context(settings), UPath(settings.stage) / "journal")
        finally:
            elasticsearch.close()
        return
    from dengar.dag_runs import DagRunError, DagRuns
    from dengar.replay import ReplayError
    from dengar.replay.dag import ByDag

    try:
        runs = DagRuns(settings)
    except DagRunError as error:
        raise ReplayError(f"{error} --here works in this process instead.") from error
    with runs:
        if not runs.reachable():
            raise ReplayError(
                "Airflow does not answer: is it up? `dengar status`. --here works in this process instead."
            )
        yield ByDag(runs)


def _list(settings: Settings, as_json: bool) -> None:
    import orjson
    from rich.console import Console
    from upath import UPath

    from dengar.replay.render import show_list
    from dengar.replay.state import known

    replays = known(UPath(settings.stage) / "replays")
    if not as_json:
        show_list(Console(), replays)
        return
    for one in replays:
        typer.echo(orjson.dumps(one.told()).decode())


def _compare(
    settings: Settings,
    folder: Path,
    report: Path | None,
    topics: list[str],
    platforms: list[str],
    offsets: list[str],
    since: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    from dataclasses import replace

    import orjson
    from rich.console import Console

    from dengar.connected import Connected
    from dengar.enrich.heads import ModelError, load_heads
    from dengar.labels.held import indexed_labels, standing
    from dengar.replay import PlanError
    from dengar.replay.compare import compare
    from dengar.replay.render import bar, show_comparison
    from dengar.stages.enrich import open_context
    from dengar.topics import RAW_TOPICS

    spans = _spans(settings, topics, platforms, offsets, since, until)
    if any(span.topic not in RAW_TOPICS for span in spans):
        raise PlanError(f"Models judge raw records: compare on {', '.join(RAW_TOPICS)}.")
    try:
        load_heads(folder)
    except ModelError as error:
        raise PlanError(
            f"{folder} holds no model: it needs heads.npz and model.json, as dengar.enrich.train writes them."
        ) from error
    current = open_context(settings)
    with (
        Connected(settings) as opened,
        bar(sum(len(span) for span in spans), "comparing", silent=as_json) as set_done,
    ):
        found = compare(
            opened.log,
            spans,
            current,
            replace(current, models=folder),
            labels=lambda ids: standing(opened.log, lambda asked: indexed_labels(opened.client, asked), ids),
            tell=set_done,
        )
    if report is not None:
        report.write_bytes(orjson.dumps(found.told(), option=orjson.OPT_INDENT_2))
    if as_json:
        typer.echo(orjson.dumps(found.told()).decode())
    else:
        show_comparison(Console(), found)
