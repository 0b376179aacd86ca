"""Compacted topics: the last value of a key is what stands; a tombstone takes it away, and compaction the values before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from dengar.erasure import REASON
from dengar.erasure.clocked import Kept
from dengar.erasure.person import Person
from dengar.erasure.requests import Request
from dengar.erasure.stores import Found, How
from dengar.log import Log, OffsetRange, Partition, Record
from dengar.records import deletion_version, timestamp, unpack_version
from dengar.stages.publish import append_record
from dengar.topics import MENTION_TOPICS, mention_topic

Deletion = dict[str, Any]
WriteDeletions = Callable[[Sequence[Deletion]], object]


class CompactedTopic:
    """Topics of accounts, labels, results, decisions and listener state: whatever names the person gets a hard tombstone.

    Results that name somebody are made anew from what is left, by the next run of what made them.
    """

    how = How.TOMBSTONE

    def __init__(self, log: Log, topic: str, kept: Kept) -> None:
        self.name, self._log, self._topic, self._kept = f"topic {topic}", log, topic, kept
        self._live: dict[bytes, Record] = {}

    def find(self, person: Person) -> Found:
        """Live values that name the person or one of their mentions' keys; older values of a key are counted in the note."""
        found, older = Found(), 0
        self._live = {}
        for record, live in _by_key(self._log, self._topic, lambda record: self._holds(record, person)):
            found.searched += 1
            if live is None:
                continue
            if live:
                self._live[record.key or b""] = record
            else:
                older += 1
        found.found = len(self._live)
        if older:
            found.note = f"{older} older values wait for compaction"
            found.gone_by = datetime.now(UTC) + self._kept[self._topic] if self._topic in self._kept else None
        return found

    def remove(self, person: Person, request: Request) -> int:
        """A hard tombstone for every live value found."""
        for key in self._live:
            self._log.append(self._topic, key.decode(), None, [])
        self._log.flush()
        return len(self._live)

    def _holds(self, record: Record, person: Person) -> bool:
        if record.value is None:
            return False
        key = record.key or b""
        return key.decode(errors="replace") in person.mentions or person.named_in(key) or person.named_in(record.value)


class MentionsTopic:
    """A topic of MENTION_TOPICS: soft tombstones, which the index is given at the same moment.

    Subscribers act on those of `mentions`, and acknowledge them.
    """

    how = How.TOMBSTONE

    def __init__(self, log: Log, topic: str, write: WriteDeletions, kept: Kept, now: Callable[[], datetime]) -> None:
        self.name, self._topic = f"topic {topic}", topic
        self._log, self._write, self._kept, self._now = log, write, kept, now

    def find(self, person: Person) -> Found:
        """Live mentions by the person, or in a direct exchange with them; what only names them in passing is told in the note."""
        found, older, named = Found(), 0, 0
        until = ""
        bodies: dict[str, dict[str, Any]] = {}

        def holds(record: Record) -> bool:
            return record.value is not None and person.named_in(record.value)

        for record, live in _by_key(self._log, self._topic, holds):
            found.searched += 1
            if live is None or record.value is None:
                continue
            body = orjson.loads(record.value)
            if body.get("deleted"):
                continue
            if not person.said(body):
                if live:
                    named += 1
                    until = max(until, str(body.get("expires_at") or ""))
            elif live:
                bodies[body["id"]] = body
            else:
                older += 1
        for body in bodies.values():
            person.take(body)
        found.found = len(bodies)
        notes = []
        if named:
            notes.append(f"{named} mentions by others carry a pseudonym of theirs, until {until} at the latest")
        if older:
            notes.append(f"{older} older values wait for compaction")
            found.gone_by = self._now() + self._kept[self._topic] if self._topic in self._kept else None
        found.note = "; ".join(notes)
        return found

    def remove(self, person: Person, request: Request) -> int:
        """A tombstone for every mention of this topic that a store still holds: to the topic, then to the index. A repeat finds none."""
        mine = [remains for identity, remains in person.mentions.items() if mention_topic(identity) == self._topic]
        if not mine:
            return 0
        deletions = [deletion(remains, request, self._now()) for remains in mine]
        for one in deletions:
            append_record(self._log, "deletion", one)
        self._log.flush()
        self._write(deletions)
        return len(deletions)


def deletion(remains: dict[str, Any], request: Request, now: datetime) -> Deletion:
    """Tombstone of a mention: newer than what it buries, also where that was observed by a clock ahead of ours."""
    observed = max(now, unpack_version(remains["version"])[0])
    return {
        "id": remains["id"],
        "platform": remains["platform"],
        "post_id": remains["post_id"],
        "conversation_id": remains["conversation_id"],
        "deleted": True,
        "reason": REASON,
        "erasure_id": request.id,
        "deleted_at": None,
        "observed_at": timestamp(observed),
        "version": deletion_version(observed),
        "trace_id": None,
        "provenance": {"raw": f"erasures/{request.id}", "formulas": {}},
    }


def tombstones(log: Log, erasure_id: str) -> dict[Partition, int]:
    """Partition of MENTION_TOPICS → offset of the erasure's last tombstone there: what a subscriber of it must have passed."""
    last: dict[Partition, int] = {}
    wanted = f'"{erasure_id}"'.encode()
    beginnings = log.beginnings(MENTION_TOPICS)
    for partition, end in log.ends(MENTION_TOPICS).items():
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            if record.value is not None and wanted in record.value:
                last[partition] = record.offset
    return last


def _by_key(log: Log, topic: str, holds: Callable[[Record], bool]) -> Iterator[tuple[Record, bool | None]]:
    """Every record with whether it matters: True, it is the live value of its key; False, an older value; None, it does not.

    Live ones come at the end of their partition. Only what matters is kept in memory, and the offsets.
    """
    beginnings = log.beginnings([topic])
    for partition, end in log.ends([topic]).items():
        standing: dict[bytes, Record] = {}
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            key = record.key or b""
            if key in standing:
                yield standing.pop(key), False
            if holds(record):
                standing[key] = record
                continue
            yield record, None
        for record in standing.values():
            yield record, True
