"""What the calendar holds beside an event, and whether the planned posts came: for the brief and the timelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dengar.records import timestamp
from dengar.trends.explain import wib
from dengar.trends.planned import Plan, around
from dengar.trends.published import kept, official_posts

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_KINDS = {"post": "unggahan", "payout": "pencairan", "event": "acara", "survey": "hasil survei"}
_STATES = {"published": "sudah terbit", "missing": "tidak terbit", "awaited": "ditunggu"}


@dataclass(frozen=True, slots=True)
class Beside:
    """A plan; `state` of a planned post: published, missing or awaited, None for other plans."""

    plan: Plan
    state: str | None

    def line(self) -> str:
        """A line of an Indonesian page."""
        told = f"- {wib(timestamp(self.plan.start))}: {_KINDS[self.plan.kind]}, {self.plan.name}"
        return f"{told} ({_STATES[self.state]})." if self.state else f"{told}."


def beside(client: Elasticsearch, plans: Sequence[Plan], trend: Mapping[str, Any], now: datetime) -> list[Beside]:
    """Plans from a day before a trend began to a day after it ended. Raises IndexUnavailable, CalendarError."""
    start = datetime.fromisoformat(trend["start"])
    near = around(plans, start, datetime.fromisoformat(trend["end"] or trend["period"]["end"]))
    posts = [plan for plan in near if plan.kind == "post"]
    if not posts:
        return [Beside(plan, None) for plan in near]
    first = min(plan.start - plan.window for plan in posts)
    last = min(now, max(plan.end + plan.window for plan in posts))
    return with_states(near, official_posts(client, first, last) if first < last else [], now)


def with_states(plans: Sequence[Plan], posts: Sequence[Mapping[str, Any]], now: datetime) -> list[Beside]:
    """Plans by time with the state of those that are posts; `posts`: see dengar.trends.published.kept."""
    states = {one.plan.id: one.state for one in kept(plans, posts, now)}
    return [Beside(plan, states.get(plan.id)) for plan in plans]
