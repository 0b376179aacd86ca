"""The stages of the pipeline in a row, in this process: what the DAGs enrich_mentions and index_mentions do, without Airflow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from upath import UPath

from dengar.enrich import Context
from dengar.index.known import Known
from dengar.index.report import WriteReport
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.policy import load_policy
from dengar.registers import load_registers
from dengar.stages.claim import claim
from dengar.stages.enrich import enrich
from dengar.stages.index import index
from dengar.stages.labels import Replayed, publish_settled
from dengar.stages.stagefile import read_stage, write_stage
from dengar.stages.validate import validate
from dengar.topics import ENRICH_GROUP, ENRICHED_TOPICS, INDEX_GROUP, RAW_TOPICS

KEY = b"a key of at least sixteen bytes"

Items = Iterable[tuple[str, dict[str, Any]]]


class Stages:
    """Runs over a log. `known`, `versions`, `write` and `refresh` are the index's; `folder` takes stage files and journal."""

    def __init__(
        self,
        log: MemoryLog,
        folder: UPath,
        *,
        known: Callable[[Sequence[str]], Mapping[str, Known]],
        versions: Callable[[Sequence[str]], Mapping[str, int]],
        write: Callable[[Items], WriteReport],
        refresh: Callable[[], object] = lambda: None,
        profile: str = "sandbox",
        validated: bool = True,
    ) -> None:
        self.log, self.folder, self._validated = log, folder, validated
        self._known, self._versions, self._write, self._refresh = known, versions, write, refresh
        self.context = Context(load_registers(), KEY, profile)
        self.outcomes: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self._runs = 0

    def enrich(self, offsets: Sequence[Mapping[str, Any]] | None = None, *, commit: bool = True) -> None:
        """A run of enrich_mentions over the backlog, or (as replay_topic) over `offsets`. Not committing is a crash before the commit."""
        for chunk in claim(self.log, ENRICH_GROUP, list(RAW_TOPICS), offsets=offsets):
            self._runs += 1
            ranges = [OffsetRange(**span) for span in chunk]
            rows = enrich(
                self.log, ranges, self.context, self._known, index_group=INDEX_GROUP, renew=offsets is not None
            )
            path = self.folder / "runs" / "enrich_mentions" / str(self._runs) / "0000.parquet"
            write_stage(rows, path)
            rows = read_stage(path)
            if self._validated:
                validate(rows, limit=1.0)
            summary = publish_settled(
                self.log,
                rows,
                ranges,
                labels=lambda _ids: {},
                rejudge=list,
                group=ENRICH_GROUP,
                journal=self.folder / "journal",
                run=f"run-{self._runs}",
                commit=commit and offsets is None,
                replay=Replayed("replay", self._versions) if offsets is not None else None,
            )
            self.outcomes.update(summary["outcomes"])
            self.reasons.update(row.reason for row in rows if row.reason)
            path.parent.rmdir(recursive=True)

    def index(self, *, commit: bool = True) -> None:
        """A run of index_mentions over the backlog."""
        for chunk in claim(self.log, INDEX_GROUP, list(ENRICHED_TOPICS)):
            index(
                self.log,
                [OffsetRange(**span) for span in chunk],
                self._write,
                self._refresh,
                group=INDEX_GROUP,
                commit=commit,
                limit=1.0,
                policy=load_policy(self.context.policy_profile),
            )
