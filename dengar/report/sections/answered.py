"""Who was answered, and how fast: the conversations of the response desk, as they stood when the week ended.

Conversations, clocks, promises and the Kaplan–Meier estimate are the desk's (dengar.responses). What is unanswered counts: it has waited
since it was asked. Where policy forbids to judge what asks, every thread of the public is one that asks, and the figure says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dengar.report.figure import Figure
from dengar.report.scope import CLOCK, PLATFORMS, PUBLIC, Reading, Scope
from dengar.report.week import Week
from dengar.responses.classes import classes
from dengar.responses.conversation import Conversation, fold
from dengar.responses.measures import FORMULA, Wait, Waits, WithinTarget, waits_of, within_target
from dengar.responses.record import Desk, response_of
from dengar.responses.routing import routing
from dengar.responses.worktime import working_time

FIELDS = [
    "id", "platform", "kind", "post_id", "conversation_id", "published_at", "version", "deleted", "author", "actionable", "intent",
    "category", "urgency", "sentiment", "complaint", "signature", "engagement", "text",
]  # fmt: skip
ROLES = ("public", "unknown", "official")


ANSWERED = ("answer", "orally")
DROPPED = ("withdrawn", "decision")
"""Waits that ended without an answer because nobody waits any more: they are in no figure of speed."""
SLOW = "too_many_unanswered"
"""Why there is no median or p90: so many still wait that it can't be told yet."""
FEWEST = 5
"""Conversations of a category below which its row would say little."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The first wait of a conversation, as it stood when its week ended (or now)."""

    platform: str
    week: str
    category: str | None
    by: str
    wait: Wait
    met: bool | None
    author: str | None


def figures(scope: Scope) -> list[Figure]:
    """Reply share, first response, share within target by platform, the backlog, and the week's replies by category."""
    asked = list(_asked(scope))
    return [*_headlines(scope, asked), *_categories(scope, asked)]


def _asked(scope: Scope) -> Iterator[Asked]:
    for record in _conversations(scope):
        opened = record["opened_at"]
        if (
            record["rounds"]
            and opened
            and datetime.fromisoformat(opened) >= scope.line.since
            and record["kind"] != "dm"
        ):
            yield _first(record, scope.now)


def _conversations(scope: Scope) -> Iterator[Mapping[str, Any]]:
    """The desk's records where it holds any; else, and of a campaign, records folded from the mentions by the desk's own code."""
    held = scope.source.conversations(scope.line) if scope.campaign is None else None
    if held:
        yield from held
        return
    desk = Desk(classes(), working_time(), routing(), scope.policy)
    folded: dict[str, Conversation] = {}
    for record in scope.source.mentions(scope.line, scope.where(author__role=ROLES), FIELDS):
        fold(folded, record)
    for one in folded.values():
        told = response_of(one, scope.now, desk)
        if told is not None:
            yield told


def _first(record: Mapping[str, Any], now: datetime) -> Asked:
    first = record["rounds"][0]
    asked_at, week = datetime.fromisoformat(first["asked_at"]), Week.of(datetime.fromisoformat(first["asked_at"]))
    at = min(week.until, now)
    ended = datetime.fromisoformat(first["ended_at"]) if first["ended_at"] else None
    if ended is not None and ended > at:
        ended = None
    by = first["ended_by"] if ended is not None else "open"
    due = datetime.fromisoformat(first["due_at"])
    met = ended <= due if ended is not None else (False if at > due else None)
    keys = [turn["key"] for turn in record.get("turns", ()) if turn.get("key") and turn.get("role") in PUBLIC]
    wait = Wait(((ended or at) - asked_at).total_seconds(), by in ANSWERED)
    return Asked(record["platform"], week.name, record["category"], by, wait, met, keys[0] if keys else None)


def _headlines(scope: Scope, asked: Sequence[Asked]) -> list[Figure]:
    def of(on: Collection[str], week: str) -> list[Asked]:
        return [one for one in asked if one.week == week and one.platform in on and one.by not in DROPPED]

    def read(
        on: Collection[str],
        week: str,
        value: Callable[[list[Asked]], float | None],
        n: Callable[[list[Asked]], int] = len,
    ) -> Reading | None:
        told = of(on, week)
        found = value(told) if told else None
        return None if found is None else Reading(found, n(told), len({one.author for one in told if one.author}))

    def measured(
        id: str, formula: str, unit: str, value: Callable[[list[Asked]], float | None], **more: Any
    ) -> list[Figure]:
        n = more.pop("n", len)
        return scope.measured(id, formula, CLOCK, unit, lambda on, week: read(on, week, value, n), **more)

    rows = [
        *measured(
            "reply_share",
            "reply-share/1",
            "share",
            lambda told: _rounded(sum(one.wait.answered for one in told) / len(told)),
        ),
        *measured("first_response", FORMULA, "seconds", lambda told: _whole(_waits(told).median), unread=SLOW),
        *measured("first_response_p90", FORMULA, "seconds", lambda told: _whole(_waits(told).p90), unread=SLOW),
        *measured("within_target", "within-target/1", "share", lambda told: _rounded(_kept(told).share), n=_decided),
        *measured("unanswered", "unanswered/1", "count", lambda told: sum(not one.wait.answered for one in told)),
        *measured(
            "overdue",
            "overdue/1",
            "count",
            lambda told: sum(one.met is False and not one.wait.answered for one in told),
        ),
    ]
    return [_base(scope, row) for row in rows]


def _waits(told: Sequence[Asked]) -> Waits:
    return waits_of([one.wait for one in told])


def _kept(told: Sequence[Asked]) -> WithinTarget:
    return within_target(one.met for one in told)


def _decided(told: Sequence[Asked]) -> int:
    return _kept(told).met + _kept(told).missed


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)


def _base(scope: Scope, row: Figure) -> Figure:
    """Say of what the figure is: of the actionable, or of every thread where policy forbids to judge."""
    on = PLATFORMS if row.platform is None else (row.platform,)
    blind = [one for one in on if not scope.judgeable(one, "mention.actionable")]
    return replace(row, detail={"of": "threads" if blind else "actionable"})


def _categories(scope: Scope, asked: Sequence[Asked]) -> list[Figure]:
    groups: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for one in asked:
        if one.week == scope.week.name and one.category and one.by not in DROPPED and one.platform:
            groups[one.platform, one.category].append(one)
    rows = []
    for (platform, category), told in sorted(groups.items(), key=lambda group: -len(group[1])):
        if len(told) < FEWEST or not scope.judgeable(platform, "mention.category"):
            continue
        waits, kept = _waits(told), _kept(told)
        authors = len({one.author for one in told if one.author})
        share = round(waits.answered / waits.items, 4)
        detail = {"median": waits.median, "within_target": kept.share}
        rows.append(
            Figure(
                "replies_by_category",
                "reply-share/1",
                platform,
                category,
                share,
                "share",
                waits.items,
                authors,
                detail=detail,
            )
        )
    return rows
