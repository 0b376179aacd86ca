"""The desk's memory without Elasticsearch: what track needs of it, in dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from random import Random
from typing import Any

import orjson

from dengar.events import Event
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.records import moment, timestamp
from dengar.responses import RESPONSES, TRACK_GROUP, TRACKED
from dengar.responses.event import append_actions
from dengar.responses.record import Desk, Response
from dengar.responses.store import Held, document, of_document
from dengar.stages.responses import Memory, track
from dengar.topics import MENTION_TOPICS, mention_topic


class Remembered:
    """Documents by id, as the index would hold them (through JSON), and the tombstones of mentions."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}
        self.stones: dict[str, dict[str, Any]] = {}
        self.writes = 0
        self.before_write: Callable[[], None] = lambda: None

    def memory(self) -> Memory:
        return Memory(self.held, self.owners, self.buried, self.write, self.due)

    def held(self, ids: Sequence[str]) -> dict[str, Held]:
        return {name: of_document(orjson.loads(self.documents[name])) for name in ids if name in self.documents}

    def owners(self, ids: Sequence[str]) -> dict[str, str]:
        asked = set(ids)
        return {
            member: name
            for name, body in self.documents.items()
            for member in asked.intersection(orjson.loads(body)["members"])
        }

    def buried(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {name: self.stones[name] for name in ids if name in self.stones}

    def write(self, entries: Sequence[Held]) -> None:
        self.before_write()
        for entry in entries:
            body = document(entry)
            old = self.documents.get(body["id"])
            if old is None or orjson.loads(old)["version"] <= body["version"]:
                self.documents[body["id"]] = orjson.dumps(body)
                self.writes += 1

    def due(self, now: datetime) -> list[str]:
        rows = [orjson.loads(body) for body in self.documents.values()]
        late = [row for row in rows if row["state"] in ("new", "waiting") and (row["due_at"] or "9") < timestamp(now)]
        return [row["id"] for row in sorted(late, key=lambda row: (row["due_at"], row["id"]))[:1000]]


class World:
    """A log, the desk's memory and its clock."""

    def __init__(self, desk: Desk) -> None:
        self.log, self.remembered, self.desk = MemoryLog(), Remembered(), desk

    def say(self, records: Iterable[dict[str, Any]]) -> None:
        """Publish mentions and deletions as enrichment does; the index's tombstones are there at once."""
        for record in records:
            kind = "deletion" if record["deleted"] else "mention"
            event = Event(
                id=f"{record['id']}@{record['version']}",
                source="/test",
                type=f"dengar.{kind}",
                time=moment(record["version"] >> 21),
                data=orjson.dumps(record),
                subject=record["id"],
            )
            self.log.append(
                mention_topic(record["id"]), record["id"], event.data, event.headers(), partition_by=record["post_id"]
            )
            if record["deleted"]:
                stone = {name: record[name] for name in ("version", "reason", "deleted_at", "observed_at")}
                held = self.remembered.stones.get(record["id"])
                if held is None or held["version"] < stone["version"]:
                    self.remembered.stones[record["id"]] = stone
        self.log.flush()

    def decide(self, record: dict[str, Any]) -> None:
        append_actions(self.log, record)
        self.log.flush()

    def track(self, now: datetime, limit: int = 10**9) -> dict[str, Any]:
        """One run over the backlog, `limit` records a partition at most."""
        topics = [*MENTION_TOPICS, "desk-actions"]
        committed, ends = self.log.committed(TRACK_GROUP, topics), self.log.ends(topics)
        spans = [
            OffsetRange(p.topic, p.number, committed.get(p, 0), min(end, committed.get(p, 0) + limit))
            for p, end in ends.items()
            if committed.get(p, 0) < end
        ]
        return track(self.log, spans, self.remembered.memory(), self.desk, now, group=TRACK_GROUP)

    def rebuild(self, now: datetime) -> dict[str, Any]:
        """Lose the index, and track all topics anew."""
        self.remembered.documents.clear()
        begin, ends = self.log.beginnings(list(TRACKED)), self.log.ends(list(TRACKED))
        spans = [OffsetRange(p.topic, p.number, begin[p], end) for p, end in ends.items() if end > begin[p]]
        return track(self.log, spans, self.remembered.memory(), self.desk, now, group=TRACK_GROUP, commit=False)

    def backlog(self) -> int:
        topics = [*MENTION_TOPICS, "desk-actions"]
        committed = self.log.committed(TRACK_GROUP, topics)
        return sum(end - committed.get(p, 0) for p, end in self.log.ends(topics).items())

    def published(self) -> list[Response]:
        """Every record of topic responses, in order."""
        return [
            orjson.loads(raw.value or b"")
            for p, end in self.log.ends([RESPONSES]).items()
            for raw in self.log.read(OffsetRange(p.topic, p.number, 0, end))
        ]

    def state(self) -> dict[str, Response]:
        """Conversation's id → how it stands, of those that are or were on the desk."""
        found = {name: of_document(orjson.loads(body)).response for name, body in self.remembered.documents.items()}
        return {name: one for name, one in found.items() if one["version"] > 0}


def shuffled(records: Sequence[dict[str, Any]], random: Random, again: float = 0.2) -> list[dict[str, Any]]:
    """The records in any order, some of them twice."""
    more = [*records, *(record for record in records if random.random() < again)]
    random.shuffle(more)
    return more
