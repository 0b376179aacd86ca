"""Which subscribers have acknowledged an erasure, and which have not.

A subscriber owes one acknowledgement for every partition of `mentions` that carried tombstones of the erasure: for an offset behind the
last of them. Who owes is known from the consumer groups of the broker (`sub.…`), and from who acknowledged anything before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from dengar.erasure import ACKS
from dengar.log import Log, OffsetRange

DUE = timedelta(hours=24)
SUBSCRIBER = "sub."
OWED = "mentions"
"""Messages have no subscribers."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subscriber stands: partitions acknowledged and owed, copies removed, and when the last acknowledgement came."""

    subscriber: str
    acknowledged: tuple[int, ...]
    owed: tuple[int, ...]
    removed: int
    last_at: str | None

    @property
    def done(self) -> bool:
        """Whether nothing is owed any more."""
        return not self.owed


def standings(log: Log, erasure_id: str, tombstones: Mapping[str, int], groups: Iterable[str]) -> list[Standing]:
    """How every subscriber stands; `tombstones` as in a receipt (`mentions/2` → offset). Raises LogError."""
    owed = ((place.split("/"), offset) for place, offset in tombstones.items())
    last = {int(number): offset for (topic, number), offset in owed if topic == OWED}
    mine: dict[str, list[dict[str, Any]]] = {group: [] for group in groups if group.startswith(SUBSCRIBER)}
    for ack in _acks(log):
        rows = mine.setdefault(ack["subscriber"], [])
        if ack["erasure_id"] == erasure_id and ack["topic"] == OWED:
            rows.append(ack)
    found = []
    for subscriber, acks in sorted(mine.items()):
        through: dict[int, int] = {}
        for ack in acks:
            through[ack["partition"]] = max(ack["offset"], through.get(ack["partition"], 0))
        passed = tuple(sorted(number for number, offset in last.items() if through.get(number, 0) > offset))
        found.append(
            Standing(
                subscriber,
                passed,
                tuple(sorted(last.keys() - set(passed))),
                sum(ack["removed"] for ack in acks),
                max((ack["acknowledged_at"] for ack in acks), default=None),
            )
        )
    return found


def overdue(finished_at: str | None, now: datetime) -> bool:
    """Whether the 24 hours that subscribers have are over."""
    return finished_at is not None and now - datetime.fromisoformat(finished_at) > DUE


def _acks(log: Log) -> Iterable[dict[str, Any]]:
    beginnings = log.beginnings([ACKS])
    for partition, end in log.ends([ACKS]).items():
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            try:
                body = orjson.loads(record.value or b"null")
                if isinstance(body["subscriber"], str) and isinstance(body["offset"], int):
                    yield body
            except (orjson.JSONDecodeError, KeyError, TypeError):
                continue  # subscribers write this topic: what is no acknowledgement acknowledges nothing
