"""Track: claimed mentions, deletions and desk actions → conversations, topic `responses` and index `responses-v1`; then commit.

A record changes the conversations it belongs to and no others: the cost of a batch does not grow with history. A conversation is what its
records say in whatever order they come (dengar.responses.conversation), so any range may be tracked any number of times. What changed is
published before it is written: a run that dies in between finds its own records in the tail of `responses`, behind what the group committed
of that topic, and does not publish them again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from dengar.log import Log, OffsetRange, Record
from dengar.responses import RESPONSES, TRACKED
from dengar.responses.actions import DeskRecord
from dengar.responses.conversation import Conversation, decided, fold
from dengar.responses.event import (
    NotOfTheDeskError,
    append_actions,
    append_response,
    read_tracked,
)
from dengar.responses.record import Desk, Response, response_of, says_the_same
from dengar.responses.store import Held
from dengar.responses.turn import conversation_of, merge
from dengar.stages.publish import furthest, quarantine
from dengar.topics import MENTION_TOPICS

CHUNK = 2_000
_SWEEPS = 100


@dataclass(frozen=True)
class Memory:
    """Where conversations are kept. `buried` are the tombstones that are known of mentions; the others as in dengar.responses.store."""

    held: Callable[[Sequence[str]], Mapping[str, Held]]
    owners: Callable[[Sequence[str]], Mapping[str, str]]
    buried: Callable[[Sequence[str]], Mapping[str, Mapping[str, Any]]]
    write: Callable[[Sequence[Held]], object]
    due: Callable[[datetime], Sequence[str]]


def track(
    log: Log,
    ranges: Sequence[OffsetRange],
    memory: Memory,
    desk: Desk,
    now: datetime,
    *,
    group: str,
    commit: bool = True,
) -> dict[str, Any]:
    """Track the records of `ranges`, then what fell due by `now`, and commit; returns the counts of a run's note.

    `commit=False` for a replay of explicit ranges. What cannot be read goes to the quarantine. Raises LogError, and what `memory` raises;
    then nothing is committed, and the run can be repeated.
    """
    tracker = _Tracker(log, memory, desk, now, _tail(log, group))
    records = _read(log, ranges)
    while chunk := list(islice(records, CHUNK)):
        tracker.take(chunk)
    tracker.sweep()
    log.flush()
    if commit:
        log.commit(group, furthest(ranges) | log.ends([RESPONSES]))
    offsets = [f"{span.topic}/{span.partition}:{span.start}-{span.end}" for span in ranges]
    return {**tracker.counts, "offsets": offsets}


def _read(log: Log, ranges: Sequence[OffsetRange]) -> Iterator[Record]:
    for span in sorted(ranges, key=lambda span: (TRACKED.index(span.topic), span.partition, span.start)):
        yield from log.read(span)


def _tail(log: Log, group: str) -> dict[str, Response]:
    """id → newest response that was published and not committed: by a run that died, or, where the group is new, ever."""
    committed, beginnings = log.committed(group, [RESPONSES]), log.beginnings([RESPONSES])
    found: dict[str, Response] = {}
    for partition, end in log.ends([RESPONSES]).items():
        start = max(committed.get(partition, 0), beginnings[partition])
        for raw in log.read(OffsetRange(partition.topic, partition.number, start, end)):
            try:
                _, response = read_tracked(raw)
            except NotOfTheDeskError:
                continue  # nobody but this stage writes there; what it cannot read it works out anew
            if response["version"] >= found.get(response["id"], response)["version"]:
                found[response["id"]] = response
    return found


class _Tracker:
    """One run: `tail` stands in for what the index does not have yet."""

    def __init__(self, log: Log, memory: Memory, desk: Desk, now: datetime, tail: dict[str, Response]) -> None:
        self.log, self.memory, self.desk, self.now, self.tail = log, memory, desk, now, tail
        self.counts: Counter[str] = Counter({"in": 0})

    def take(self, chunk: Sequence[Record]) -> None:
        """Fold a chunk of records; publish and write the conversations that it changes."""
        records = [record for raw in chunk if (record := self._readable(raw)) is not None]
        mentions = [body for subject, body in records if subject in ("mention", "deletion")]
        owners = self._owners(mentions)
        touched = {owner for body in mentions if (owner := self._owner(body, owners)) is not None}
        touched |= {body["id"] for subject, body in records if subject in ("desk-action", "response")}
        stored = self.memory.held(sorted(touched))
        before = self._with_tail(sorted(touched), stored)
        conversations = {identity: entry.conversation() for identity, entry in before.items()}
        for subject, body in records:
            if subject == "desk-action":
                decided(conversations, body)
            elif subject == "response":
                _restore(conversations, before, body)
            else:
                fold(conversations, body, owner=self._owner(body, owners) if body["deleted"] else None)
        self._bury(conversations, [body["id"] for body in mentions if not body["deleted"]])
        self._republish([body for subject, body in records if subject == "desk-action"], conversations)
        self._settle(conversations, before, stored)

    def sweep(self) -> None:
        """Move on what waits and whose deadline has passed."""
        for _ in range(_SWEEPS):
            ids = self.memory.due(self.now)
            if not ids:
                return
            stored = self.memory.held(ids)
            before = self._with_tail(ids, stored)
            conversations = {identity: entry.conversation() for identity, entry in before.items()}
            changed = self._settle(conversations, before, stored)
            self.counts["fell_due"] += changed
            if not changed:
                return

    def _readable(self, raw: Record) -> tuple[str, dict[str, Any]] | None:
        self.counts["in"] += 1
        if raw.value is None:
            return None  # an erasure took the key away: the deletions of its mentions say what is left
        try:
            return read_tracked(raw)
        except NotOfTheDeskError as error:
            if raw.topic in MENTION_TOPICS:
                return None  # index_mentions quarantines it
            quarantine(self.log, raw, "parse", error.reason, str(error))
            self.counts["quarantined"] += 1
            return None

    def _owners(self, mentions: Sequence[dict[str, Any]]) -> dict[str, str]:
        """Conversation of each deleted mention that is known, of this chunk or before: a deletion may not name it, or name it wrongly."""
        deleted = sorted({body["id"] for body in mentions if body["deleted"]})
        if not deleted:
            return {}
        found = dict(self.memory.owners(deleted))
        for body in mentions:
            if not body["deleted"] and (owner := conversation_of(body)) is not None:
                found[body["id"]] = owner
        return found

    def _owner(self, body: dict[str, Any], owners: Mapping[str, str]) -> str | None:
        return (owners.get(body["id"]) if body["deleted"] else None) or conversation_of(body)

    def _with_tail(self, ids: Sequence[str], stored: Mapping[str, Held]) -> dict[str, Held]:
        """What is stored, and what was published and never written."""
        found = dict(stored)
        for identity in ids:
            newer = self.tail.get(identity)
            if newer is not None and (identity not in found or found[identity].response["version"] < newer["version"]):
                conversation = {identity: found[identity].conversation()} if identity in found else {}
                _restore(conversation, found, newer)
        return found

    def _bury(self, conversations: Mapping[str, Conversation], ids: Iterable[str]) -> None:
        """Fold the tombstones of mentions that came late: their deletion was tracked when nothing was known of them."""
        turns = {name: one for one in conversations.values() for name in one.turns}
        known = [name for name in dict.fromkeys(ids) if name in turns]
        for name, stone in self.memory.buried(known).items() if known else ():
            one = turns[name]
            held = one.turns[name]
            if stone["version"] >= held["version"] and stone["version"] > (held["gone"] or -1):
                told = {**stone, "id": name, "platform": one.platform, "post_id": one.post_id, "deleted": True}
                fold({one.id: one}, told, owner=one.id)

    def _republish(self, claimed: Sequence[DeskRecord], conversations: Mapping[str, Conversation]) -> None:
        """Where two responders wrote side by side, the record that lies last must hold what both decided: compaction keeps that one."""
        for desk in {body["id"]: body for body in claimed}.values():
            joined = conversations[desk["id"]].desk
            if joined is not None and joined != desk:
                append_actions(self.log, joined)
                self.counts["joined"] += 1

    def _settle(
        self, conversations: Mapping[str, Conversation], before: Mapping[str, Held], stored: Mapping[str, Held]
    ) -> int:
        """Publish what says something new, then write; how many said something new."""
        entries, changed = [], 0
        for identity, conversation in conversations.items():
            response = response_of(conversation, self.now, self.desk)
            if response is None:
                continue
            held = before.get(identity)
            old = held.response if held else None
            published = old is not None and old["version"] > 0
            if not (response["opened_at"] or published) or (published and says_the_same(old, response)):
                response |= {name: old[name] if old else value for name, value in _UNCHANGED.items()} if old else {}
            else:
                response["version"] = (old["version"] if old else 0) + 1
                response["state_before"] = old["state"] if old and published else None
                append_response(self.log, response)
                changed += 1
                self.counts["changed"] += 1
            entry = Held(response, conversation.desk)
            if entry != stored.get(identity):
                entries.append(entry)
        self.log.flush()
        self.memory.write(entries)
        return changed


_UNCHANGED = {"version": 0, "state_before": None, "changed_at": None}


def _restore(conversations: dict[str, Conversation], held: Any, response: Response) -> None:
    """Take up a published state: its turns, and its version where it is the newer."""
    identity = response["id"]
    old = held.get(identity)
    if old is None or old.response["version"] < response["version"]:
        held[identity] = Held(response, old.desk if old else None)
    one = conversations.get(identity)
    if one is None:
        conversations[identity] = held[identity].conversation()
        one = conversations[identity]
    for turn in response["turns"]:
        one.turns[turn["id"]] = merge(one.turns.get(turn["id"]), turn)
