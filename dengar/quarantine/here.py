"""The stages in this process, for a replay of quarantined records where no Airflow is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from elasticsearch import Elasticsearch
from upath import UPath

from dengar.log import Log, OffsetRange
from dengar.replay.here import Here as Stages
from dengar.settings import Settings
from dengar.stages.enrich import open_context


class Here:
    """Raises SettingsError where the stage folder or the pseudonym key is not set: records would get other pseudonyms."""

    def __init__(self, settings: Settings, log: Log, client: Elasticsearch) -> None:
        settings.require("stage", "pseudonym_key")
        self._stages = Stages(log, client, open_context(settings), UPath(settings.stage) / "journal")
        self._run = f"desk__{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"

    def __call__(self, spans: Sequence[OffsetRange]) -> None:
        """Work on ranges. All of these failed before, so the breaker has nothing to say."""
        self._stages.rework(spans, self._run, limit=1.0)
