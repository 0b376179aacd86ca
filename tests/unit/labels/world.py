"""Log and index in memory around the real stages, so that a test can let labels and mentions meet at any moment.

`Index` is faithful in what matters here: external versions, look-ups by id that see a write at once for labels (mget) and only after a
refresh for mentions (search).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import orjson

from dengar.events import read_event
from dengar.labels import APPLY_GROUP
from dengar.labels.event import append_label
from dengar.labels.held import standing
from dengar.log import OffsetRange, Record
from dengar.log.memory import MemoryLog
from dengar.records import Outcome
from dengar.stages.claim import claim
from dengar.stages.index import index as index_stage
from dengar.stages.labels import apply, publish_settled
from dengar.stages.stagefile import Row
from dengar.topics import ENRICH_GROUP, ENRICHED_TOPICS, INDEX_GROUP
from tests.unit.labels.samples import again


class Report:
    indexed = stale = 0
    rejected: tuple[()] = ()


class Index:
    """Mentions and labels by id, the highest version of each."""

    def __init__(self) -> None:
        self.mentions: dict[str, dict[str, Any]] = {}
        self.searchable: dict[str, dict[str, Any]] = {}
        self.labels: dict[str, dict[str, Any]] = {}

    def write(self, items: Any) -> Report:
        for kind, record in items:
            if kind in ("mention", "deletion"):
                held = self.mentions.get(record["id"])
                if held is None or record["version"] > held["version"]:
                    self.mentions[record["id"]] = record
        return Report()

    def refresh(self) -> None:
        self.searchable = dict(self.mentions)

    def write_labels(self, labels: Any) -> None:
        for label in labels:
            held = self.labels.get(label["id"])
            if held is None or label["revision"] > held["revision"]:
                self.labels[label["id"]] = label

    def labels_of(self, ids: Any) -> dict[str, Any]:
        return {identity: self.labels[identity] for identity in ids if identity in self.labels}

    def mentions_of(self, ids: Any) -> dict[str, Any]:
        return {identity: self.searchable[identity] for identity in ids if identity in self.searchable}


class World:
    """The stages as the DAGs run them; `moment` is called before each step that another process can come between."""

    def __init__(self, moment: Callable[[], None] = lambda: None) -> None:
        self.log: Any = WatchedLog(moment)
        self.index = Index()
        self.moment = moment
        self.rejudge: Callable[[Any], Any] = again

    def _look(self, of: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
        def look(ids: Any) -> dict[str, Any]:
            self.moment()
            return of(ids)

        return look

    def standing(self, ids: Any) -> dict[str, Any]:
        """The look-up of enrichment."""
        return standing(self.log, self._look(self.index.labels_of), ids)

    def publish(self, *records: dict[str, Any], journal: Any) -> dict[str, Any]:
        """What enrich_mentions does with records that it enriched a moment ago."""
        rows = []
        for number, record in enumerate(records):
            kind = "deletion" if record["deleted"] else "mention"
            raw = Record("raw.youtube", 0, number, 0, b"k", b"{}", ())
            rows.append(Row(raw, record["id"], Outcome(kind), record_type=kind, record=record))
        return publish_settled(
            self.log,
            rows,
            [OffsetRange("raw.youtube", 0, 0, len(rows))],
            labels=self.standing,
            rejudge=self.rejudge,
            group=ENRICH_GROUP,
            journal=journal,
            run="r",
        )

    def label(self, label: dict[str, Any]) -> None:
        """What `dengar label set` does."""
        append_label(self.log, label)
        self.log.flush()

    def apply(self, *, offsets: Any = None) -> dict[str, Any] | None:
        """One run of DAG apply_labels; None where there is nothing to do."""
        claims = claim(self.log, APPLY_GROUP, ["labels"], offsets=offsets)
        if not claims:
            return None
        (ranges,) = [[OffsetRange(**span) for span in one] for one in claims]
        return apply(
            self.log,
            ranges,
            indexed=self._look(self.index.labels_of),
            write=self.index.write_labels,
            mentions=self._look(self.index.mentions_of),
            rejudge=self.rejudge,
            group=APPLY_GROUP,
            commit=offsets is None,
        )

    def index_all(self) -> None:
        """One run of DAG index_mentions."""
        for one in claim(self.log, INDEX_GROUP, list(ENRICHED_TOPICS)):
            index_stage(
                self.log,
                [OffsetRange(**span) for span in one],
                self.index.write,
                self.index.refresh,
                group=INDEX_GROUP,
            )

    def settle_down(self) -> None:
        """Run what the sweeps run until nothing is left to do."""
        for _ in range(10):
            done = self.apply()
            self.index_all()
            if done is None:
                return
        raise AssertionError("labels are applied for ever")

    def topic(self, name: str) -> list[dict[str, Any]]:
        """Every record of a topic, in order of each partition."""
        return [
            orjson.loads(read_event(raw.headers, raw.value).data)
            for partition, end in self.log.ends([name]).items()
            for raw in self.log.read(OffsetRange(*partition, 0, end))
        ]

    def rebuilt(self) -> dict[str, dict[str, Any]]:
        """The mentions that an empty index ends with after compaction and a replay of the topic from 0."""
        self.log.compact("mentions")
        fresh = Index()
        fresh.write([("deletion" if record["deleted"] else "mention", record) for record in self.topic("mentions")])
        return fresh.mentions


class WatchedLog(MemoryLog):
    """A log that says before each read, flush and commit that another process can come between; each thread has a producer of its own."""

    def __init__(self, moment: Callable[[], None]) -> None:
        self._producers = threading.local()
        super().__init__()
        self._moment = moment

    @property
    def _queued(self) -> list[Any]:  # type: ignore[override]
        return getattr(self._producers, "queued", [])

    @_queued.setter
    def _queued(self, records: list[Any]) -> None:
        self._producers.queued = records

    def append(self, *arguments: Any, **options: Any) -> None:
        self._queued = self._queued
        super().append(*arguments, **options)

    def ends(self, topics: Any) -> Any:
        self._moment()
        return super().ends(topics)

    def committed(self, group: Any, topics: Any) -> Any:
        self._moment()
        return super().committed(group, topics)

    def flush(self) -> None:
        self._moment()
        super().flush()

    def commit(self, group: Any, offsets: Any) -> None:
        self._moment()
        super().commit(group, offsets)
