"""One quarantined record, folded from everything that topic `quarantine` says of its position."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from dengar.log import Partition, Record

TOPIC = "quarantine"


class State(StrEnum):
    """Where a quarantined record stands."""

    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


@dataclass(slots=True)
class Entry:
    """`first_at` and `last_at`: its first and last failure, aware UTC. `attempts` counts runs that failed on it.

    `held` is where its newest bytes lie on topic quarantine. `outcome` is set where a replay got it through. `source`: what collected it.
    """

    id: str
    topic: str
    partition: int
    offset: int
    stage: str
    reason: str
    detail: str
    first_at: datetime
    last_at: datetime
    held: tuple[Partition, int]
    subject: str | None = None
    source: str | None = None
    kind: str | None = None
    trace_id: str | None = None
    runs: set[str] = field(default_factory=set)
    decision: dict[str, Any] | None = None
    decided_at: datetime | None = None
    outcome: str | None = None

    @property
    def attempts(self) -> int:
        """How many runs failed on it."""
        return len(self.runs)

    @property
    def state(self) -> State:
        """Replayed wins over discarded: what is in the index is in the index."""
        if self.outcome is not None:
            return State.REPLAYED
        discarded = self.decision is not None and self.decision["action"] == "discarded"
        return State.DISCARDED if discarded else State.OPEN

    def row(self) -> dict[str, Any]:
        """JSON-able, without bytes."""
        return {
            "id": self.id,
            "state": self.state.value,
            "outcome": self.outcome,
            "stage": self.stage,
            "reason": self.reason,
            "detail": self.detail,
            "subject": self.subject,
            "source": self.source,
            "attempts": self.attempts,
            "first_at": self.first_at.isoformat(),
            "last_at": self.last_at.isoformat(),
            "runs": sorted(run for run in self.runs if not run.startswith("?")),
            "trace_id": self.trace_id,
            "decision": self.decision,
        }


def fold(records: Iterable[Record], into: dict[str, Entry] | None = None) -> dict[str, Entry]:
    """position → entry of the records of topic `quarantine`, in the order of a partition. What is none is passed over."""
    entries = {} if into is None else into
    for record in records:
        try:
            body = orjson.loads(record.value or b"null")
        except orjson.JSONDecodeError:
            continue
        if isinstance(body, dict) and "id" in body and "reason" in body:
            _take(entries, body, record)
    return entries


def _take(entries: dict[str, Entry], body: dict[str, Any], record: Record) -> None:
    at = datetime.fromisoformat(body["quarantined_at"])
    held = entries.get(body["id"])
    if body.get("decision"):
        if held is not None:
            held.decision, held.decided_at = body["decision"], at
        return
    # A record of before runs were named counts as an attempt of its own.
    run = body.get("run") or f"?{record.offset}"
    if held is None:
        held = entries[body["id"]] = Entry(
            body["id"], body["topic"], body["partition"], body["offset"], "", "", "", at, at, _place(record)
        )
    told = headers_of(body)
    held.stage, held.reason, held.detail = body["stage"], body["reason"], body["detail"]
    held.last_at, held.held = at, _place(record)
    held.subject = body.get("subject") or told.get("ce_subject")
    held.source, held.kind = told.get("ce_via"), told.get("ce_type")
    held.trace_id = body.get("trace_id")
    held.runs.add(run)


def headers_of(body: dict[str, Any]) -> dict[str, str]:
    """Headers of the record that was quarantined, as text."""
    return {name: base64.b64decode(text).decode(errors="replace") for name, text in body["headers"]}


def _place(record: Record) -> tuple[Partition, int]:
    return Partition(record.topic, record.partition), record.offset
