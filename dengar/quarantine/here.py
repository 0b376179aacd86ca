"""The stages in this process, for a replay where no Airflow is: the steps of the DAG's tasks, committing nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from elasticsearch import Elasticsearch
from upath import UPath

from dengar.index import known_versions, newest_versions, refresh, write_records
from dengar.labels.held import indexed_labels, standing
from dengar.labels.rejudge import rejudge
from dengar.log import Log, OffsetRange
from dengar.settings import Settings
from dengar.stages.enrich import enrich, open_context
from dengar.stages.index import index
from dengar.stages.labels import Replayed, publish_settled
from dengar.stages.validate import validate
from dengar.topics import ENRICH_GROUP, INDEX_GROUP, RAW_TOPICS


class Here:
    """Raises SettingsError where the stage folder or the pseudonym key is not set: records would get other pseudonyms."""

    def __init__(self, settings: Settings, log: Log, client: Elasticsearch) -> None:
        settings.require("stage", "pseudonym_key")
        self._log, self._client = log, client
        self._journal = UPath(settings.stage) / "journal"
        self._context = open_context(settings)
        self._run = f"desk__{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"

    def __call__(self, spans: Sequence[OffsetRange]) -> None:
        """Work on ranges. What enrichment publishes is indexed by index_mentions, as always."""
        raw = [span for span in spans if span.topic in RAW_TOPICS]
        enriched = [span for span in spans if span.topic not in RAW_TOPICS]
        if raw:
            self._rework(raw)
        if enriched:
            index(
                self._log,
                enriched,
                lambda items: write_records(self._client, items),
                lambda: refresh(self._client),
                group=INDEX_GROUP,
                commit=False,
                limit=1.0,
                run=self._run,
            )

    def _rework(self, spans: Sequence[OffsetRange]) -> None:
        def labels(ids: Sequence[str]) -> dict[str, dict[str, object]]:
            return standing(self._log, lambda asked: indexed_labels(self._client, asked), ids)

        rows = enrich(
            self._log,
            spans,
            self._context,
            lambda ids: known_versions(self._client, ids),
            index_group=INDEX_GROUP,
            labels=labels,
            renew=True,
        )
        validate(rows, limit=1.0)
        publish_settled(
            self._log,
            rows,
            spans,
            labels=labels,
            rejudge=lambda mentions: rejudge(mentions, self._context),
            group=ENRICH_GROUP,
            journal=self._journal,
            run=self._run,
            commit=False,
            replay=Replayed(self._run, lambda ids: newest_versions(self._client, ids)),
        )
