"""Duplicates: what is known of an id, and which rows of a claim add nothing to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import orjson

from dengar.log import Log
from dengar.records import MAX_ENRICHMENT_REVISION
from dengar.retention.clocks import RENEWS_AFTER
from dengar.stages.stagefile import Row
from dengar.stages.superseded import tail
from dengar.topics import MENTION_TOPICS

MOST_EDITS = 50


class State(NamedTuple):
    """What is known of an id: its newest version, content version, whether it is deleted, and the edits (as in schemas/mention)."""

    version: int
    content_version: str | None
    deleted: bool
    edits: Mapping[str, Any] | None = None

    @property
    def observed(self) -> int:
        """When it was observed, in ms since 1970 (the upper bits of a version)."""
        return self.version >> 21

    @property
    def judged(self) -> int:
        """Observation and enrichment revision: of the same observation, the higher revision is the newer record."""
        return self.version >> 11

    @property
    def revision(self) -> int:
        """The enrichment revision (the middle bits)."""
        return self.judged & MAX_ENRICHMENT_REVISION

    def says_the_same(self, other: State) -> bool:
        """Whether both carry the same content."""
        return (self.content_version, self.deleted) == (other.content_version, other.deleted)


def in_flight(log: Log, group: str, ids: set[str]) -> dict[str, State]:
    """States of `ids` that are published but not indexed, read from the tails of MENTION_TOPICS."""
    committed, beginnings = log.committed(group, MENTION_TOPICS), log.beginnings(MENTION_TOPICS)
    starts = {partition: max(committed.get(partition, 0), first) for partition, first in beginnings.items()}
    states: dict[str, State] = {}
    for event, version, raw in tail(log, starts):
        if raw.value is not None and event.subject in ids:  # of a hard tombstone nothing is known any more
            deleted = event.type == "dengar.deletion"
            edits = None if deleted else orjson.loads(event.data).get("edits")
            states[event.subject] = State(version, event.extensions.get("contentversion"), deleted, edits)
    return states


def drop_duplicates(rows: Sequence[Row], state: Mapping[str, State], *, renew: bool = False) -> None:
    """Mark as duplicate what adds nothing to `state` or to an earlier row of this claim.

    The very same observation (equal version) is not a duplicate but our own work repeated, and is published again unchanged. What is
    unchanged for RENEWS_AFTER is published again too: that renews its clock (dengar.retention). An older observation loses to a newer
    one also where the newer one was a duplicate.
    Counters that ride along with an unchanged post still count: its outcome is `metrics` then.
    A deletion is published whenever it is newer: one too many changes nothing, one too few would keep a text alive.
    """
    seen, looked = dict(state), dict[str, int]()
    for row in rows:
        record = row.record
        if row.record_type not in ("mention", "deletion") or record is None:
            continue
        now = State(record["version"], record.get("content_version"), row.record_type == "deletion")
        before = seen.get(record["id"])
        if max(before.judged if before is not None else 0, looked.get(record["id"], 0)) > now.judged:
            row.duplicate("superseded", "a newer observation or judgement of the same item is known")
            continue
        renewed = before is not None and renew and before.revision < now.revision
        same = before is not None and before.observed < now.observed and before.says_the_same(now)
        if same and not now.deleted and not renewed and not _renews(before, now):
            row.duplicate("unchanged", "the same content is known from an earlier observation")
            looked[record["id"]] = now.judged
        else:
            if not now.deleted:
                now = now._replace(edits=_edits(before, now))
                record["edits"] = now.edits
            seen[record["id"]] = now


def _renews(before: State | None, now: State) -> bool:
    """Whether an unchanged observation is so much newer that it renews the clock of what is held."""
    return before is not None and now.observed - before.observed >= RENEWS_AFTER // timedelta(milliseconds=1)


def _edits(before: State | None, now: State) -> Mapping[str, Any] | None:
    """The changes seen so far: how many, and the content versions before this one. What comes back after a deletion begins anew."""
    if before is None or before.deleted:
        return None
    if before.observed == now.observed or before.content_version in (None, now.content_version):
        return before.edits
    held = before.edits or {"count": 0, "versions": []}
    return {"count": held["count"] + 1, "versions": [*held["versions"], before.content_version][-MOST_EDITS:]}
