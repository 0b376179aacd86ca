"""Freshness: how long from a record's append to its raw topic until a search finds it.

A probe follows the raw topics, remembers which mentions are on their way, and asks Elasticsearch — by search, not by get, so that
only a refreshed document counts — which have arrived. Its resolution is its interval; what never arrives is not in the figures
but in `pending`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dengar.events import read_event
from dengar.log import Log, OffsetRange, Partition
from dengar.records import milliseconds

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

# Kinds of raw records that become documents under their own subject; others (metrics, notices) are not searched for.
SEARCHED = ("comment", "comment_thread", "media", "story", "video", "message", "chat_message")
MOST_AT_ONCE = 400


class FreshnessProbe:
    """Follows `topics` from their present ends in a thread of its own. Use as a context manager."""

    def __init__(self, log: Log, client: Elasticsearch, topics: Sequence[str], *, interval: float = 0.25) -> None:
        self._log, self._client, self._topics, self._interval = log, client, list(topics), interval
        self._positions: dict[Partition, int] = dict(log.ends(self._topics))
        self._pending: dict[str, tuple[int, float]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="freshness", daemon=True)
        self.seconds: list[float] = []
        self.failure: BaseException | None = None

    def __enter__(self) -> FreshnessProbe:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    @property
    def pending(self) -> int:
        """Sampled records that have not been found yet."""
        return len(self._pending)

    def percentiles(self) -> dict[str, float | None]:
        """`{"p50": …, "p95": …}` in seconds; None where nothing was measured."""
        ordered = sorted(self.seconds)
        if not ordered:
            return {"p50": None, "p95": None}
        return {
            name: round(ordered[int(share * (len(ordered) - 1))], 2) for name, share in (("p50", 0.5), ("p95", 0.95))
        }

    def _run(self) -> None:
        while not self._stop.wait(self._interval):
            try:
                self._follow()
                self._look()
            except Exception as error:  # noqa: BLE001 - a measuring thread reports through `failure`, it must not end the demo
                self.failure = error

    def _follow(self) -> None:
        for partition, end in self._log.ends(self._topics).items():
            span = OffsetRange(partition.topic, partition.number, self._positions.get(partition, 0), end)
            if not len(span):
                continue
            for record in self._log.read(span):
                event = read_event(record.headers, record.value)
                # A sample is enough, and keeps the probe from becoming the load.
                if event.type.rsplit(".", 1)[-1] in SEARCHED and event.subject and len(self._pending) < MOST_AT_ONCE:
                    self._pending[event.subject] = (milliseconds(event.time), record.timestamp / 1000)
            self._positions[partition] = end

    def _look(self) -> None:
        if not self._pending:
            return
        answer = self._client.search(
            index="mentions,messages,tombstones",
            query={"ids": {"values": list(self._pending)}},
            source_includes=["version"],
            size=len(self._pending),
            allow_no_indices=True,
            ignore_unavailable=True,
        )
        self._found({hit["_id"]: hit["_source"]["version"] for hit in answer["hits"]["hits"]}, time.time())

    def _found(self, versions: Mapping[str, int], now: float) -> None:
        for key, version in versions.items():
            observed, appended = self._pending[key]
            if version >> 21 >= observed:
                self.seconds.append(max(0.0, now - appended))
                del self._pending[key]
