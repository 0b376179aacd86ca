"""What a conversation means at a moment: who waits, since when, until when, in which state it is. Pure, of turns, actions and clock.

The turns and actions are played in the platform's order. What asks opens a *round* or joins the open one; an official answer, a decision
or the withdrawal of all that was asked ends it. Round 1 is the first response, later ones are next responses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dengar.responses.actions import DECISIONS, Action
from dengar.responses.classes import Classes
from dengar.responses.conversation import Conversation
from dengar.responses.turn import PUBLIC, Turn, is_gone
from dengar.responses.worktime import WorkingTime

STATES = ("new", "waiting", "answered", "overdue", "resolved", "dismissed", "withdrawn", "handed_over")
OPEN = frozenset({"new", "waiting", "overdue"})
_ASK, _ANSWER, _ACTION, _GONE = range(4)


@dataclass(slots=True)
class Round:
    """One wait for an answer, UTC. `ended_by`: answer, orally, decision or withdrawn; None while it lasts."""

    asked: list[str]
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    answer: str | None = None


@dataclass(slots=True)
class Standing:
    """How a conversation stands. `opened_at` is None where nobody asks for anything: it is not on the desk.

    `resolution_due` runs from the first ask, or from the one that opened it again.
    """

    state: str
    since: datetime | None
    reason: str | None
    opened_at: datetime | None
    asks: list[Turn]
    rounds: list[Round]
    service: str | None
    resolution_from: datetime | None = None
    resolution_due: datetime | None = None
    resolved_at: datetime | None = None
    outcome: str | None = None
    reopened: int = 0
    automatic: int = 0
    answers: int = 0
    assigned_to: str | None = None
    reference: str | None = None
    notes: int = 0


def asks_of(turns: Sequence[Turn], *, classified: bool) -> list[Turn]:
    """The turns that ask for an answer: the actionable ones; where policy forbids to judge, what the public said first."""
    public = [turn for turn in turns if turn["role"] in PUBLIC]
    if classified:
        return [turn for turn in public if turn["asks"]]
    return [turn for turn in public if turn["kind"] != "post"][:1]


def standing(
    conversation: Conversation, now: datetime, classes: Classes, working: WorkingTime, *, classified: bool = True
) -> Standing:
    """How the conversation stands at `now` (aware). `classified`: whether policy lets judgements be used on its platform."""
    turns = conversation.ordered()
    play = _Play(asks_of(turns, classified=classified), classes, working, classified)
    actions = conversation.desk["actions"] if conversation.desk else []
    for at, kind, _, what in _timeline(play.asks, _answers(turns, play.asks), actions):
        play.step(at, kind, what)
    return play.end(now, any(turn["forgotten"] is not None for turn in conversation.turns.values()))


def moment(text: str) -> datetime:
    """A record's time, aware."""
    return datetime.fromisoformat(text)


def gone_at(turn: Turn) -> datetime:
    """When a deleted turn went: the platform's time where it tells it, never before it was said."""
    return max(moment(turn["gone_at"]), moment(turn["at"]))


def _answers(turns: Sequence[Turn], asks: Sequence[Turn]) -> list[Turn]:
    """Official turns. One that was deleted answers nobody, unless all that was asked before it went too: with the thread."""

    def counts(turn: Turn) -> bool:
        return not is_gone(turn) or all(is_gone(ask) for ask in asks if ask["at"] <= turn["at"])

    return [turn for turn in turns if turn["role"] == "official" and counts(turn)]


def _timeline(
    asks: Sequence[Turn], answers: Sequence[Turn], actions: Sequence[Action]
) -> list[tuple[datetime, int, str, dict[str, Any]]]:
    events = [(moment(turn["at"]), _ASK, turn["id"], turn) for turn in asks]
    events += [(moment(turn["at"]), _ANSWER, turn["id"], turn) for turn in answers]
    events += [(moment(action["at"]), _ACTION, action["id"], action) for action in actions]
    events += [(gone_at(turn), _GONE, turn["id"], turn) for turn in asks if is_gone(turn)]
    return sorted(events, key=lambda event: event[:3])


@dataclass(slots=True)
class _Play:
    """The desk's position while the timeline is played."""

    asks: list[Turn]
    classes: Classes
    working: WorkingTime
    classified: bool
    rounds: list[Round] = field(default_factory=list)
    pending: dict[str, Turn] = field(default_factory=dict)
    decision: Action | None = None
    answered: int = 0
    automatic: int = 0
    reopened: int = 0
    notes: int = 0
    assigned: Action | None = None
    resolution_from: datetime | None = None
    resolution_due: datetime | None = None

    def step(self, at: datetime, kind: int, what: dict[str, Any]) -> None:
        if kind == _ASK:
            self._ask(at, what)
        elif kind == _ANSWER:
            self._answer(at, what)
        elif kind == _ACTION:
            self._action(at, what)
        elif what["id"] in self.pending:
            del self.pending[what["id"]]
            if not self.pending:
                self._stop(at, "withdrawn")

    def _ask(self, at: datetime, turn: Turn) -> None:
        if self.decision is not None:
            if turn["id"] in self.decision["covers"]:
                return  # asked in the same second, and seen by who decided
            self._again(at)
        deadlines = self._deadlines(turn, at)
        due = deadlines.first if not self.rounds or (len(self.rounds) == 1 and self.pending) else deadlines.next
        assert due is not None
        if self.pending:
            self.rounds[-1].asked.append(turn["id"])
            self.rounds[-1].due_at = min(self.rounds[-1].due_at, due)
        else:
            self.rounds.append(Round([turn["id"]], at, due))
        self.pending[turn["id"]] = turn
        self._promise(at, deadlines.resolution)

    def _answer(self, at: datetime, turn: Turn) -> None:
        if self.pending and at - self.rounds[-1].asked_at <= self.classes.automatic:
            self.automatic += 1
            return
        self.answered += 1
        self._stop(at, "answer", turn["id"])

    def _action(self, at: datetime, action: Action) -> None:
        kind = action["kind"]
        if kind == "assign":
            self.assigned = action
        elif kind == "note":
            self.notes += 1
        elif kind == "reopen":
            self._reopen(at)
        else:
            for identity in [name for name in self.pending if name in action["covers"]]:
                del self.pending[identity]
            if not self.pending:
                self._stop(at, "orally" if kind == "answered_live" else "decision")
                if kind in DECISIONS:
                    self.decision = action

    def _reopen(self, at: datetime) -> None:
        if self.decision is None:
            return
        covered = set(self.decision["covers"])
        self._again(at)
        last = self.rounds[-1] if self.rounds else None
        if last is not None and last.ended_by == "decision":
            # It was decided by mistake: the clock that was stopped runs on.
            last.ended_at, last.ended_by = None, None
            names = set(last.asked)
        elif self.asks:
            turn = max(
                (one for one in self.asks if one["id"] in covered), key=lambda one: one["at"], default=self.asks[-1]
            )
            due = self._deadlines(turn, at).next
            assert due is not None
            self.rounds.append(Round([turn["id"]], at, due))
            names = {turn["id"]}
        else:
            return
        self.pending = {turn["id"]: turn for turn in self.asks if turn["id"] in names}

    def _again(self, at: datetime) -> None:
        assert self.decision is not None
        if self.decision["kind"] in ("resolve", "close"):
            self.reopened += 1
            self.resolution_from = self.resolution_due = None
            turn = self.asks[0] if self.asks else None
            if turn is not None:
                self._promise(at, self._deadlines(turn, at).resolution)
        self.decision = None

    def _promise(self, at: datetime, due: datetime) -> None:
        self.resolution_from = self.resolution_from or at
        self.resolution_due = due if self.resolution_due is None else min(self.resolution_due, due)

    def _stop(self, at: datetime, by: str, answer: str | None = None) -> None:
        self.pending = {}
        if self.rounds and self.rounds[-1].ended_at is None:
            last = self.rounds[-1]
            last.ended_at, last.ended_by, last.answer = at, by, answer

    def _deadlines(self, turn: Turn, at: datetime) -> Any:
        category, urgency = (turn["category"], turn["urgency"]) if self.classified else (None, None)
        return self.classes.deadlines(at, self.working, category=category, urgency=urgency, waiting_since=at)

    def end(self, now: datetime, forgotten: bool) -> Standing:
        state, since, reason = self._state(now, forgotten)
        decision = self.decision if self.decision is not None and state == DECISIONS[self.decision["kind"]] else None
        first = self.asks[0] if self.asks else None
        resolved = decision is not None and decision["kind"] in ("resolve", "close")
        return Standing(
            state,
            since,
            reason,
            None if first is None else moment(first["at"]),
            self.asks,
            self.rounds,
            None if first is None else self._deadlines(first, moment(first["at"])).service,
            self.resolution_from,
            self.resolution_due,
            moment(decision["at"]) if decision is not None and resolved else None,
            {"resolve": "settled", "close": "closed"}[decision["kind"]] if decision is not None and resolved else None,
            self.reopened,
            self.automatic,
            self.answered,
            self.assigned["to"] if self.assigned else None,
            decision["reference"] if decision is not None else None,
            self.notes,
        )

    def _state(self, now: datetime, forgotten: bool) -> tuple[str, datetime | None, str | None]:
        if not self.asks:
            return ("withdrawn", None, "forgotten") if forgotten else ("dismissed", None, "not_actionable")
        if self.pending:
            return self._open(now)
        if self.decision is not None:
            told = self.decision["reason"] or {"resolve": "settled", "close": "closed"}.get(self.decision["kind"])
            return DECISIONS[self.decision["kind"]], moment(self.decision["at"]), told
        if all(is_gone(turn) for turn in self.asks):
            return "withdrawn", max(gone_at(turn) for turn in self.asks), "deleted"
        last = self.rounds[-1]
        return "answered", last.ended_at, "orally" if last.ended_by == "orally" else None

    def _open(self, now: datetime) -> tuple[str, datetime, str | None]:
        last = self.rounds[-1]
        if now > last.due_at:
            return "overdue", last.due_at, None
        taken = moment(self.assigned["at"]) if self.assigned is not None else None
        if len(self.rounds) == 1 and not self.reopened and taken is None:
            return "new", last.asked_at, None
        return "waiting", max(last.asked_at, taken) if taken is not None else last.asked_at, None


def lasted(wait: Round, working: WorkingTime) -> tuple[timedelta, timedelta] | None:
    """(wall, working) time of a round that ended; None while it lasts."""
    if wait.ended_at is None:
        return None
    return wait.ended_at - wait.asked_at, working.working_time_between(wait.asked_at, wait.ended_at)
