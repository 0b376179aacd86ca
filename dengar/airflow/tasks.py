"""The tasks of the DAGs. Each opens what its stage needs, calls the stage of the same name, and closes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import ObjectStoragePath, task

from dengar.airflow.assets import ENRICHED
from dengar.airflow.run import Run, noted_failure
from dengar.log import Log, OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings
from dengar.topics import INDEX_GROUP

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from dengar.labels.held import LabelsOf


@contextmanager
def _log(settings: Settings) -> Iterator[KafkaLog]:
    log = KafkaLog(settings)
    try:
        yield log
    finally:
        log.close()


def _ranges(claimed: Sequence[dict[str, Any]]) -> list[OffsetRange]:
    return [OffsetRange(**span) for span in claimed]


def _standing(log: Log, elasticsearch: Elasticsearch) -> LabelsOf:
    """The look-up of the hand labels that stand."""
    from dengar.labels.held import indexed_labels, standing

    return lambda ids: standing(log, lambda asked: indexed_labels(elasticsearch, asked), ids)


@task
def claim(
    group: str, topics: Sequence[str], replay: bool = False, behind: str | None = None
) -> list[list[dict[str, Any]]]:
    """Offsets of this run: those of `conf["offsets"]` that lie in `topics`, else (not for a replay) the backlog of `group`.

    Of what group `behind` reads too, the backlog is no more than it committed. Raises ClaimError for a replay without offsets.
    """
    from dengar.stages.claim import ClaimError
    from dengar.stages.claim import claim as stage

    run = Run()
    with noted_failure(run, "claim"), _log(run.settings) as log:
        offsets = run.conf.get("offsets")
        if replay and not offsets:
            raise ClaimError('a replay needs {"offsets": [{"topic":…, "partition":…, "start":…, "end":…}]}')
        if offsets:
            offsets = [row for row in offsets if row.get("topic") in topics]
            return stage(log, group, topics, offsets=offsets) if offsets else []
        return stage(log, group, topics, behind=behind)


@task
def enrich(claimed: list[dict[str, Any]]) -> dict[str, Any]:
    """Read, map, enrich and label the claimed records into a stage file; `conf["enrichment_revision"]` stamps another revision."""
    from dengar.index import client, known_versions
    from dengar.stages.breaker import override, watch
    from dengar.stages.enrich import enrich as stage
    from dengar.stages.enrich import open_context
    from dengar.stages.stagefile import write_stage

    run = Run()
    path = run.folder / f"{run.map_index:04d}-enriched.parquet"
    with noted_failure(run, "enrich"), _log(run.settings) as log:
        elasticsearch = client(run.settings)
        context = open_context(run.settings)
        rows = stage(
            log,
            _ranges(claimed),
            context,
            lambda ids: known_versions(elasticsearch, ids),
            index_group=INDEX_GROUP,
            labels=_standing(log, elasticsearch),
            revision=run.conf.get("enrichment_revision"),
            renew=run.replays,
        )
        watch("enrich", rows, override(run.conf))
        write_stage(rows, path)
    return {"claim": claimed, "file": str(path)}


@task
def validate(enriched: dict[str, Any]) -> dict[str, Any]:
    """Split the stage file into valid and quarantined rows; keep the results of the validation."""
    from upath import UPath

    from dengar.stages.breaker import BatchStoppedError, override
    from dengar.stages.stagefile import read_stage, write_stage
    from dengar.stages.validate import validate as stage
    from dengar.validate.days import week

    run = Run()
    path = run.folder / f"{run.map_index:04d}-validated.parquet"
    with noted_failure(run, "validate"):
        rows = read_stage(ObjectStoragePath(enriched["file"]))
        try:
            before = week(UPath(run.settings.stage) / "results", datetime.now(UTC).date())
            results = stage(rows, limit=override(run.conf), week=before)
        except BatchStoppedError as error:
            run.keep(f"validation-{run.map_index:04d}", (error.results or {}) | {"run": run.link})
            raise
        run.keep(f"validation-{run.map_index:04d}", results | {"run": run.link})
        write_stage(rows, path)
    return {"claim": enriched["claim"], "file": str(path)}


@task(outlets=[ENRICHED])
def publish(validated: dict[str, Any], group: str) -> dict[str, Any]:
    """Publish outputs, quarantine and journal, and labels that came meanwhile, then commit; a run over explicit offsets commits nothing."""
    from dengar.index import client, newest_versions
    from dengar.labels.rejudge import rejudge
    from dengar.stages.enrich import open_context
    from dengar.stages.labels import Replayed, publish_settled
    from dengar.stages.stagefile import read_stage

    run = Run()
    with noted_failure(run, "publish"), _log(run.settings) as log:
        rows = read_stage(ObjectStoragePath(validated["file"]))
        elasticsearch = client(run.settings)
        replay = Replayed(run.replay, lambda ids: newest_versions(elasticsearch, ids)) if run.replays else None
        return publish_settled(
            log,
            rows,
            _ranges(validated["claim"]),
            labels=_standing(log, elasticsearch),
            rejudge=lambda mentions: rejudge(mentions, open_context(run.settings)),
            group=group,
            journal=run.journal,
            run=run.run_id,
            commit=not run.replays,
            replay=replay,
        )


@task
def index(claimed: list[dict[str, Any]], group: str) -> dict[str, Any]:
    """Write the claimed records to Elasticsearch, ask saved searches of them, then commit; a run over explicit offsets commits nothing."""
    from dengar.index import client, refresh, write_records
    from dengar.policy import load_policy
    from dengar.searches.batch import watch
    from dengar.stages.breaker import override
    from dengar.stages.index import index as stage

    run = Run()
    with noted_failure(run, "index"), _log(run.settings) as log:
        elasticsearch, policy = client(run.settings), load_policy(run.settings.policy_profile)
        commit = not run.replays
        return stage(
            log,
            _ranges(claimed),
            lambda items: write_records(elasticsearch, items),
            lambda: refresh(elasticsearch),
            group=group,
            commit=commit,
            limit=override(run.conf),
            run=run.run_id,
            policy=policy,
            watch=lambda ids: watch(log, elasticsearch, ids, policy, datetime.now(UTC), mute=run.replays),
        )


@task(outlets=[ENRICHED])
def apply(claimed: list[dict[str, Any]], group: str) -> dict[str, Any]:
    """Lay the claimed labels over their mentions, then commit; a run over explicit offsets commits nothing."""
    from dengar.index import client
    from dengar.labels.held import indexed_labels, write_labels
    from dengar.labels.mentions import indexed_mentions
    from dengar.labels.rejudge import rejudge
    from dengar.stages.enrich import open_context
    from dengar.stages.labels import apply as stage

    run = Run()
    with noted_failure(run, "apply"), _log(run.settings) as log:
        elasticsearch = client(run.settings)
        return stage(
            log,
            _ranges(claimed),
            indexed=lambda ids: indexed_labels(elasticsearch, ids),
            write=lambda labels: write_labels(elasticsearch, labels),
            mentions=lambda ids: indexed_mentions(elasticsearch, ids),
            rejudge=lambda mentions: rejudge(mentions, open_context(run.settings)),
            group=group,
            commit=not run.replays,
        )


@task
def track(claimed: list[list[dict[str, Any]]], group: str) -> dict[str, Any]:
    """Track the claimed mentions and desk actions, and what fell due, then commit and raise the desk's alerts; a run over explicit offsets
    does neither.

    One task for all claims: a conversation's mentions and its desk actions lie in partitions of their own.
    """
    from dengar.alerts.rules import load_rules
    from dengar.index import client
    from dengar.policy import load_policy
    from dengar.responses import store
    from dengar.responses.classes import classes
    from dengar.responses.record import Desk
    from dengar.responses.routing import routing
    from dengar.responses.worktime import working_time
    from dengar.stages.desk_alerts import watch
    from dengar.stages.responses import Memory
    from dengar.stages.responses import track as stage

    run = Run()
    with noted_failure(run, "track"), _log(run.settings) as log:
        elasticsearch = client(run.settings)
        memory = Memory(
            held=lambda ids: store.held(elasticsearch, ids),
            owners=lambda ids: store.owners(elasticsearch, ids),
            buried=lambda ids: store.buried(elasticsearch, ids),
            write=lambda entries: store.write(elasticsearch, entries),
            due=lambda now: store.falling_due(elasticsearch, now),
        )
        desk = Desk(classes(), working_time(), routing(), load_policy(run.settings.policy_profile))
        now, spans = datetime.now(UTC), [span for chunk in claimed for span in _ranges(chunk)]
        told = stage(log, spans, memory, desk, now, group=group, commit=not run.replays)
        if run.replays:
            return told
        return told | watch(log, elasticsearch, load_rules(), desk.working, desk.routing, now)


# A note that fails must not hold the next run up for long: its work is published and committed.
@task(trigger_rule="none_failed", retries=1)
def note(*summaries: Any) -> str:
    """Leave the run's one-line note and remove its stage files."""
    run = Run()
    done = [summary for group in summaries for summary in _each(group)]
    counts: Counter[str] = Counter()
    for summary in done:
        flat = {**summary, **summary.get("outcomes", {})}
        counts.update({name: value for name, value in flat.items() if isinstance(value, int) and value})
    offsets = " ".join(span for summary in done for span in summary["offsets"])
    facts = " ".join(f"{name}={value}" for name, value in counts.items()) or "nothing to do"
    text = f"{facts} in {run.seconds():.1f} s {offsets}".strip()
    if results := run.kept("validation-"):
        drift = " ".join(dict.fromkeys(sentence for result in results for sentence in result.get("drift", ())))
        text = f"{text[:700]} · validation: {run.results}" + (f" · drift: {drift}" if drift else "")
    run.note(text[:1000])
    run.clean()
    return text


def _each(summaries: Any) -> list[dict[str, Any]]:
    """Airflow hands over a list, the one value itself where a task group was mapped over one claim, or None where it was skipped."""
    if summaries is None:
        return []
    return [summaries] if isinstance(summaries, dict) else [summary for summary in summaries if summary]
