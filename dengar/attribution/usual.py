"""What a series would have been: hour of day and weekday, times a level read off the bins around. Counts of equal bins, from any start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

HARMONICS = 4
RIDGE = 1.0
AROUND_MINUTES = 24 * 60
"""How far on either side of a stretch the level is read."""
LEVEL_PRIOR = 20.0
"""Counts that hold the level to 1 where the bins around hold few."""


@dataclass(frozen=True)
class Usual:
    """`seasonal[i]`: mean of bin i by its place in the week. `quiet`: bins that may tell the level (counted, and after no post)."""

    counts: Floats
    seasonal: Floats
    quiet: Flags
    a_day: int

    def around(self, start: int, end: int) -> Floats:
        """Expected counts of bins start … end − 1, from what lies around them and is quiet."""
        reach = self.a_day * AROUND_MINUTES // 1440
        near = np.zeros(len(self.counts), dtype=bool)
        near[max(0, start - reach) : start] = True
        near[end : end + reach] = True
        near &= self.quiet
        level = (np.nansum(self.counts[near]) + LEVEL_PRIOR) / (self.seasonal[near].sum() + LEVEL_PRIOR)
        return np.asarray(level * self.seasonal[start:end])


def usual(counts: Floats, a_day: int, busy: Flags, *, first_weekday: int = 0, first_bin: int = 0) -> Usual:
    """Fit the seasons by Poisson regression on the bins that are not `busy`; NaN is a bin that nobody counted.

    `a_day`: bins a day. The first bin is number `first_bin` of a day whose weekday is `first_weekday` (Monday 0).
    """
    quiet = ~busy & np.isfinite(counts)
    place = np.arange(len(counts)) + first_bin
    day = 2 * np.pi * (place % a_day) / a_day
    weekday = (place // a_day + first_weekday) % 7
    waves = [f(n * day) for n in range(1, HARMONICS + 1) for f in (np.sin, np.cos)]
    table = np.stack([np.ones(len(counts)), *waves, *((weekday == one) * 1.0 for one in range(1, 7))], axis=1)
    weight = np.zeros(table.shape[1])
    if quiet.any():
        rows, came = table[quiet], counts[quiet]
        weight[0] = np.log(max(float(came.mean()), 1e-3))
        ridge = np.full(len(weight), RIDGE)
        ridge[0] = 0.0
        for _ in range(12):
            mean = np.exp(np.clip(rows @ weight, -20, 20))
            bend = (rows * mean[:, None]).T @ rows + np.diag(ridge + 1e-9)
            weight = weight + np.clip(np.linalg.solve(bend, rows.T @ (came - mean) - ridge * weight), -2, 2)
    return Usual(counts, np.asarray(np.exp(np.clip(table @ weight, -20, 20))), quiet, a_day)
