"""The desk: reads the entries and where they stand, fetches bytes, writes decisions."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from upath import UPath

from dengar.log import Log, OffsetRange
from dengar.quarantine.entry import TOPIC, Entry, State, fold
from dengar.records import RAW_RETENTION, timestamp
from dengar.schemas.event import append_event
from dengar.stages.lookup import lines_at
from dengar.topics import ENRICHED_TOPICS, RAW_TOPICS

IndexedVersions = Callable[[Sequence[str]], Mapping[str, int]]
"""ids of enriched records → the version that the index holds; absent where it holds none."""


class Held(NamedTuple):
    """The record as it was quarantined: key, headers and bytes (cut at 1 MB). `body` is all that the quarantine says."""

    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    value: bytes | None
    body: dict[str, Any]


class Desk:
    """`journal` tells what became of raw records; `indexed` what of enriched ones (None: nobody can tell, they count as open)."""

    def __init__(self, log: Log, journal: UPath | None, indexed: IndexedVersions | None = None) -> None:
        self._log, self._journal, self._indexed = log, journal, indexed

    def entries(self, where: Callable[[Entry], bool] = lambda _entry: True) -> list[Entry]:
        """The records that the quarantine still holds, with their state. Raises LogError, and what `indexed` raises."""
        found: dict[str, Entry] = {}
        beginnings = self._log.beginnings([TOPIC])
        for partition, end in self._log.ends([TOPIC]).items():
            fold(self._log.read(OffsetRange(*partition, beginnings[partition], end)), found)
        entries = [entry for entry in found.values() if where(entry)]
        self._settle(entries)
        return entries

    def held(self, entry: Entry) -> Held:
        """The record of an entry. Raises RangeGoneError where retention took it meanwhile."""
        partition, offset = entry.held
        record = next(iter(self._log.read(OffsetRange(*partition, offset, offset + 1))))
        body = orjson.loads(record.value or b"{}")
        value = None if body["value"] is None else base64.b64decode(body["value"])
        headers = tuple((name, base64.b64decode(text)) for name, text in body["headers"])
        return Held(None if body["key"] is None else body["key"].encode(), headers, value, body)

    def decide(self, entries: Iterable[Entry], action: str, because: str, by: str, now: datetime | None = None) -> None:
        """Write a decision (`discarded`, `reopened`) for each entry, and wait for the acknowledgement. Raises LogError."""
        at = now or datetime.now(UTC)
        for entry in entries:
            body = {
                "id": entry.id,
                "stage": entry.stage,
                "reason": entry.reason,
                "detail": entry.detail,
                "topic": entry.topic,
                "partition": entry.partition,
                "offset": entry.offset,
                "key": None,
                "headers": [],
                "value": None,
                "trace_id": entry.trace_id,
                "subject": entry.subject,
                "run": None,
                "decision": {"action": action, "because": because, "by": by},
                "quarantined_at": timestamp(at),
                "expires_at": timestamp(at + RAW_RETENTION),
            }
            append_event(
                self._log,
                TOPIC,
                "quarantine",
                body,
                id=f"{entry.id}@{action}-{timestamp(at)}",
                source="/dengar/quarantine",
                time=at,
            )
            entry.decision, entry.decided_at = body["decision"], at  # type: ignore[assignment]
        self._log.flush()

    def _settle(self, entries: Sequence[Entry]) -> None:
        raw = [entry for entry in entries if entry.topic in RAW_TOPICS]
        if self._journal is not None and raw:
            lines = lines_at(self._journal, [entry.id for entry in raw])
            for entry in raw:
                *_, last = lines.get(entry.id, [None])
                if last is not None and last.outcome != "quarantined":
                    entry.outcome = last.outcome if last.reason is None else f"{last.outcome} ({last.reason})"
        enriched = [entry for entry in entries if entry.topic in ENRICHED_TOPICS and entry.state is State.OPEN]
        if self._indexed is not None and enriched:
            self._settle_enriched(enriched)

    def _settle_enriched(self, entries: Sequence[Entry]) -> None:
        """What the index refused has passed once the index holds its version, or a newer one."""
        versions: dict[str, tuple[str, int]] = {}
        for entry in entries:
            try:
                record = orjson.loads(self.held(entry).value or b"null")
                versions[entry.id] = (str(record["id"]), int(record["version"]))
            except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
                continue  # no enriched record: nothing that could pass
        assert self._indexed is not None  # asked by _settle
        held = self._indexed(sorted({identity for identity, _ in versions.values()})) if versions else {}
        for entry in entries:
            identity, version = versions.get(entry.id, ("", 0))
            if held.get(identity, -1) >= version and identity:
                entry.outcome = "indexed"
