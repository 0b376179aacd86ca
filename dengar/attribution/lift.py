"""What a post caused: mentions above what would have been, with an interval; and how many bins after posts a response begins.

Intervals, and the chance of seeing so much without any effect, come from the same computation at moments without a post, so noise of any
kind is in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dengar.attribution.usual import Flags, Floats, Usual

FADES_MINUTES = (30, 90, 240)
"""Mean lives of a response that are tried."""
LASTS = 4.0
"""Mean lives after which a response is over."""
LEVEL = 0.9
PLACEBOS, LEAST_PLACEBOS = 400, 20
CHANCE, RESAMPLED = 0.03, 200
EXTRA_VARIANCE = 2.0
"""Variance of what a response adds, in counts: people answer each other."""


@dataclass(frozen=True)
class Lift:
    """Mentions above the usual, and the bounds of the 90 % interval. `shown` is false where it includes 0: no effect shown."""

    mentions: float
    low: float
    high: float
    usual: float
    placebos: int

    @property
    def shown(self) -> bool:
        """Whether an effect is shown."""
        return self.low > 0


@dataclass(frozen=True)
class Lead:
    """Bins between posts and the beginning of their response, with the bounds of the 90 % interval; all null where no effect is shown.

    `chance`: how often moments without a post score as high.
    """

    lag: int | None
    low: int | None
    high: int | None
    chance: float


def response(bins_a_day: int, minutes: float) -> Floats:
    """A response of that mean life, by bin; the first one is 1."""
    life = max(1.0, minutes * bins_a_day / 1440)
    return np.asarray(np.exp(-np.arange(max(2, round(LASTS * life))) / life))


def lift(usual: Usual, post: int, hours: float = 12.0) -> Lift:
    """The lift of a post published in bin `post`, over so many hours from there."""
    length = max(1, round(hours * usual.a_day / 24))
    expected = float(usual.around(post, min(post + length, len(usual.counts))).sum())
    others = np.array(
        [_extra(usual, at, length) / usual.around(at, at + length).sum() for at in _placebos(usual, length)]
    )
    found = _extra(usual, post, length)
    if len(others) < LEAST_PLACEBOS:
        return Lift(found, -np.inf, np.inf, expected, len(others))
    lower, middle, upper = np.quantile(others, [0.05, 0.5, 0.95]) * expected
    found = float(found - middle)
    own = 1.645 * np.sqrt(EXTRA_VARIANCE * max(found, 0.0))
    low, high = found - np.hypot(upper - middle, own), found + np.hypot(middle - lower, own)
    return Lift(found, float(low), float(high), expected, len(others))


def lead(usual: Usual, posts: Sequence[int], longest: int) -> Lead:
    """How many bins after posts (0 … `longest`) the response begins.

    An effect is shown if hardly any (CHANCE) draw of as many moments without a post scores as high. The response looked for jumps up
    and dies away: a matched filter over the residuals of the usual.
    """
    residual = _residuals(usual)
    own = np.asarray(posts)
    table = _scores(usual, residual, own, longest)
    best = float(table.max())
    rng = np.random.default_rng(0)
    free = _placebos(usual, longest + 2)
    if len(free) < LEAST_PLACEBOS or not len(own):
        return Lead(None, None, None, 1.0)
    null = [float(_scores(usual, residual, rng.choice(free, len(own)), longest).max()) for _ in range(PLACEBOS // 2)]
    chance = (1 + sum(one >= best for one in null)) / (1 + len(null))
    if chance > CHANCE:
        return Lead(None, None, None, chance)
    lag = _likeliest(table)
    drawn = [_likeliest(_scores(usual, residual, rng.choice(own, len(own)), longest)) for _ in range(RESAMPLED)]
    low, high = np.quantile(drawn, [0.05, 0.95])
    return Lead(lag, min(int(low), lag), max(int(high), lag), chance)


def _extra(usual: Usual, at: int, length: int) -> float:
    """Mentions above the usual in so many bins; a bin nobody counted held what was usual."""
    end = min(at + length, len(usual.counts))
    return float(np.nansum(usual.counts[at:end] - usual.around(at, end)))


def _placebos(usual: Usual, length: int) -> list[int]:
    """Bins at which a response would lie in quiet bins only, spread over the series."""
    busy = np.concatenate([[0], np.cumsum(~usual.quiet)])
    starts = np.flatnonzero(busy[length:] == busy[:-length]) if length < len(busy) else np.zeros(0, dtype=int)
    starts = starts[starts + length < len(usual.counts)]
    return [int(one) for one in starts[:: max(1, len(starts) // PLACEBOS)]]


def _likeliest(table: Floats) -> int:
    """The lag that most likely lies within one bin of the true one, whatever the mean life."""
    likely = np.exp((np.maximum(table, 0.0) ** 2 - table.max() ** 2) / 2).sum(axis=0)
    return int(_sums(likely, np.array([0.98, 1.0, 0.98])).argmax())


def _sums(values: Floats, kernel: Floats) -> Floats:
    """The kernel laid around each value; it has an odd number of weights."""
    half = len(kernel) // 2
    return np.asarray(np.convolve(values, kernel)[half : half + len(values)])


def _residuals(usual: Usual) -> Floats:
    """Each bin's distance from the usual in standard deviations of such distances; 0 where nobody counted."""
    day = usual.a_day
    kernel = np.ones(2 * day + 1)
    came = np.where(usual.quiet, usual.counts, 0.0)
    level = (_sums(came, kernel) + 20) / (_sums(usual.seasonal * usual.quiet, kernel) + 20)
    expected = np.maximum(level * usual.seasonal, 0.5)
    distance = (usual.counts - expected) / np.sqrt(expected)
    spread = float(np.nanstd(distance[usual.quiet])) or 1.0
    return np.nan_to_num(np.clip(distance / spread, -6, 12))


def _scores(usual: Usual, residual: Floats, posts: np.ndarray, longest: int) -> Floats:
    """Of each mean life and lag: how far the posts' mean residuals follow the response."""
    table = np.zeros((len(FADES_MINUTES), longest + 1))
    for i, minutes in enumerate(FADES_MINUTES):
        shape = response(usual.a_day, minutes)
        padded = np.concatenate([residual, np.zeros(longest + len(shape) + 1)])
        reach = np.arange(longest + len(shape))
        mean = padded[np.minimum(posts[:, None] + reach, len(padded) - 1)].sum(axis=0)
        table[i] = np.correlate(mean, shape, "valid")[: longest + 1] / np.sqrt((shape**2).sum() * len(posts))
    return table


def busy(bins: int, posts: Sequence[int], lasts: int) -> Flags:
    """Bins from each post on for so long."""
    found = np.zeros(bins, dtype=bool)
    for post in posts:
        found[max(0, post) : post + lasts] = True
    return found
