"""`dengar quarantine replay|discard`: work on quarantined records again, or decide that nothing can be made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from dengar.quarantine.commands import REASON, SINCE, SOURCE, STAGE, TOPIC, UNTIL, Shown, Stage, selection

if TYPE_CHECKING:
    from dengar.log import OffsetRange
    from dengar.quarantine.entry import Entry
    from dengar.quarantine.opened import Opened
    from dengar.quarantine.replay import Plan, Work
    from dengar.quarantine.selection import Selection


def register(app: typer.Typer) -> None:
    """Add the verbs to `quarantine`."""
    app.command()(replay)
    app.command()(discard)


def replay(
    positions: list[str] | None = typer.Argument(None, help="topic/partition/offset …, as `list` prints them."),
    reason: str | None = REASON,
    stage: Stage | None = STAGE,
    topic: str | None = TOPIC,
    source: str | None = SOURCE,
    since: str | None = SINCE,
    until: str | None = UNTIL,
    every: bool = typer.Option(False, "--all", help="Everything that is open."),
    here: bool = typer.Option(False, "--here", help="In this process, not as a DAG run."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> None:
    """Work on quarantined records again, after a fix. What fails again stays open, with one attempt more; nothing is doubled.

    It runs DAG replay_topic where Airflow answers, else the stages in this process.

    Example: dengar quarantine replay --reason bad_time --since 2d
    """
    from dengar.quarantine.opened import opened
    from dengar.quarantine.replay import plan
    from dengar.quarantine.replay import replay as work_on
    from dengar.target import target

    # A record that is named may have been discarded: naming it is a decision too.
    wanted = selection(Shown.ALL if positions else Shown.OPEN, positions, reason, stage, topic, source, since, until)
    _refuse_unbounded(wanted, every, "replay")
    with opened(target()) as deployment:
        entries = wanted.of(deployment.desk.entries())
        _missing(wanted, entries)
        todo = plan(deployment.log, entries)
        _tell_left(todo)
        with _worker(deployment, here) as work, _bar(len(todo.entries), quiet=as_json) as advance:
            for done in work_on(todo.entries, work):
                advance(done)
        asked = {entry.id for entry in todo.entries}
        after = deployment.desk.entries(lambda entry: entry.id in asked) if asked else []
    _report(todo, after, as_json)


def discard(
    positions: list[str] | None = typer.Argument(None, help="topic/partition/offset …, as `list` prints them."),
    because: str = typer.Option(..., "--because", help="Why: it is kept with the decision, without personal data."),
    reason: str | None = REASON,
    stage: Stage | None = STAGE,
    topic: str | None = TOPIC,
    source: str | None = SOURCE,
    since: str | None = SINCE,
    until: str | None = UNTIL,
    undo: bool = typer.Option(False, "--undo", help="Take earlier decisions back: open again."),
) -> None:
    """Decide that nothing can be made of records: they are not listed as open any more. Their bytes go when their time is up.

    Example: dengar quarantine discard --reason not_listening_data --because 'token files, imported by mistake'
    """
    from dengar.enrich.pii import mask
    from dengar.labels.session import pseudonym_of_analyst
    from dengar.quarantine.opened import opened
    from dengar.target import target

    state = Shown.DISCARDED if undo else Shown.OPEN
    wanted = selection(state, positions, reason, stage, topic, source, since, until)
    _refuse_unbounded(wanted, False, "discard")
    with opened(target()) as deployment:
        entries = wanted.of(deployment.desk.entries())
        _missing(wanted, entries)
        action = "reopened" if undo else "discarded"
        by = pseudonym_of_analyst(deployment.settings)
        deployment.desk.decide(entries, action, mask(because)[0][:1000], by)
    typer.echo(f"{len(entries)} {action}.")


def _refuse_unbounded(wanted: Selection, every: bool, verb: str) -> None:
    if not wanted.narrows and not every:
        more = ", or --all" if verb == "replay" else ""
        raise typer.BadParameter(f"Say what to {verb}: positions, a filter (--reason, --stage, --since …){more}.")


def _missing(wanted: Selection, entries: Sequence[Entry]) -> None:
    """Every position that was named must be one that this can be done to: ends with status 1 and changes nothing."""
    lacking = sorted(set(wanted.ids) - {entry.id for entry in entries})
    if lacking:
        typer.echo(
            f"dengar: {lacking[0]} is not among the quarantined records that this applies to; "
            "`dengar quarantine list --state all` shows them with their state.",
            err=True,
        )
        raise typer.Exit(1)


def _tell_left(todo: Plan) -> None:
    if todo.gone:
        typer.echo(
            f"{len(todo.gone)} are past the retention of their topic: collect them again, or discard them.", err=True
        )
    if todo.elsewhere:
        names = ", ".join(sorted({entry.topic for entry in todo.elsewhere}))
        typer.echo(f"{len(todo.elsewhere)} are of {names}, which a replay does not work on: discard them.", err=True)


@contextmanager
def _worker(deployment: Opened, here: bool) -> Iterator[Work]:
    """What works on ranges: runs of replay_topic, or the stages in this process."""
    from dengar.dag_runs import DagRuns
    from dengar.quarantine.replay import DAG, conf

    if not here and deployment.settings.airflow_url:
        with DagRuns(deployment.settings) as airflow:
            if airflow.reachable():

                def run(spans: Sequence[OffsetRange]) -> None:
                    airflow.succeeded(DAG, airflow.trigger(DAG, conf(spans)))

                yield run
                return
        typer.echo("Airflow does not answer: the stages run in this process.", err=True)
    if deployment.client is None:
        deployment.settings.require("elasticsearch_url")
    assert deployment.client is not None  # required above
    from dengar.quarantine.here import Here

    yield Here(deployment.settings, deployment.log, deployment.client)


@contextmanager
def _bar(total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet or not total) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)


def _report(todo: Plan, after: Sequence[Entry], as_json: bool) -> None:
    outcomes = Counter(entry.outcome for entry in after if entry.outcome)
    failed = [entry for entry in after if not entry.outcome]
    if as_json:
        import orjson

        whole = {
            "replayed": len(todo.entries),
            "passed": dict(outcomes),
            "failed_again": [entry.row() for entry in failed],
            "gone": [entry.id for entry in todo.gone],
            "not_replayable": [entry.id for entry in todo.elsewhere],
        }
        typer.echo(orjson.dumps(whole).decode())
        return
    told = ", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common()) or "none"
    typer.echo(f"{len(todo.entries)} replayed; passed: {told}; failed again: {len(failed)}.")
    if failed:
        from rich.console import Console

        from dengar.quarantine.render import table

        Console().print(table(failed))
