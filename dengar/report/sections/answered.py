"""Who was answered, and how fast: the conversations of the response desk, as they stood when the week ended.

Conversations, clocks, promises and the Kaplan–Meier estimate are the desk's (dengar.responses). What is unanswered counts: it has waited
since it was asked. Where policy forbids to judge what asks, every thread of the public is one that asks, and the figure says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dengar.report.figure import Figure
from dengar.report.scope import CLOCK, PLATFORMS, Reading, Scope
from dengar.report.week import Week
from dengar.responses.classes import classes
from dengar.responses.conversation import Conversation, fold
from dengar.responses.measures import FORMULA, Wait, waits_of, within_target
from dengar.responses.state import Standing, standing
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


def figures(scope: Scope) -> list[Figure]:
    """Reply share, first response, share within target by platform, the backlog, and the week's replies by category."""
    asked = list(_asked(scope))
    return [*_headlines(scope, asked), *_categories(scope, asked)]


def _asked(scope: Scope) -> Iterator[Asked]:
    promised, hours = classes(), working_time()
    held: dict[str, Conversation] = {}
    for record in scope.source.mentions(scope.line, scope.where(author__role=ROLES), FIELDS):
        fold(held, record)
    for one in held.values():
        classified = bool(scope.judgeable(one.platform, "mention.actionable"))
        told = standing(one, scope.now, promised, hours, classified=classified)
        if told.opened_at is not None and told.rounds and told.opened_at >= scope.line.since:
            yield _first(one.platform, told, scope.now)


def _first(platform: str, told: Standing, now: datetime) -> Asked:
    first, week = told.rounds[0], Week.of(told.rounds[0].asked_at)
    at = min(week.until, now)
    ended = first.ended_at if first.ended_at is not None and first.ended_at <= at else None
    by = first.ended_by or "open" if ended is not None else "open"
    answered = by in ANSWERED
    met = (ended <= first.due_at) if ended is not None else (False if at > first.due_at else None)
    wait = Wait(((ended or at) - first.asked_at).total_seconds(), answered)
    return Asked(platform, week.name, told.asks[0]["category"], by, wait, met)


def _headlines(scope: Scope, asked: Sequence[Asked]) -> list[Figure]:
    def of(on: Collection[str], week: str) -> list[Asked]:
        return [one for one in asked if one.week == week and one.platform in on and one.by not in DROPPED]

    def share(on: Collection[str], week: str) -> Reading | None:
        told = of(on, week)
        return Reading(round(sum(one.wait.answered for one in told) / len(told), 4), len(told)) if told else None

    def seconds(on: Collection[str], week: str) -> Reading | None:
        told = of(on, week)
        found = waits_of([one.wait for one in told]).median
        return None if found is None else Reading(round(found), len(told))

    def nine_tenths(on: Collection[str], week: str) -> Reading | None:
        told = of(on, week)
        found = waits_of([one.wait for one in told]).p90
        return None if found is None else Reading(round(found), len(told))

    def kept(on: Collection[str], week: str) -> Reading | None:
        told = within_target(one.met for one in of(on, week))
        return None if told.share is None else Reading(round(told.share, 4), told.met + told.missed)

    def late(on: Collection[str], week: str) -> Reading | None:
        told = of(on, week)
        return Reading(sum(one.met is False and not one.wait.answered for one in told), len(told)) if told else None

    def unanswered(on: Collection[str], week: str) -> Reading | None:
        told = of(on, week)
        return Reading(sum(not one.wait.answered for one in told), len(told)) if told else None

    rows = [
        *scope.measured("reply_share", "reply-share/1", CLOCK, "share", share),
        *scope.measured("first_response", FORMULA, CLOCK, "seconds", seconds, unread=SLOW),
        *scope.measured("first_response_p90", FORMULA, CLOCK, "seconds", nine_tenths, unread=SLOW),
        *scope.measured("within_target", "within-target/1", CLOCK, "share", kept),
        *scope.measured("unanswered", "unanswered/1", CLOCK, "count", unanswered),
        *scope.measured("overdue", "overdue/1", CLOCK, "count", late),
    ]
    return [_base(scope, row) for row in rows]


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
        waits, kept = waits_of([one.wait for one in told]), within_target(one.met for one in told)
        share = round(waits.answered / waits.items, 4)
        detail = {"median": waits.median, "within_target": kept.share}
        rows.append(
            Figure(
                "replies_by_category", "reply-share/1", platform, category, share, "share", waits.items, detail=detail
            )
        )
    return rows
