"""The desk's measures, of conversations as topic `responses` tells them: how fast, how many, how well, and how two-sided the talk is.

Waits that last, or ended otherwise than by an answer, are censored (dengar.responses.measures). What was dismissed needed no answer and
counts in no wait. Groups are never over two platforms where policy forbids to mix them. Definitions: docs/measures.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dengar.policy import Policy
from dengar.records import JAKARTA
from dengar.responses.answer import COPIES
from dengar.responses.measures import FORMULA, Wait, waits_of, within_target
from dengar.responses.record import Response
from dengar.responses.state import OPEN
from dengar.responses.worktime import WorkingTime

DIMENSIONS = (
    "category",
    "directorate",
    "state",
    "urgency",
    "kind",
    "hour",
    "weekday",
    "province",
    "account",
    "service",
)
ALL = "all"
_MOOD = {"negative": -1, "neutral": 0, "positive": 1}
_JUDGED = {
    "category": "mention.category",
    "directorate": "mention.category",
    "urgency": "mention.urgency",
    "service": "mention.category",
}
Account = Callable[[Response], str | None]


_Read = tuple[Wait, Wait, tuple[bool | None, ...]]
"""One wait: on the wall clock, in working time, and whether it kept its promise; that is left out where something else ended it in time."""


def _read(wait: Mapping[str, Any], start: str, by_answer: bool, now: datetime, working: WorkingTime) -> _Read | None:
    """A wait as it stands at `now`; None where it had not begun."""
    if wait["ended_at"] is None:
        first, due = datetime.fromisoformat(start), datetime.fromisoformat(wait["due_at"])
        if first > now:
            return None
        wall, work = (now - first).total_seconds(), working.working_time_between(first, now).total_seconds()
        return Wait(wall, by_answer), Wait(work, by_answer), (False if now > due else None,)
    # Where something else than an answer ended it, it broke its promise only if it was late already.
    decided = (wait["within"],) if by_answer or not wait["within"] else ()
    return Wait(wait["wall_ms"] / 1000, by_answer), Wait(wait["working_ms"] / 1000, by_answer), decided


@dataclass
class _Clock:
    wall: list[Wait] = field(default_factory=list)
    working: list[Wait] = field(default_factory=list)
    outcomes: list[bool | None] = field(default_factory=list)

    def add(self, read: _Read) -> None:
        wall, working, decided = read
        self.wall.append(wall)
        self.working.append(working)
        self.outcomes.extend(decided)

    def told(self) -> dict[str, Any]:
        wall, work, target = waits_of(self.wall), waits_of(self.working), within_target(self.outcomes)
        return {
            "n": wall.items,
            "answered": wall.answered,
            "median_wall_seconds": wall.median,
            "p90_wall_seconds": wall.p90,
            "median_working_seconds": work.median,
            "p90_working_seconds": work.p90,
            "within_target": None if target.share is None else round(target.share, 4),
            "met": target.met,
            "missed": target.missed,
            "pending": target.pending,
        }


@dataclass
class _Group:
    states: Counter[str] = field(default_factory=Counter)
    first: _Clock = field(default_factory=_Clock)
    following: _Clock = field(default_factory=_Clock)
    resolution: _Clock = field(default_factory=_Clock)
    actionable: int = 0
    answered: int = 0
    orally: int = 0
    automatic: int = 0
    reopened: int = 0
    ages: list[float] = field(default_factory=list)
    complete: Counter[bool] = field(default_factory=Counter)
    turns: int = 0
    started: Counter[str] = field(default_factory=Counter)
    moods: list[int] = field(default_factory=list)
    copies: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    with_answers: int = 0
    answers: int = 0


def figures(
    responses: Iterable[Response],
    now: datetime,
    working: WorkingTime,
    policy: Policy,
    *,
    by: str | None = None,
    account: Account = lambda response: None,
) -> list[dict[str, Any]]:
    """One row a platform and value of `by` (None: a platform), and platform `all` where policy lets them be mixed.

    `account` names the official account of a conversation, for `by="account"`. Memory: some numbers a conversation.
    """
    groups: dict[tuple[str, str], _Group] = {}
    for response in responses:
        if response["opened_at"] is None:
            continue
        value = _value(response, by, policy, account)
        waits = _waits(response, now, working)
        for platform in (response["platform"], ALL):
            group = groups.get((platform, value))
            if group is None:
                group = groups[platform, value] = _Group()
            _add(group, response, waits, now)
    mixed = policy.mixes({platform for platform, _ in groups} - {ALL}, "clock.first_response")
    rows = []
    for (platform, value), group in sorted(groups.items()):
        if platform == ALL and not mixed:
            rows.append({"platform": ALL, "by": by, "value": value, "off": mixed.reason, "enable": mixed.enable})
        else:
            rows.append({"platform": platform, "by": by, "value": value, **_told(group)})
    return rows


def _value(response: Response, by: str | None, policy: Policy, account: Account) -> str:
    if by is None:
        return ALL
    if by in _JUDGED and not (told := policy.verdict("show", response["platform"], _JUDGED[by])):
        return told.reason or ""
    if by in ("hour", "weekday"):
        local = datetime.fromisoformat(response["opened_at"]).astimezone(JAKARTA)
        return f"{local:%H}" if by == "hour" else f"{local:%u}"
    if by == "province":
        place = response["cause"]["place"]
        return place[:2] if place else "unknown"
    if by == "account":
        return account(response) or "unknown"
    return response[by] or "unknown"


def _waits(response: Response, now: datetime, working: WorkingTime) -> list[tuple[str, _Read]]:
    """The waits of a conversation that needed an answer, by the clock that they belong to."""
    if response["state"] == "dismissed":
        return []
    waits = [
        ("following" if number else "first", one, one["asked_at"], one["ended_by"] in ("answer", "orally"))
        for number, one in enumerate(response["rounds"])
    ]
    resolution = response["resolution"]
    if resolution is not None and response["state"] != "withdrawn":
        waits.append(("resolution", resolution, resolution["from"], resolution["ended_at"] is not None))
    read = ((clock, _read(one, start, by_answer, now, working)) for clock, one, start, by_answer in waits)
    return [(clock, one) for clock, one in read if one is not None]


def _add(group: _Group, response: Response, waits: Iterable[tuple[str, _Read]], now: datetime) -> None:
    state = response["state"]
    group.states[state] += 1
    if state == "dismissed":
        return
    rounds = response["rounds"]
    group.actionable += 1
    by = [one["ended_by"] for one in rounds]
    group.answered += "answer" in by or "orally" in by
    group.orally += "orally" in by
    group.automatic += response["automatic"] > 0
    group.reopened += response["reopened"] > 0
    for clock, read in waits:
        getattr(group, clock).add(read)
    if state in OPEN:
        group.ages.append((now - datetime.fromisoformat(rounds[-1]["asked_at"])).total_seconds())
    if response["complete"] is not None and response["intent"] == "complaint":
        group.complete[response["complete"]] += 1
    group.turns += sum(response["counts"].values())
    if response["started_by"]:
        group.started[response["started_by"]] += 1
    first, last = response["sentiment"]["first"], response["sentiment"]["last"]
    if first and last:
        group.moods.append(_MOOD[last] - _MOOD[first])
    copies = {turn["copy"] for turn in response["turns"] if turn["copy"] and turn["gone"] is None}
    group.copies.update(copies)
    group.with_answers += bool(copies)
    group.answers += response["answers"]
    group.flags.update(response["flags"])


def _told(group: _Group) -> dict[str, Any]:
    ages = sorted(group.ages)
    known = sum(group.complete.values())
    resolved = group.states["resolved"]
    copied = sum(count for count in group.copies.values() if count >= COPIES)
    answers = sum(group.copies.values())
    return {
        "conversations": sum(group.states.values()),
        "states": dict(sorted(group.states.items())),
        "actionable": group.actionable,
        "answered": group.answered,
        "reply_ratio": _share(group.answered, group.actionable),
        "answered_orally": group.orally,
        "with_automatic_reply": group.automatic,
        "resolution_ratio": _share(resolved, group.actionable),
        "reopened": group.reopened,
        "reopened_share": _share(group.reopened, group.actionable),
        "first_response": group.first.told(),
        "next_response": group.following.told(),
        "resolution": group.resolution.told(),
        "backlog": {
            "open": len(ages),
            "median_age_seconds": ages[(len(ages) - 1) // 2] if ages else None,
            "oldest_age_seconds": ages[-1] if ages else None,
        },
        "complete": {"n": known, "share": _share(group.complete[True], known)},
        "quality": {
            "answered": group.with_answers,
            "copied_share": _share(copied, answers),
            **{flag: _share(count, group.with_answers) for flag, count in sorted(group.flags.items())},
        },
        "two_way": {
            "answers": group.answers,
            "turns_per_conversation": None if not group.actionable else round(group.turns / group.actionable, 2),
            "started_by": dict(sorted(group.started.items())),
            "mood_change": {"n": len(group.moods), "mean": _mean(group.moods)},
        },
        "formula": FORMULA,
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _mean(values: list[int]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def wilson(part: int, whole: int, z: float = 1.959964) -> tuple[float, float] | None:
    """95 % interval of a share (E. B. Wilson, "Probable inference", JASA 22, 1927); None of nothing."""
    if not whole:
        return None
    share = part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * ((share * (1 - share) / whole + z * z / (4 * whole * whole)) ** 0.5)
    return max(0.0, middle - half), min(1.0, middle + half)
