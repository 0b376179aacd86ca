"""What a bin was to be expected to hold: a level that follows the last days, times the shape of a day. And how far counts stray from it.

Both learn from clipped counts, so that a burst does not teach itself as normal; the variance learns from counts as they are, so that
a series of many bursts is known to burst. Quasi-Poisson: the variance of a count of mean m is phi · m (McCullagh and Nelder,
Generalized Linear Models, 2nd ed., 6.2.3), phi ≥ 1 and learnt per series and window.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

LEVEL_HALF_LIFE_DAYS = 3.5
SHAPE_HALF_LIFE_DAYS = 10.0
VARIANCE_HALF_LIFE_DAYS = 7.0
SMOOTHED_SHARE = 19 / 288
"""Share of a day over which the shape is smoothed, about 95 minutes."""
PRIOR_DAYS = 0.3
"""A shape seen for k days counts k / (k + PRIOR_DAYS); the rest is a flat day."""
CLIP_FACTOR, CLIP_COUNTS = 3.0, 6.0
"""A count teaches level and shape as at most three times what was expected, and six."""
LEAST_COMPLETE = 0.9
"""A day with fewer observed bins than this share teaches no shape."""
PAYOUT, REST = "payout", "rest"
"""Occasions: a payout of the calendar; a day of rest, which weekends and holidays are alike."""
OCCASION_HALF_LIFE_DAYS, OCCASION_PRIOR_DAYS, OCCASION_MOST = 10.0, 0.5, 3.0
OCCASION_LEAST = {PAYOUT: 1.0, REST: 0.2}
"""Days of an occasion are expected to hold `factor` times the usual: learnt from such days that are over, against half a usual day that
knows of no difference, at most 3. The first of them is expected to be a day like any other."""
_LEAST, _CONTINUITY = 1e-3, 0.5


def decay(half_life_bins: float) -> float:
    """Factor a bin by which an exponential weight of that half-life shrinks."""
    return float(0.5 ** (1 / half_life_bins))


@dataclass
class Occasion:
    """What days of one kind held, clipped, and what they would usually have held; the day that lasts is apart."""

    told: float = 0.0
    usual: float = 0.0
    told_today: float = 0.0
    usual_today: float = 0.0

    def end_of_day(self) -> None:
        """Learn the day that ended, if it was one of this kind."""
        if self.usual_today:
            keep = decay(OCCASION_HALF_LIFE_DAYS)
            self.told = keep * self.told + self.told_today
            self.usual = keep * self.usual + self.usual_today
            self.told_today = self.usual_today = 0.0

    def factor(self, day: float, least: float) -> float:
        """How many times the usual such a bin holds, `least` at least; `day`: what a usual day holds."""
        prior = OCCASION_PRIOR_DAYS * day + _CONTINUITY
        return min(OCCASION_MOST, max(least, (self.told + prior) / (self.usual + prior)))


@dataclass
class Baseline:
    """Level × shape of a series of `slots` bins a day, × the occasion's factor where a bin has one.

    `expected(slot)` before `learn(slot, count)`, bin by bin.
    """

    slots: int
    total: float = 0.0
    weight: float = 0.0
    days: float = 0.0
    seen_days: int = 0
    profile: list[float] = field(default_factory=list)
    shape: list[float] = field(default_factory=list)
    today: list[float] = field(default_factory=list)
    occasions: dict[str, Occasion] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.profile = self.profile or [0.0] * self.slots
        self.shape = self.shape or [1.0] * self.slots
        self._keep = decay(LEVEL_HALF_LIFE_DAYS * self.slots)
        self._keep_day = decay(SHAPE_HALF_LIFE_DAYS)

    def expected(self, slot: int, occasion: str | None = None) -> float | None:
        """Mean of the bin to come, None before the first count."""
        if self.weight == 0:
            return None
        return max(self.total / self.weight * self.shape[slot] * self._factor(occasion), _LEAST)

    def learn(self, slot: int, count: float, occasion: str | None = None) -> None:
        """Take in the count of this bin."""
        mean = self.expected(slot, occasion)
        settled = mean is not None and self.weight > 0.05
        taught = min(count, CLIP_FACTOR * mean + CLIP_COUNTS) if settled and mean is not None else count
        factor = self._factor(occasion)
        if occasion is not None and (usual := self.expected(slot)) is not None:
            day = self.occasions.setdefault(occasion, Occasion())
            day.told_today += min(count, CLIP_FACTOR * usual + CLIP_COUNTS)
            day.usual_today += usual
        taught /= factor
        self.total = self._keep * self.total + (1 - self._keep) * taught / max(self.shape[slot], 0.1)
        self.weight = self._keep * self.weight + 1 - self._keep
        self.today.append(taught)

    def _factor(self, occasion: str | None) -> float:
        known = self.occasions.get(occasion) if occasion is not None else None
        if occasion is None or known is None or not self.weight:
            return 1.0
        return known.factor(self.total / self.weight * self.slots, OCCASION_LEAST[occasion])

    def end_of_day(self, first_slot: int) -> None:
        """Learn the shape of the day that ended, which began at `first_slot`; a day with holes teaches nothing."""
        for occasion in self.occasions.values():
            occasion.end_of_day()
        day, self.today = self.today, []
        if first_slot or len(day) < LEAST_COMPLETE * self.slots:
            return
        day += [sum(day) / len(day)] * (self.slots - len(day))
        mean = sum(day) / self.slots + 0.05
        self.days = self._keep_day * self.days + 1
        share = 1 / self.days
        self.profile = [(1 - share) * old + share * count / mean for old, count in zip(self.profile, day, strict=True)]
        self.seen_days += 1
        trust = self.seen_days / (self.seen_days + PRIOR_DAYS)
        self.shape = [trust * one + 1 - trust for one in smoothed(self.profile)]


def smoothed(profile: list[float]) -> list[float]:
    """A day's profile as a moving average around the clock, of mean 1; flat where it is empty."""
    half = round(SMOOTHED_SHARE * len(profile)) // 2
    wide = profile[len(profile) - half :] + profile + profile[:half] if half else profile
    width = 2 * half + 1
    running = sum(wide[:width])
    means = [running / width]
    for gone, come in zip(wide, wide[width:], strict=False):
        running += come - gone
        means.append(running / width)
    whole = sum(means) / len(means)
    return [mean / whole for mean in means] if whole > 0 else [1.0] * len(profile)


@dataclass
class Spread:
    """phi of one window length, and the score of a window: its distance from the mean in standard deviations."""

    slots: int
    total: float = 0.0
    weight: float = 0.0

    def __post_init__(self) -> None:
        self._keep = decay(VARIANCE_HALF_LIFE_DAYS * self.slots)

    def score(self, observed: float, expected: float) -> float:
        """(observed − expected) / √(phi · expected); learns from it afterwards."""
        base = expected + _CONTINUITY
        phi = max(1.0, self.total / self.weight) if self.weight else 1.0
        distance = observed - expected
        self.total = self._keep * self.total + (1 - self._keep) * distance * distance / base
        self.weight = self._keep * self.weight + 1 - self._keep
        return distance / math.sqrt(phi * base)
