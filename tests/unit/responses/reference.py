"""A second reading of the desk's rules, that shares no code with dengar.responses but the promises and the working-time arithmetic.

It looks at a finished history (who said what when, what was deleted, what was decided) and asks of each moment at which anything happened
who was waiting, instead of playing events: waits are the gaps of that picture. Slow, and meant to be obvious.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dengar.responses.classes import Classes
from dengar.responses.worktime import WorkingTime


@dataclass
class Said:
    id: str
    at: datetime
    official: bool
    asks: bool
    category: str | None = None
    urgency: str | None = None
    deleted_at: datetime | None = None


@dataclass
class Did:
    at: datetime
    kind: str
    covers: frozenset[str]


@dataclass
class History:
    said: list[Said]
    did: list[Did] = field(default_factory=list)


ENDING = ("answered_live", "resolve", "close", "dismiss", "hand_over")
STATE = {"resolve": "resolved", "close": "resolved", "dismiss": "dismissed", "hand_over": "handed_over"}


def read(history: History, now: datetime, classes: Classes, working: WorkingTime) -> dict[str, Any]:
    """{state, automatic, waits: [(asked_at, ended_at, how, due_at)]} of a conversation."""
    asks = sorted((one for one in history.said if one.asks), key=lambda one: (one.at, one.id))
    if not asks:
        return {"state": "dismissed", "automatic": 0, "waits": []}
    acts = sorted(history.did, key=lambda one: one.at)
    given: list[datetime] = []
    automatic = 0
    for at in sorted(one.at for one in history.said if one.official and _stands(one, asks)):
        before = _waits([ask for ask in asks if ask.at <= at], given, acts)
        waiting = bool(before) and (before[-1][1] is None or before[-1][1] >= at)
        if waiting and at - before[-1][0] <= classes.automatic:
            automatic += 1
        else:
            given.append(at)
    waits = _waits(asks, given, acts)
    told = [
        (start, end, how, _due(names, asks, first == 0, classes, working))
        for first, (start, end, how, names) in enumerate(waits)
    ]
    return {"state": _state(asks, told, given, acts, now), "automatic": automatic, "waits": told}


def _stands(answer: Said, asks: list[Said]) -> bool:
    return answer.deleted_at is None or all(ask.deleted_at is not None for ask in asks if ask.at <= answer.at)


def _end(ask: Said, given: list[datetime], acts: list[Did]) -> tuple[datetime, int, str] | None:
    """The earliest of all that can end the wait of one ask."""
    options = [(at, 0, "answer") for at in given if at >= ask.at]
    for one in acts:
        if one.at >= ask.at and ask.id in one.covers and one.kind in ENDING:
            options.append((one.at, 1, "orally" if one.kind == "answered_live" else "decision"))
    if ask.deleted_at is not None:
        options.append((max(ask.deleted_at, ask.at), 2, "withdrawn"))
    return min(options, default=None)


def _waits(
    asks: list[Said], given: list[datetime], acts: list[Did]
) -> list[tuple[datetime, datetime | None, str | None, set[str]]]:
    """Stretches of time in which somebody waits: the asks' own waits, those that touch joined."""
    found: list[tuple[datetime, datetime | None, str | None, set[str]]] = []
    for ask in asks:
        end = _end(ask, given, acts)
        until, how = (end[0], end[2]) if end else (None, None)
        if found and (found[-1][1] is None or found[-1][1] >= ask.at):
            start, last, last_how, names = found.pop()
            if last is not None and (until is None or (until, _RANK[how]) >= (last, _RANK[last_how])):
                last, last_how = until, how
            found.append((start, last, last_how, names | {ask.id}))
        else:
            found.append((ask.at, until, how, {ask.id}))
    return found


_RANK = {"answer": 0, "orally": 1, "decision": 1, "withdrawn": 2, None: 3}


def _due(names: set[str], asks: list[Said], first: bool, classes: Classes, working: WorkingTime) -> datetime:
    dues = []
    for ask in asks:
        if ask.id in names:
            told = classes.deadlines(ask.at, working, category=ask.category, urgency=ask.urgency, waiting_since=ask.at)
            dues.append(told.first if first else told.next)
    return min(due for due in dues if due is not None)


def _state(asks: list[Said], waits: list[Any], given: list[datetime], acts: list[Did], now: datetime) -> str:
    if waits[-1][1] is None:
        if now > waits[-1][3]:
            return "overdue"
        taken = any(one.kind == "assign" for one in acts)
        again = any(_holds(one, asks, given, acts) and one.kind in ("resolve", "close") for one in acts)
        return "waiting" if len(waits) > 1 or taken or again else "new"
    decisions = [one for one in acts if one.kind in STATE]
    for one in reversed(decisions):
        if _holds(one, asks, given, acts):
            if all(ask.id in one.covers for ask in asks if ask.at > one.at):
                return STATE[one.kind]
            break
    return "withdrawn" if all(ask.deleted_at is not None for ask in asks) else "answered"


def _holds(one: Did, asks: list[Said], given: list[datetime], acts: list[Did]) -> bool:
    """Whether nobody but those it covers waited when the decision was taken."""

    def waits(ask: Said) -> bool:
        end = _end(ask, given, acts)
        return ask.at <= one.at and (end is None or (end[0], end[1]) > (one.at, 1)) and ask.id not in one.covers

    return not any(waits(ask) for ask in asks)
