"""Who was answered, and how fast: the measures of the response desk, of each week's conversations as they stood when the week ended.

Conversations, clocks, promises, measures and the Kaplan–Meier estimate are the desk's (dengar.responses). What is unanswered counts: it has
waited since it was asked. Where policy forbids to judge what asks, every thread of the public is one that asks, and the figure says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dengar.report.figure import Figure
from dengar.report.scope import CLOCK, PLATFORMS, PUBLIC, Reading, Scope
from dengar.report.sections.voice import CATEGORIES
from dengar.report.week import Week
from dengar.responses.classes import classes
from dengar.responses.conversation import Conversation, fold
from dengar.responses.figures import ALL
from dengar.responses.figures import figures as measures
from dengar.responses.measures import FORMULA
from dengar.responses.record import Desk, Response, response_of
from dengar.responses.routing import routing
from dengar.responses.worktime import working_time

FIELDS = [
    "id", "platform", "kind", "post_id", "conversation_id", "published_at", "version", "deleted", "author", "actionable", "intent",
    "category", "urgency", "sentiment", "complaint", "signature", "engagement", "entities", "text",
]  # fmt: skip
ROLES = ("public", "unknown", "official")
SLOW = "too_many_unanswered"
"""Why there is no median or p90: so many still wait that it can't be told yet."""
FEWEST = 5
"""Conversations of a category below which its row would say little."""

Row = Mapping[str, Any]
Groups = dict[tuple[str, str], list[Response]]
"""(week of opening, platform) → its conversations, as they stood when that week ended."""


def figures(scope: Scope) -> list[Figure]:
    """Reply share, first response, share within target, backlog and quality by platform; and the week's replies by category."""
    groups: Groups = {}
    for record in _conversations(scope):
        if record["opened_at"] is None or record["kind"] == "dm" or not record["rounds"]:
            continue
        week = Week.of(datetime.fromisoformat(record["opened_at"]))
        if week in scope.week.line():
            told = as_of(record, min(week.until, scope.now))
            if told["rounds"]:
                groups.setdefault((week.name, record["platform"]), []).append(told)
    return [*_headlines(scope, groups), *_categories(scope, groups)]


def _conversations(scope: Scope) -> Iterator[Response]:
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


def as_of(record: Response, at: datetime) -> Response:
    """A conversation as it stood at a moment: what ended later had not ended, what was decided later was not decided."""
    rounds = [_wait_as_of(one, at) for one in record["rounds"] if datetime.fromisoformat(one["asked_at"]) <= at]
    since = record["since"]
    state = record["state"]
    if since is not None and datetime.fromisoformat(since) > at:
        state = "waiting" if rounds and rounds[-1]["ended_at"] is None else "answered"
    resolution = None if record["resolution"] is None else _wait_as_of(record["resolution"], at)
    return {**record, "rounds": rounds, "state": state, "resolution": resolution}


def _wait_as_of(wait: Row, at: datetime) -> dict[str, Any]:
    if wait["ended_at"] is None or datetime.fromisoformat(wait["ended_at"]) <= at:
        return dict(wait)
    return {**wait, "ended_at": None, "ended_by": None, "wall_ms": None, "working_ms": None, "within": None}


def _headlines(scope: Scope, groups: Groups) -> list[Figure]:
    held: dict[str, dict[str, Row]] = {}

    def row(on: Collection[str], week: str) -> Row | None:
        """The desk's measures of one platform, or of both where policy lets them be mixed."""
        if week not in held:
            held[week] = _measured(scope, groups, week)
        told = held[week].get(next(iter(on)) if len(on) == 1 else ALL)
        return told if told is not None and told.get("actionable") else None

    def measured(
        id: str, formula: str, unit: str, value: Callable[[Row], Any], n: Callable[[Row], int], **more: Any
    ) -> list[Figure]:
        def compute(on: Collection[str], week: str) -> Reading | None:
            told = row(on, week)
            found = None if told is None else value(told)
            return None if told is None or found is None else Reading(found, n(told), _people(groups, week, on))

        return scope.measured(id, formula, CLOCK, unit, compute, **more)

    def asked(told: Row) -> int:
        return int(told["actionable"])

    def waits(told: Row) -> int:
        return int(told["first_response"]["n"])

    def decided(told: Row) -> int:
        return int(told["first_response"]["met"] + told["first_response"]["missed"])

    def answers(told: Row) -> int:
        return int(told["quality"]["answered"])

    rows = [
        *measured("reply_share", "reply-ratio/1", "share", lambda told: told["reply_ratio"], asked),
        *measured(
            "first_response",
            FORMULA,
            "seconds",
            lambda told: _whole(told["first_response"]["median_wall_seconds"]),
            waits,
            unread=SLOW,
        ),
        *measured(
            "first_response_p90",
            FORMULA,
            "seconds",
            lambda told: _whole(told["first_response"]["p90_wall_seconds"]),
            waits,
            unread=SLOW,
        ),
        *measured(
            "within_target", "within-target/1", "share", lambda told: told["first_response"]["within_target"], decided
        ),
        *measured("unanswered", "backlog/1", "count", lambda told: told["backlog"]["open"], asked),
        *measured("overdue", "overdue/1", "count", lambda told: told["overdue"], asked),
        *measured("copied_answers", "copied-answers/1", "share", lambda told: told["quality"]["copied_share"], answers),
        *measured(
            "private_data_asked",
            "answer-quality/1",
            "share",
            lambda told: told["quality"].get("asks_private_data", 0.0),
            answers,
        ),
    ]
    return [_base(scope, one) for one in rows]


def _measured(scope: Scope, groups: Groups, week: str) -> dict[str, Row]:
    """platform (or ALL) → the desk's measures of the conversations opened in a week, and how many of them were overdue."""
    told = [one for platform in PLATFORMS for one in groups.get((week, platform), ())]
    at = min(Week.parse(week).until, scope.now)
    rows = measures(told, at, working_time(), scope.policy)
    late = {platform: _overdue(groups.get((week, platform), ()), at) for platform in PLATFORMS}
    return {row["platform"]: {**row, "overdue": late.get(row["platform"], sum(late.values()))} for row in rows}


def _overdue(records: Sequence[Response], at: datetime) -> int:
    """Conversations whose last wait lasts and has passed its deadline."""
    lasting = [
        one["rounds"][-1] for one in records if one["state"] != "dismissed" and one["rounds"][-1]["ended_at"] is None
    ]
    return sum(datetime.fromisoformat(wait["due_at"]) < at for wait in lasting)


def _people(groups: Groups, week: str, on: Collection[str]) -> int:
    """Distinct authors who asked."""
    turns = [turn for platform in on for one in groups.get((week, platform), ()) for turn in one["turns"]]
    return len({turn["key"] for turn in turns if turn.get("key") and turn.get("role") in PUBLIC})


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)


def _base(scope: Scope, row: Figure) -> Figure:
    """Say of what the figure is: of the actionable, or of every thread where policy forbids to judge."""
    on = PLATFORMS if row.platform is None else (row.platform,)
    blind = [one for one in on if not scope.judgeable(one, "mention.actionable")]
    return replace(row, detail={"of": "threads" if blind else "actionable"})


def _categories(scope: Scope, groups: Groups) -> list[Figure]:
    told = [one for platform in PLATFORMS for one in groups.get((scope.week.name, platform), ())]
    at = min(scope.week.until, scope.now)
    rows = []
    for row in measures(told, at, working_time(), scope.policy, by="category"):
        platform, category = row["platform"], row["value"]
        if platform == ALL or category not in CATEGORIES or row["actionable"] < FEWEST:
            continue
        authors = _people(
            {("", platform): [one for one in told if one["platform"] == platform and one["category"] == category]},
            "",
            [platform],
        )
        clock = row["first_response"]
        detail = {"median": clock["median_wall_seconds"], "within_target": clock["within_target"]}
        share, n = row["reply_ratio"], row["actionable"]
        rows.append(
            Figure(
                "replies_by_category", "reply-ratio/1", platform, category, share, "share", n, authors, detail=detail
            )
        )
    return sorted(rows, key=lambda row: (-(row.n or 0), row.platform or "", row.key or ""))
