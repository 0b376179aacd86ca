"""The stages in this process, by the steps of the DAG's tasks, committing nothing: where there is no Airflow, or a model of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from upath import UPath

from dengar.log import Log, OffsetRange
from dengar.replay import ReplayError
from dengar.replay.run import Done
from dengar.replay.state import Replay
from dengar.stages.breaker import BatchStoppedError
from dengar.topics import ENRICH_GROUP, INDEX_GROUP, RAW_TOPICS

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from dengar.enrich import Context
    from dengar.labels import Label


@dataclass(frozen=True)
class Here:
    """Works on slices with the stages as they are imported here. `context` brings registers, key, policy and models."""

    log: Log
    client: Elasticsearch
    context: Context
    journal: UPath

    def __call__(self, replay: Replay, spans: Sequence[OffsetRange]) -> Done:
        """Raises ReplayError where the breaker stops a batch; LogError and IndexUnavailable pass through."""
        try:
            return Done(self.rework(spans, replay.name, revision=replay.revision, limit=replay.quarantine_limit))
        except BatchStoppedError as error:
            raise ReplayError(f"{error} Then `dengar replay --resume {replay.name}`.") from error

    def rework(
        self, spans: Sequence[OffsetRange], name: str, *, revision: int | None = None, limit: float | None = None
    ) -> dict[str, int]:
        """Enrich raw ranges again and index enriched ones again; the figures of both. `limit` is the breaker's share.

        What enrichment publishes carries `name` and is indexed by index_mentions, as always. Raises BatchStoppedError.
        """
        raw = [span for span in spans if span.topic in RAW_TOPICS]
        enriched = [span for span in spans if span.topic not in RAW_TOPICS]
        counts: dict[str, int] = {}
        for summary in (
            self._enrich(raw, name, revision, limit) if raw else {},
            self._index(enriched, name, limit) if enriched else {},
        ):
            for figure, value in (summary | summary.get("outcomes", {})).items():
                if isinstance(value, int):
                    counts[figure] = counts.get(figure, 0) + value
        return counts

    def _enrich(
        self, spans: Sequence[OffsetRange], name: str, revision: int | None, limit: float | None
    ) -> dict[str, Any]:
        from dengar.index import known_versions, newest_versions
        from dengar.labels.held import indexed_labels, standing
        from dengar.labels.rejudge import rejudge
        from dengar.stages.breaker import watch
        from dengar.stages.enrich import enrich
        from dengar.stages.labels import Replayed, publish_settled
        from dengar.stages.validate import validate

        log, client = self.log, self.client

        def labels(ids: Sequence[str]) -> dict[str, Label]:
            return standing(log, lambda asked: indexed_labels(client, asked), ids)

        rows = enrich(
            log,
            spans,
            self.context,
            lambda ids: known_versions(client, ids),
            index_group=INDEX_GROUP,
            labels=labels,
            revision=revision,
            renew=True,
        )
        watch("enrich", rows, limit)
        validate(rows, limit=limit)
        return publish_settled(
            log,
            rows,
            spans,
            labels=labels,
            rejudge=lambda mentions: rejudge(mentions, self.context),
            group=ENRICH_GROUP,
            journal=self.journal,
            run=name,
            commit=False,
            replay=Replayed(name, lambda ids: newest_versions(client, ids)),
        )

    def _index(self, spans: Sequence[OffsetRange], name: str, limit: float | None) -> dict[str, Any]:
        from dengar.index import refresh, write_records
        from dengar.stages.index import index

        client = self.client
        return index(
            self.log,
            spans,
            lambda items: write_records(client, items),
            lambda: refresh(client),
            group=INDEX_GROUP,
            commit=False,
            limit=limit,
            run=name,
        )
