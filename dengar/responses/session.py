"""A responder at work: the queue, one conversation, and what is decided about it. Needs Kafka and Elasticsearch; writes to no platform.

What was decided a moment ago, and is not tracked yet, is told all the same: the tail of topic `desk-actions` is laid over what the index
holds. For the explorer and the command line alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dengar.connected import Connected
from dengar.enrich.pii import mask
from dengar.labels.mentions import current, indexed_mentions
from dengar.labels.session import pseudonym_of_analyst
from dengar.log import OffsetRange
from dengar.policy import load_policy
from dengar.responses import ACTIONS, TRACK_GROUP, queue, store
from dengar.responses.actions import DeskRecord, act, fits, merge_actions
from dengar.responses.answer import COPIES, TEMPLATE
from dengar.responses.classes import classes
from dengar.responses.event import NotOfTheDeskError, append_actions, read_tracked
from dengar.responses.live import card
from dengar.responses.queue import Asked, Row
from dengar.responses.record import Desk, Response, asking, response_of
from dengar.responses.routing import routing
from dengar.responses.similar import Case, similar_cases
from dengar.responses.store import Held
from dengar.responses.worktime import working_time
from dengar.settings import Settings

Mention = dict[str, Any]
MAX_BULK = 200


class NoConversationError(LookupError):
    """There is no conversation of that id on the desk; the message says what to do."""


@dataclass(frozen=True)
class Opened:
    """A conversation as the desk shows it. `mentions` are the turns that stand, by time, with their texts; `post` is what they stand below,
    None where it is not known. `flags` are those of its answers (dengar.responses.answer), TEMPLATE among them."""

    response: Response
    actions: DeskRecord | None
    mentions: list[Mention]
    post: Mention | None
    flags: tuple[str, ...] = ()


class DeskSession(Connected):
    """Opens its connections at once; a context manager closes them. `now` is the responder's clock (aware); `by` default: a pseudonym."""

    def __init__(
        self, settings: Settings, by: str | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(settings)
        self.by, self.now = by or pseudonym_of_analyst(settings), now
        self.policy = load_policy(settings.policy_profile)
        self.desk = Desk(classes(), working_time(), routing(), self.policy)

    def queue(self, asked: Asked = Asked(), size: int = 50) -> tuple[list[Row], int]:
        """(rows, how many match in all), the most pressing first, as of this moment. Raises IndexUnavailable, LogError."""
        pending = self._pending()
        rows, total = queue.listed(self.client, asked, size + len(pending))
        listed = {entry.response["id"]: entry for row in rows for entry in (row.held, *row.others)}
        # What was decided a moment ago may have moved a conversation out of this list, or into it.
        missing = store.held(self.client, [name for name in pending if name not in listed])
        shown: list[Held] = []
        for name, entry in (listed | missing).items():
            as_now = self._as_now(entry, pending.get(name))
            fits_in = asked.takes(as_now.response)
            if fits_in:
                shown.append(as_now)
            total += fits_in - asked.takes(entry.response)
        return queue.merged(sorted(shown, key=queue.pressing))[:size], total

    def held(self, identity: str) -> Held:
        """A conversation as of this moment. Raises NoConversationError."""
        return self._held([identity])[identity]

    def open(self, identity: str) -> Opened:
        """A conversation with the texts of its mentions and its post. Raises NoConversationError, IndexUnavailable, LogError."""
        entry = self.held(identity)
        live = [turn["id"] for turn in entry.response["turns"] if turn["at"] is not None]
        found = current(self.log, lambda ids: indexed_mentions(self.client, ids), [*live, entry.response["post_id"]])
        standing = [found[name] for name in live if name in found and not found[name]["deleted"]]
        post = found.get(entry.response["post_id"])
        mentions = sorted(standing, key=lambda one: (one["published_at"], one["id"]))
        flags = tuple(entry.response["flags"])
        if queue.same_answer(self.client, entry.response) >= COPIES - 1:
            flags += (TEMPLATE,)
        known = post if post is not None and not post["deleted"] else None
        return Opened(entry.response, entry.desk, mentions, known, flags)

    def copies(self, opened: Opened) -> list[Response]:
        """Other conversations, on any platform, in which nearly the same text asks; the nearest first. Raises IndexUnavailable."""
        found = [one["id"] for one in queue.near_copies(self.client, opened.response) if one["opened_at"] is not None]
        return [entry.response for entry in self._held(found).values()]

    def causes(self, size: int = 10) -> list[dict[str, Any]]:
        """Root causes of what is open, as dengar.responses.queue.causes tells them. Raises IndexUnavailable."""
        return queue.causes(self.client, self.policy, size)

    def card(self, post_id: str) -> dict[str, Any]:
        """The card of a session, as dengar.responses.live tells it. Raises IndexUnavailable."""
        return card(self.client, post_id)

    def texts(self, responses: Iterable[Response]) -> dict[str, Mention]:
        """Conversation's id → the mention that asks first and stands; absent where none does. Raises IndexUnavailable, LogError."""
        wanted = {response["id"]: asking(response) for response in responses}
        ids = [name for names in wanted.values() for name in names]
        found = current(self.log, lambda asked: indexed_mentions(self.client, asked), ids) if ids else {}
        told = {}
        for identity, names in wanted.items():
            live = [found[name] for name in names if name in found and not found[name]["deleted"]]
            if live:
                told[identity] = min(live, key=lambda one: (one["published_at"], one["id"]))
        return told

    def similar(self, opened: Opened, size: int = 5) -> list[Case]:
        """Answered cases whose question is most like this one's; empty where nothing is left of it. Raises IndexUnavailable."""
        ids = set(asking(opened.response))
        asked = next((one for one in opened.mentions if one["id"] in ids), None)
        return [] if asked is None else similar_cases(self.client, opened.response, asked, size)

    def act(
        self,
        identities: Sequence[str],
        kind: str,
        *,
        to: str | None = None,
        reason: str | None = None,
        reference: str | None = None,
        note: str | None = None,
    ) -> list[Held]:
        """Take one action on each conversation and publish it; how each stands then. Notes are masked. Several share a `bulk` id.

        Raises NoConversationError and ActionError before anything is published, LogError.
        """
        now = self.now()
        bulk = f"{self.by[:40]}-{now:%Y%m%dT%H%M%S}" if len(identities) > 1 else None
        masked = None if note is None else mask(note)[0][:1000]
        before = self._held(identities)
        records: list[DeskRecord] = []
        for identity, entry in before.items():
            fits(entry.response, kind)
            covers = asking(entry.response)
            told = {"to": to, "reason": reason, "reference": reference, "note": masked, "bulk": bulk}
            records.append(act(entry.desk, entry.response, kind, by=self.by, now=now, covers=covers, **told))
            before[identity] = self._as_now(entry, records[-1], force=True)
        for record in records:
            append_actions(self.log, record)
        self.log.flush()
        return list(before.values())

    def wait(self, entries: Sequence[Held], patience: float = 180.0) -> bool:
        """Wait until the index tells these actions, `patience` seconds at most; whether it does."""
        deadline = time.monotonic() + patience
        wanted = {entry.response["id"]: entry.response["desk_at"] for entry in entries}
        while time.monotonic() < deadline:
            found = store.held(self.client, list(wanted))
            if all(name in found and (found[name].response["desk_at"] or "") >= at for name, at in wanted.items()):
                return True
            time.sleep(0.3)
        return False

    def _held(self, identities: Sequence[str]) -> dict[str, Held]:
        asked = list(dict.fromkeys(identities))
        if len(asked) > MAX_BULK:
            raise NoConversationError(f"{len(asked)} conversations at once are too many: take {MAX_BULK} or fewer.")
        pending = self._pending()  # first: what is tracked meanwhile is in the index then
        found = store.held(self.client, asked)
        for identity in asked:
            if identity not in found or found[identity].response["opened_at"] is None:
                raise NoConversationError(
                    f"There is no conversation {identity} on the desk: `dengar responses queue --json` shows the ids."
                )
        return {identity: self._as_now(found[identity], pending.get(identity)) for identity in asked}

    def _as_now(self, entry: Held, pending: DeskRecord | None, *, force: bool = False) -> Held:
        """The entry with what was decided meanwhile and what the clock says: as track_responses will tell it."""
        one = entry.conversation()
        if pending is not None:
            one.desk = pending if force else merge_actions(one.desk, pending)
        response = response_of(one, self.now(), self.desk)
        if response is None:
            return entry
        kept = ("version", "state_before", "changed_at")
        return Held({**response, **{name: entry.response[name] for name in kept}}, one.desk)

    def _pending(self) -> dict[str, DeskRecord]:
        """Actions that are published and not yet tracked, by conversation."""
        committed, beginnings = self.log.committed(TRACK_GROUP, [ACTIONS]), self.log.beginnings([ACTIONS])
        found: dict[str, DeskRecord] = {}
        for partition, end in self.log.ends([ACTIONS]).items():
            start = max(committed.get(partition, 0), beginnings[partition])
            for raw in self.log.read(OffsetRange(partition.topic, partition.number, start, end)):
                if raw.value is None and raw.key is not None:
                    found.pop(raw.key.decode(), None)  # erased
                    continue
                try:
                    _, record = read_tracked(raw)
                except NotOfTheDeskError:
                    continue  # track_responses quarantines it
                found[record["id"]] = merge_actions(found.get(record["id"]), record)
        return found
