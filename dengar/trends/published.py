"""Planned against published: which planned post has come, which is missing, and how many official posts nobody had planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dengar.records import timestamp
from dengar.trends.planned import CalendarError, Plan

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

MOST = 10_000
_UNFIT = 1e12


@dataclass(frozen=True, slots=True)
class Kept:
    """A planned post: `published`, `missing` (its window has passed) or `awaited`; with the official post that kept it."""

    plan: Plan
    state: str
    post: Mapping[str, Any] | None

    @property
    def late(self) -> timedelta | None:
        """How long after its planned time (a day: after its end) it came; negative when earlier; 0 within its day."""
        return None if self.post is None else _distance(self.plan, _at(self.post))


def kept(plans: Sequence[Plan], posts: Sequence[Mapping[str, Any]], now: datetime) -> list[Kept]:
    """Each planned post with the official post that keeps it: one for one, as many kept as can be, then the nearest in time.

    `posts` are mentions: id, platform, author.handle, campaigns, published_at. Least-cost assignment: Crouse 2016, as in SciPy.
    """
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

    planned = [plan for plan in plans if plan.kind == "post"]
    costs = [[_cost(plan, post) for post in posts] for plan in planned]
    taken: dict[int, Mapping[str, Any]] = {}
    if planned and posts:
        for row, column in zip(*linear_sum_assignment(costs), strict=True):
            if costs[row][column] < _UNFIT:
                taken[int(row)] = posts[column]
    return [Kept(plan, _state(plan, taken.get(number), now), taken.get(number)) for number, plan in enumerate(planned)]


def official_posts(client: Elasticsearch, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Official posts published in [start, end], by time. Raises IndexUnavailable, and CalendarError beyond 10,000."""
    from dengar.index.connection import plain_errors

    with plain_errors():
        page = client.search(
            index="mentions", ignore_unavailable=True, allow_no_indices=True, query=official_query(start, end),
            sort=["published_at", "id"], size=MOST, track_total_hits=True,
            source_includes=["id", "platform", "author.handle", "campaigns", "published_at", "permalink"],
        )  # fmt: skip
    if page["hits"]["total"]["value"] > MOST:
        raise CalendarError("There are more than 10,000 official posts in these days: ask for fewer with --days.")
    return [hit["_source"] for hit in page["hits"]["hits"]]


def official_query(start: datetime, end: datetime) -> dict[str, Any]:
    """The query for living official posts published in [start, end]."""
    span = {"range": {"published_at": {"gte": timestamp(start), "lte": timestamp(end)}}}
    official = [{"term": {"author.role": "official"}}, {"term": {"kind": "post"}}, {"term": {"deleted": False}}]
    return {"bool": {"filter": [span, *official]}}


def _state(plan: Plan, post: Mapping[str, Any] | None, now: datetime) -> str:
    if post is not None:
        return "published"
    return "awaited" if now <= plan.end + plan.window else "missing"


def _cost(plan: Plan, post: Mapping[str, Any]) -> float:
    """Seconds from the plan; _UNFIT for a post that cannot be it."""
    fits = (
        plan.platform in (None, post["platform"])
        and plan.account in (None, str(post["author"].get("handle") or "").removeprefix("@").lower())
        and (plan.campaign is None or plan.campaign in (post.get("campaigns") or ()))
    )
    off = abs(_distance(plan, _at(post)))
    return off.total_seconds() if fits and off <= plan.window else _UNFIT


def _distance(plan: Plan, at: datetime) -> timedelta:
    if at < plan.start:
        return at - plan.start
    return max(timedelta(0), at - plan.end)


def _at(post: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(post["published_at"])
