"""Series of counts with planted crises whose true onsets are known: what the detector of trends is measured on.

A count is Poisson around base × hour of day × weekday × log-normal noise. Parameters are those of the docstrings; bins are 5 minutes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS_A_DAY = 288
DAILY, HALF_DAILY, WEEKEND, WEEKDAY = 0.6, 0.15, 0.8, 1.08
"""Swing of the day (first and second harmonic), and the level of weekends and weekdays against the mean."""
NOISE = 0.2
"""Standard deviation of the logarithm of the noise of each bin."""
STEP_FACTOR, STEP_BINS = 3.0, 48
RAMP_FACTOR, RAMP_BINS = 5.0, 24

Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Planted:
    """Counts of five-minute bins that begin at midnight of a Monday, the bin the crisis begins in, and how many bins it lasts."""

    counts: Counts
    onset: int
    bins: int


def usual(base: float, bins: int) -> Counts:
    """Mean of each bin without a crisis."""
    at = np.arange(bins)
    day = 2 * math.pi * (at % BINS_A_DAY) / BINS_A_DAY
    week = np.where(at // BINS_A_DAY % 7 >= 5, WEEKEND, WEEKDAY)
    return base * (1 + DAILY * np.sin(day - 2.0) + HALF_DAILY * np.sin(2 * day)) * week


def quiet(rng: np.random.Generator, base: float, days: int) -> Counts:
    """A series in which nothing happens."""
    mean = usual(base, days * BINS_A_DAY)
    return _counted(rng, mean)


def crisis(rng: np.random.Generator, base: float, kind: str, learning_days: int = 21, days: int = 35) -> Planted:
    """A series with one crisis, begun at a random bin of the ten days after `learning_days`.

    `step`: three times the usual at once, for four hours. `ramp`: to five times over two hours, two hours there, two hours back.
    """
    onset = learning_days * BINS_A_DAY + int(rng.integers(0, 10 * BINS_A_DAY))
    if kind == "step":
        rise = np.full(STEP_BINS, STEP_FACTOR)
    elif kind == "ramp":
        up = np.linspace(1, RAMP_FACTOR, RAMP_BINS)
        rise = np.concatenate([up, np.full(RAMP_BINS, RAMP_FACTOR), up[::-1]])
    else:
        raise ValueError(f"There is no crisis of kind {kind!r}: choose step or ramp.")
    mean = usual(base, days * BINS_A_DAY)
    mean[onset : onset + len(rise)] *= rise
    return Planted(_counted(rng, mean), onset, len(rise))


def _counted(rng: np.random.Generator, mean: Counts) -> Counts:
    noise = np.exp(NOISE * rng.normal(size=len(mean)) - NOISE**2 / 2)
    return rng.poisson(mean * noise).astype(np.float64)
