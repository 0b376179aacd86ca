"""Engagement rates of an account's posts, each with its denominator in the name: by followers, by reach, by views. None stands for another.

Engagement is likes and comments, what anybody can see; a post whose likes are hidden has none, not less. A rate of several posts is the sum
of engagement over the sum of the denominator (reference: metrics 3.3), over the posts that have both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dengar.attribution.figure import Figure
from dengar.attribution.interval import ratio_of
from dengar.attribution.window import Window

DENOMINATORS = {"followers": "followers", "reach": "reach", "views": "views"}
"""Name in the metric → name on the post."""
_RULES = {
    "followers": {"instagram": "metrics.followers", "youtube": "metrics.subscribers"},
    "reach": {"instagram": "metrics.reach", "youtube": "metrics.reach"},
    "views": {"instagram": "metrics.views", "youtube": "metrics.views"},
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A post, no story, with its newest counters; None = not given. `followers` are those at the time of publication."""

    id: str
    likes: int | None
    comments: int | None
    views: int | None = None
    reach: int | None = None
    followers: int | None = None

    @property
    def engagement(self) -> int | None:
        """Likes and comments; None where one of them is not given."""
        return None if self.likes is None or self.comments is None else self.likes + self.comments

    def rate(self, by: str) -> float | None:
        """`followers`, `reach` or `views`; None where a part is not given or the denominator is 0."""
        whole: int | None = getattr(self, DENOMINATORS[by])
        return None if self.engagement is None or not whole else self.engagement / whole


def of_counters(post: str, counters: Mapping[str, int | None], followers: int | None) -> Measured:
    """A post of the `values` of its metrics."""
    return Measured(
        post,
        counters.get("likes"),
        counters.get("comments"),
        counters.get("views"),
        counters.get("reach"),
        followers,
    )


def engagement_rates(
    posts: Iterable[Measured],
    window: Window,
    *,
    account: str,
    partner: str | None = None,
    campaign: str | None = None,
) -> list[Figure]:
    """`engagement_rate_by_followers`, `_by_reach` and `_by_views` of an account (`<platform>:<id>`). Intervals are by posts."""
    held = sorted(posts, key=lambda one: one.id)
    return [
        _rate(held, by, window, {"account": account, "partner": partner, "campaign": campaign}) for by in DENOMINATORS
    ]


def _rate(posts: Sequence[Measured], by: str, window: Window, cut: Mapping[str, str | None]) -> Figure:
    told = [one for one in posts if one.rate(by) is not None]
    parts = [one.engagement or 0 for one in told]
    wholes = [getattr(one, DENOMINATORS[by]) for one in told]
    inputs = {
        "engagement": sum(parts) if told else None,
        by: sum(wholes) if told else None,
        "posts": len(posts),
        "posts_likes_hidden": sum(one.engagement is None for one in posts),
        f"posts_without_{by}": sum(getattr(one, DENOMINATORS[by]) is None for one in posts),
    }
    found = ratio_of(parts, wholes)
    value = {"refused": "not_obtainable"} if found is None else dict(zip(("value", "low", "high"), found, strict=True))
    if not posts:
        value = {"refused": "too_few"}
    return window.figure(
        f"engagement_rate_by_{by}",
        f"engagement-by-{by}/1",
        "share",
        ["metrics.likes", "metrics.comments", _RULES[by][window.platform]],
        n=len(told),
        inputs=inputs,
        **cut,
        **value,
    )
