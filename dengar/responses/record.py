"""How a conversation stands, as a record of topic `responses` (schemas/response). Pure, of turns, actions and clock."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dengar.policy import Policy
from dengar.records import timestamp
from dengar.responses.classes import URGENCIES, Classes
from dengar.responses.conversation import Conversation
from dengar.responses.routing import Routing
from dengar.responses.state import Round, Standing, lasted, standing
from dengar.responses.turn import PUBLIC, Turn, is_gone
from dengar.responses.worktime import WorkingTime

Response = dict[str, Any]
_MAKING = ("version", "state_before", "changed_at", "weight")
_OBSERVED = ("version", "weight")
MAX_TURNS, MAX_ROUNDS, MAX_SIGNATURES = 5_000, 500, 20
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Desk:
    """What the desk goes by: promises, hours, routing and policy."""

    classes: Classes
    working: WorkingTime
    routing: Routing
    policy: Policy

    def classified(self, platform: str) -> bool:
        """Whether policy lets the desk use judgements of a platform's texts."""
        return self.policy.allows("derive", platform, "mention.intent")


def response_of(conversation: Conversation, now: datetime, desk: Desk) -> Response | None:
    """The record at `now`, with version 0; None where nothing is known of the conversation and nobody acted on it."""
    turns = conversation.ordered()
    if not turns and conversation.desk is None and not any(turn["forgotten"] for turn in conversation.turns.values()):
        return None
    classified = desk.classified(conversation.platform)
    stands = standing(conversation, now, desk.classes, desk.working, classified=classified)
    live = [turn for turn in stands.asks if not is_gone(turn)] or stands.asks
    category = _category(live) if classified else None
    return {
        "id": conversation.id,
        "version": 0,
        "platform": conversation.platform,
        "kind": stands.asks[0]["kind"] if stands.asks else None,
        "post_id": conversation.post_id,
        "state": stands.state,
        "state_before": None,
        "reason": stands.reason,
        "since": _time(stands.since),
        "changed_at": timestamp(now),
        "classified": classified,
        "opened_at": _time(stands.opened_at),
        "service": stands.service,
        "intent": stands.asks[0]["intent"] if stands.asks and classified else None,
        "category": category,
        "urgency": _urgency(live) if classified else None,
        "complete": _complete(live) if classified else None,
        "directorate": desk.routing.directorate(category) if stands.asks else None,
        "cause": {
            "programme": _first(live, "programmes"),
            "place": _first(live, "places"),
            "stage": desk.routing.stage(category),
        },
        "grievance": _grievance(conversation.platform, live, category),
        "signatures": list(dict.fromkeys(turn["signature"] for turn in live if turn["signature"]))[:MAX_SIGNATURES],
        "weight": _weight(live) if desk.policy.allows("derive", conversation.platform, "metrics.likes") else None,
        "rounds": [_round(one, desk.working) for one in stands.rounds[-MAX_ROUNDS:]],
        "resolution": _resolution(stands, desk.working),
        "reopened": stands.reopened,
        "automatic": stands.automatic,
        "answers": stands.answers,
        "flags": sorted({flag for turn in turns if not is_gone(turn) for flag in turn["flags"]}),
        "assigned_to": stands.assigned_to,
        "reference": stands.reference,
        "notes": stands.notes,
        "desk_at": conversation.desk["acted_at"] if conversation.desk else None,
        "sentiment": _sentiment(turns) if classified else {"first": None, "last": None},
        "started_by": _side(turns[0]) if turns else None,
        "counts": _counts(turns),
        "turns": sorted(conversation.turns.values(), key=lambda turn: turn["id"])[:MAX_TURNS],
    }


def says_the_same(one: Response | None, other: Response) -> bool:
    """Whether two records say the same: how they were made, and likes or versions seen anew, do not count."""
    return one is not None and _meaning(one) == _meaning(other)


def _meaning(response: Response) -> Response:
    turns = [{name: value for name, value in turn.items() if name not in _OBSERVED} for turn in response["turns"]]
    return {name: value for name, value in response.items() if name not in _MAKING} | {"turns": turns}


def asking(response: Response) -> list[str]:
    """Ids of the turns that ask and stand: what a decision of this moment covers."""
    public = [turn for turn in response["turns"] if turn["role"] in PUBLIC and turn["at"] is not None]
    if not response["classified"]:
        return [
            turn["id"] for turn in sorted(public, key=lambda turn: (turn["at"], turn["id"])) if turn["kind"] != "post"
        ][:1]
    return [turn["id"] for turn in public if turn["asks"]]


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)


def _category(asks: Sequence[Turn]) -> str | None:
    named = [turn["category"] for turn in asks if turn["category"]]
    return next((name for name in named if name != "other"), named[0] if named else None)


def _urgency(asks: Sequence[Turn]) -> str | None:
    return max((turn["urgency"] for turn in asks if turn["urgency"] in URGENCIES), key=URGENCIES.index, default=None)


def _complete(asks: Sequence[Turn]) -> bool | None:
    told = [turn["complete"] for turn in asks if turn["complete"] is not None]
    return any(told) if told else None


def _first(asks: Sequence[Turn], field: str) -> str | None:
    return next((name for turn in asks for name in turn[field]), None)


def _grievance(platform: str, asks: Sequence[Turn], category: str | None) -> str | None:
    key = next((turn["key"] for turn in asks if turn["key"]), None)
    if key is None or category is None:
        return None
    return hashlib.blake2b(f"{platform}\0{key}\0{category}".encode(), digest_size=8).hexdigest()


def _weight(asks: Sequence[Turn]) -> int | None:
    told = [turn["weight"] for turn in asks if turn["weight"] is not None]
    return sum(told) if told else None


def _round(one: Round, working: WorkingTime) -> dict[str, Any]:
    length = lasted(one, working)
    return {
        "asked_at": timestamp(one.asked_at),
        "due_at": timestamp(one.due_at),
        "due_certain": working.certain(one.due_at),
        "ended_at": _time(one.ended_at),
        "ended_by": one.ended_by,
        "answer": one.answer,
        "wall_ms": None if length is None else length[0] // _MS,
        "working_ms": None if length is None else length[1] // _MS,
        "within": None if one.ended_at is None else one.ended_at <= one.due_at,
    }


def _resolution(stands: Standing, working: WorkingTime) -> dict[str, Any] | None:
    start, due, end = stands.resolution_from, stands.resolution_due, stands.resolved_at
    if start is None or due is None:
        return None
    return {
        "from": timestamp(start),
        "due_at": timestamp(due),
        "due_certain": working.certain(due),
        "ended_at": _time(end),
        "outcome": stands.outcome,
        "wall_ms": None if end is None else (end - start) // _MS,
        "working_ms": None if end is None else working.working_time_between(start, end) // _MS,
        "within": None if end is None else end <= due,
    }


def _sentiment(turns: Sequence[Turn]) -> dict[str, str | None]:
    told = [turn["sentiment"] for turn in turns if turn["role"] in PUBLIC and turn["sentiment"]]
    return {"first": told[0] if told else None, "last": told[-1] if len(told) > 1 else None}


def _side(turn: Turn) -> str:
    return "public" if turn["role"] in PUBLIC else "official" if turn["role"] == "official" else "partner"


def _counts(turns: Sequence[Turn]) -> dict[str, int]:
    counts = {"public": 0, "official": 0, "partner": 0}
    for turn in turns:
        if not is_gone(turn):
            counts[_side(turn)] += 1
    return counts
