"""Topics that forget by their clock: raw records, the quarantine, counters. Nothing can be taken out of them; the date is told."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson

from dengar.erasure.person import Person
from dengar.erasure.requests import Request
from dengar.erasure.stores import Found, How
from dengar.events import EventError, read_event
from dengar.log import Log, OffsetRange, Record
from dengar.mapping import MappingError, map_event

Kept = Mapping[str, timedelta]
"""topic → the longest that its broker keeps a record."""


class ClockedTopic:
    """A topic of cleanup policy `delete`. Reading the raw topics also tells the handles of the account, for the stores behind it."""

    how = How.CLOCK

    def __init__(self, log: Log, topic: str, kept: Kept) -> None:
        self.name, self._log, self._topic, self._kept = f"topic {topic}", log, topic, kept

    def find(self, person: Person) -> Found:
        """Every record that the broker still holds."""
        found, newest = Found(), 0
        beginnings = self._log.beginnings([self._topic])
        for partition, end in self._log.ends([self._topic]).items():
            for record in self._log.read(OffsetRange(*partition, beginnings[partition], end)):
                found.searched += 1
                if not self._holds(record, person):
                    continue
                found.found += 1
                found.through[f"{partition.topic}/{partition.number}"] = record.offset
                newest = max(newest, record.timestamp)
        if found.found and self._topic in self._kept:
            found.gone_by = datetime.fromtimestamp(newest / 1000, UTC) + self._kept[self._topic]
        return found

    def remove(self, person: Person, request: Request) -> int:
        """Nothing: the clock does."""
        return 0

    def _holds(self, record: Record, person: Person) -> bool:
        if self._topic == "quarantine":
            return _quarantined(record, person)
        parts = [record.key or b"", record.value or b"", *(value for _, value in record.headers)]
        if any(person.named_in(part) for part in parts):
            if self._topic.startswith("raw."):
                _learn(record, person)
            return True
        return any(_ends_of(part) in person.mentions for part in parts[:1])


def _ends_of(key: bytes) -> str:
    """Id of the object that a counter's key names."""
    return key.decode(errors="replace").partition("@")[0]


def _quarantined(record: Record, person: Person) -> bool:
    """The bytes of what was quarantined are inside, as base64."""
    try:
        body = orjson.loads(record.value or b"null")
        parts = [base64.b64decode(body.get("value") or ""), str(body.get("key")).encode()]
        parts += [base64.b64decode(text) for _, text in body.get("headers") or ()]
    except (ValueError, AttributeError, TypeError):
        return person.named_in(record.value or b"")
    return any(person.named_in(part) for part in (*parts, record.value or b""))


def _learn(record: Record, person: Person) -> None:
    """An item by the account tells its handle, which others name it by."""
    try:
        mapped = map_event(read_event(record.headers, record.value), record.position)
    except (EventError, MappingError):
        return
    draft = mapped.record or {}
    author = draft.get("author") or draft.get("account") or {}
    if author.get("id") == person.account and author.get("handle"):
        person.handles.add(author["handle"].removeprefix("@").casefold())
