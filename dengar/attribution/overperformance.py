"""How a post did against its account's own last posts at the same age: 15 minutes, 1, 5 and 24 hours after it was published.

The benchmark is the mean of the middle half of up to the last 100 posts before it (reference: metrics 3.9, CrowdTangle's overperforming),
of the same format and purpose where there are enough of them, else of the same format, else of the account. The score is actual/expected
from 1 on, −expected/actual below, and −2 × expected where nobody reacted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dengar.attribution.figure import Figure
from dengar.attribution.window import Window

FORMULA = "overperformance/1"
AGES = {
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "5h": timedelta(hours=5),
    "24h": timedelta(hours=24),
}
LAST, LEAST = 100, 10
TOLERANCE = 0.2
"""A reading stands for an age that is off by so much of it; between two readings it is interpolated where they are near enough."""
WIDEST = 1.0
"""Readings on either side may lie apart by so much of the age."""
DRAWS = 400
RESTS_ON = ("metrics.likes", "metrics.comments")


@dataclass(frozen=True, slots=True)
class Followed:
    """A post and its readings of engagement (likes + comments, None where hidden), by time of reading, aware."""

    id: str
    published_at: datetime
    format: str | None
    purpose: str | None
    readings: tuple[tuple[datetime, int | None], ...]

    def at(self, age: timedelta) -> float | None:
        """Engagement at an age; None where no reading is near enough: it is not guessed from far away."""
        told = sorted((at - self.published_at, value) for at, value in self.readings if value is not None)
        ages = [one for one, _ in told]
        after = bisect_left(ages, age)
        near = [one for one in (after - 1, after) if 0 <= one < len(told) and abs(ages[one] - age) <= age * TOLERANCE]
        if 0 < after < len(told) and ages[after] - ages[after - 1] <= age * WIDEST:
            (early, low), (late, high) = told[after - 1], told[after]
            return low + (high - low) * ((age - early) / (late - early))
        if not near:
            return None
        return float(told[min(near, key=lambda one: abs(ages[one] - age))][1])


def score(actual: float, expected: float) -> float:
    """See the module; expected > 0."""
    if actual <= 0:
        return -2.0 * expected
    return actual / expected if actual >= expected else -expected / actual


def overperformance(
    posts: Iterable[Followed], window: Window, *, account: str, partner: str | None = None, campaign: str | None = None
) -> list[Figure]:
    """One figure an age for every post published in the window; `posts` are all known ones of the account, also from before."""
    held = sorted(posts, key=lambda one: (one.published_at, one.id))
    rows = []
    for number, post in enumerate(held):
        if not window.start <= post.published_at < window.end:
            continue
        for name, age in AGES.items():
            rows.append(_row(post, held[max(0, number - LAST) : number], name, age, window, account, partner, campaign))
    return rows


def _row(
    post: Followed,
    before: Sequence[Followed],
    name: str,
    age: timedelta,
    window: Window,
    account: str,
    partner: str | None,
    campaign: str | None,
) -> Figure:
    actual = post.at(age)
    against, values = _benchmark(post, before, age)
    cut = {"post": post.id, "age": name}
    cut |= {key: value for key, value in (("format", post.format), ("purpose", post.purpose)) if value is not None}
    fields: dict[str, object] = {"n": len(values), "inputs": {"actual": actual, "against": against}}
    if actual is None:
        fields["refused"] = "not_obtainable"
    elif len(values) < LEAST or (expected := _middle(np.asarray(values))) <= 0:
        fields["refused"] = "too_few"
    else:
        low, high = _bounds(np.asarray(values), actual, post.id)
        value = score(actual, expected)
        fields |= {"value": value, "low": min(low, value), "high": max(high, value)}
        fields["inputs"] = {"actual": actual, "expected": expected, "against": against}
    return window.figure(
        "overperformance",
        FORMULA,
        "times",
        RESTS_ON,
        account=account,
        partner=partner,
        campaign=campaign,
        dimension=cut,
        **fields,
    )


def _benchmark(post: Followed, before: Sequence[Followed], age: timedelta) -> tuple[str, list[float]]:
    """(what it is held against, engagement at that age)."""
    told = [(one, value) for one in before if (value := one.at(age)) is not None]
    alike = [value for one, value in told if (one.format, one.purpose) == (post.format, post.purpose)]
    if len(alike) >= LEAST and post.purpose is not None:
        return "account, format, purpose", alike
    alike = [value for one, value in told if one.format == post.format]
    if len(alike) >= LEAST and post.format is not None:
        return "account, format", alike
    return "account", [value for _, value in told]


def _middle(values: np.ndarray) -> float:
    """Mean without the lowest and the highest quarter, along the last axis."""
    ordered = np.sort(values, axis=-1)
    cut = ordered.shape[-1] // 4
    return float(ordered[..., cut : ordered.shape[-1] - cut].mean())


def _bounds(values: np.ndarray, actual: float, seed: str) -> tuple[float, float]:
    """90 % interval by a bootstrap of the benchmark, the same at every run."""
    rng = np.random.default_rng(sum(seed.encode()))
    drawn = np.sort(rng.choice(values, (DRAWS, len(values))), axis=1)
    cut = len(values) // 4
    expected = np.quantile(drawn[:, cut : len(values) - cut].mean(axis=1), [0.05, 0.95])
    bounds = [score(actual, float(max(one, 1e-9))) for one in expected]
    return min(bounds), max(bounds)
