"""The response desk in memory: conversations that dengar.responses folds, decides and judges, without Kafka and Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from dengar.policy import load_policy
from dengar.records import pack_version, timestamp
from dengar.responses.actions import act, fits
from dengar.responses.classes import classes
from dengar.responses.conversation import Conversation, fold
from dengar.responses.queue import Asked, Row, merged, pressing
from dengar.responses.record import Desk, asking, response_of
from dengar.responses.routing import routing
from dengar.responses.session import NoConversationError, Opened
from dengar.responses.similar import Case
from dengar.responses.store import Held, document
from dengar.responses.worktime import working_time
from tests.unit.web.world import NOW, Explorer, mention

ASKED, OTHER = "ig:comment:5", "yt:comment:1"


class MemoryOffice:
    """Stands for dengar.responses.session.DeskSession: the same decisions, in memory. `acts` is what reached it."""

    def __init__(self, mentions: Sequence[dict[str, Any]], profile: str = "sandbox") -> None:
        self.mentions = {one["id"]: one for one in mentions}
        self.held_by: dict[str, Conversation] = {}
        for one in mentions:
            fold(self.held_by, one)
        self.desk = Desk(classes(), working_time(), routing(), load_policy(profile))
        self.acts: list[tuple[list[str], str, dict[str, Any]]] = []
        self.asked: list[Asked] = []
        self.cases: list[Case] = []
        self.found_causes: list[dict[str, Any]] = []
        self.cards: dict[str, dict[str, Any]] = {}
        self.by = ""

    def held(self, identity: str) -> Held:
        if identity not in self.held_by:
            raise NoConversationError(f"There is no conversation {identity} on the desk.")
        one = self.held_by[identity]
        response = response_of(one, NOW, self.desk)
        assert response is not None
        return Held(response, one.desk)

    def queue(self, asked: Asked, size: int) -> tuple[list[Row], int]:
        self.asked.append(asked)
        found = [entry for entry in map(self.held, self.held_by) if asked.takes(entry.response)]
        return merged(sorted(found, key=pressing)[:size]), len(found)

    def open(self, identity: str) -> Opened:
        entry = self.held(identity)
        turns = [self.mentions[turn["id"]] for turn in entry.response["turns"]]
        ordered = sorted(turns, key=lambda one: one["published_at"])
        return Opened(entry.response, entry.desk, ordered, None, tuple(entry.response["flags"]))

    def texts(self, responses: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {one["id"]: self.mentions[asking(one)[0]] for one in responses if asking(one)}

    def similar(self, _opened: Opened, size: int = 5) -> list[Case]:
        return self.cases[:size]

    def copies(self, opened: Opened) -> list[dict[str, Any]]:
        own = {turn["signature"] for turn in opened.response["turns"]} - {None}
        others = (self.held(name).response for name in self.held_by if name != opened.response["id"])
        return [one for one in others if own & {turn["signature"] for turn in one["turns"]}]

    def causes(self, size: int = 10) -> list[dict[str, Any]]:
        return self.found_causes[:size]

    def card(self, post_id: str) -> dict[str, Any]:
        return {**self.cards[post_id], "post_id": post_id}

    def act(self, identities: Sequence[str], kind: str, **told: str | None) -> list[Held]:
        records = []
        for identity in identities:
            entry = self.held(identity)
            fits(entry.response, kind)
            records.append(
                act(entry.desk, entry.response, kind, by=self.by, now=NOW, covers=asking(entry.response), **told)
            )
        for record in records:
            self.held_by[record["id"]].desk = record
        self.acts.append((list(identities), kind, told))
        return [self.held(identity) for identity in identities]


def said(identity: str, hours: float, **changes: Any) -> dict[str, Any]:
    """A mention of some hours ago, as the desk folds it."""
    at = NOW - timedelta(hours=hours)
    return mention(identity, published_at=timestamp(at), observed_at=timestamp(at), version=pack_version(at), **changes)


def with_office(*more: dict[str, Any], profile: str = "sandbox", **options: Any) -> tuple[Explorer, MemoryOffice]:
    """An explorer whose response desk has a complaint on each platform, and what else is given."""
    mentions = [said(ASKED, 200, text="bansos kok belum turun"), said(OTHER, 1, text="PKH belum cair pak"), *more]
    office = MemoryOffice(mentions, profile)

    @contextmanager
    def responder(nickname: str) -> Iterator[MemoryOffice]:
        office.by = nickname
        yield office

    explorer = Explorer(profile, mentions, **{"responder": responder, **options})
    explorer.archive.others["responses"] = [document(office.held(name)) for name in office.held_by]
    return explorer, office
