"""Conversions that would have come anyway: strata of accounts by what all their exposures foretell, times a rhythm all share."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from dengar.attribution.panel import Panel
from dengar.attribution.touches import Floats, Ints

EVENTS_A_STRATUM, MOST_STRATA, LEAST_STRATA = 250, 50, 10
_TOP = np.array([0.97, 0.98, 0.99, 0.995, 0.9975])
"""Strata hold equal numbers of accounts, and fewer where activity is extreme."""
_TOTALS = np.array([2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128])
_DISTINCT = np.array([2, 3, 4, 5, 6, 8, 12])
MODELLED = 24
"""Partners with a coefficient of their own; the others count in the totals only."""
TOLD_BY = 20
"""Accounts that must differ in a column before it counts."""
RIDGE = 2.0
NEWTON_STEPS = 3


class Baseline:
    """Rate of stratum z in time bin t: `level[z] * rhythm[t]`. The last stratum holds accounts without exposures.

    Those are seen only because they converted: their level says nothing, their times tell the rhythm.
    """

    def __init__(self, panel: Panel) -> None:
        touches = panel.touches
        self._panel = panel
        self.exposed = np.bincount(touches.seen_by, minlength=touches.accounts) > 0
        bins = int(np.clip(len(touches.converted) // 150, 1, 120))
        edges = np.unique(np.quantile(touches.converted_at, np.linspace(0, 1, bins + 1)[1:-1]))
        if touches.step:
            edges = np.unique(np.round(edges / touches.step) * touches.step)
        self.edges = np.concatenate([[0.0], edges[(edges > 0) & (edges < 1)], [1.0]])
        self.bin = np.clip(np.searchsorted(self.edges, touches.converted_at, side="right") - 1, 0, len(self.edges) - 2)
        self.rhythm = np.ones(len(self.edges) - 1)
        self._features, self._profile = self._foretelling()
        self._weight: Floats | None = None
        often = np.bincount(touches.seen_by, minlength=touches.accounts) * (0.0 if panel.ended else 1.0)
        self.stratum = self._strata(np.asarray(often))
        self.level = np.ones(int(self.stratum.max(initial=0)) + 1)
        self.at_risk = self._time_at_risk()

    def rates(self) -> Floats:
        """Of each conversion's account at its time."""
        account = self._panel.touches.converted
        return np.asarray(self.level[self.stratum[account]] * self.rhythm[self.bin])

    def expected(self) -> Floats:
        """Conversions of each account while at risk."""
        return np.asarray(self.level[self.stratum] * self._spent())

    def expected_in(self, one: int) -> Floats:
        """Conversions expected of each account in one time bin while at risk; of one without exposures, through the whole bin."""
        entry, leave = self._panel.entry, np.where(self.exposed, self._panel.leave, 1.0)
        lasts = np.clip(np.minimum(leave, self.edges[one + 1]) - np.maximum(entry, self.edges[one]), 0, None)
        return np.asarray(self.level[self.stratum] * self.rhythm[one] * lasts)

    def through(self) -> Floats:
        """Organic conversions expected of each account from its entry to the end of the window."""
        return np.asarray(self.level[self.stratum] * (1.0 - self._passed(self._panel.entry)))

    def update(self, organic: Floats) -> None:
        """Levels and rhythm from the probability of each conversion that it is organic."""
        of = self.stratum[self._panel.touches.converted]
        came = np.bincount(of, organic, minlength=len(self.level))
        self.level = came / np.maximum(self.at_risk @ self.rhythm, 1e-12)
        times = np.bincount(self.bin, organic, minlength=len(self.rhythm))
        self.rhythm = np.maximum(times, 1e-9) / np.maximum(self.level @ self.at_risk, 1e-12)
        self.rhythm /= self.rhythm @ np.diff(self.edges)

    def stratify(self, organic: Floats) -> None:
        """New strata, by a Poisson regression of organic conversions on how often each partner was seen."""
        touches = self._panel.touches
        rows = np.flatnonzero(self.exposed)
        if len(rows) < 200 or organic.sum() < 50:
            return
        profiles = len(self._features)
        of = self._profile[touches.converted]
        count = np.bincount(of, organic * self.exposed[touches.converted], minlength=profiles)
        spent = np.bincount(self._profile[rows], np.maximum(self._spent()[rows], 1e-6), minlength=profiles)
        self._weight = _poisson(self._features, np.asarray(count, float), np.asarray(spent, float), self._weight)
        index = (self._features @ self._weight[1:])[self._profile]
        self.stratum = self._strata(index)
        self.level = np.ones(int(self.stratum.max()) + 1)
        self.at_risk = self._time_at_risk()
        self.update(organic)

    def _spent(self) -> Floats:
        return np.asarray(self._passed(self._panel.leave) - self._passed(self._panel.entry))

    def _passed(self, moment: Floats) -> Floats:
        through = np.concatenate([[0.0], np.cumsum(self.rhythm * np.diff(self.edges))])
        return np.asarray(np.interp(moment, self.edges, through))

    def _foretelling(self) -> tuple[Floats, Ints]:
        """Distinct rows of 0 and 1, and each account's: so many acts on posts of a much seen partner, so many at all, so many partners."""
        panel, touches = self._panel, self._panel.touches
        by, of = touches.seen_by, touches.seen_of
        if panel.ended:  # only the first exposure is known whatever comes of the account
            first = np.concatenate([[True], by[1:] != by[:-1]]) if len(by) else np.zeros(0, dtype=bool)
            by, of = by[first], of[first]
        often = np.argsort(-np.bincount(of, minlength=len(touches.partners)), kind="stable")[:MODELLED]
        place = np.full(len(touches.partners), -1)
        place[often] = np.arange(len(often))
        own = place[of] >= 0
        shape = (touches.accounts, len(often))
        counts = csr_array((np.ones(int(own.sum()), dtype=np.int32), (by[own], place[of[own]])), shape=shape).toarray()
        total = np.bincount(by, minlength=touches.accounts)
        steps = [counts >= 1, counts >= 2, counts >= 4] if not panel.ended else [counts >= 1]
        if panel.ended:
            entries = panel.entry[self.exposed]
            cuts = np.unique(np.quantile(entries, np.linspace(0.1, 0.9, 9))) if len(entries) else entries
            steps.append(panel.entry[:, None] >= cuts)
        else:
            steps.append(total[:, None] >= _TOTALS)
            steps.append((counts > 0).sum(axis=1)[:, None] >= _DISTINCT)
        table = np.concatenate(steps, axis=1)
        told = table[:, table[self.exposed].sum(axis=0) >= TOLD_BY]
        packed = np.ascontiguousarray(np.packbits(np.pad(told, ((0, 0), (1, 0)), constant_values=True), axis=1))
        rows = packed.view(f"V{packed.shape[1]}").ravel()
        _, first, profile = np.unique(rows, return_index=True, return_inverse=True)
        return told[first].astype(np.float32), profile

    def _strata(self, index: Floats) -> Ints:
        rows = np.flatnonzero(self.exposed)
        stratum = np.zeros(len(self.exposed), dtype=np.int64)
        if len(rows):
            strata = int(np.clip(len(self.bin) // EVENTS_A_STRATUM, LEAST_STRATA, MOST_STRATA))
            even = np.linspace(0, 1, strata + 1)[1:-1]
            cuts = np.unique(np.quantile(index[rows], np.concatenate([even[even < _TOP[0]], _TOP])))
            _, stratum[rows] = np.unique(np.searchsorted(cuts, index[rows], side="right"), return_inverse=True)
        stratum[~self.exposed] = stratum.max(initial=-1) + 1 if len(rows) else 0
        return stratum

    def _time_at_risk(self) -> Floats:
        """Of each stratum in each time bin. Accounts without exposures are given the whole window: only their times count."""
        widths = np.diff(self.edges)
        strata = len(self.level)
        table = np.zeros((strata, len(widths)))
        entry, leave = self._panel.entry, np.where(self.exposed, self._panel.leave, 1.0)
        for one in range(len(widths)):
            lasts = np.clip(np.minimum(leave, self.edges[one + 1]) - np.maximum(entry, self.edges[one]), 0, None)
            table[:, one] = np.bincount(self.stratum, lasts, minlength=strata)
        return table


def _poisson(features: Floats, count: Floats, spent: Floats, start: Floats | None) -> Floats:
    """Intercept and coefficients of a Poisson regression with a ridge, by a few Newton steps from `start`."""
    table = np.concatenate([np.ones((len(features), 1), dtype=np.float32), features], axis=1)
    ridge = np.full(table.shape[1], RIDGE)
    ridge[0] = 0
    if start is None:
        start = np.zeros(table.shape[1])
        start[0] = np.log(max(count.sum(), 1e-9) / spent.sum())
    weight = start
    for _ in range(NEWTON_STEPS):
        mean = np.exp(np.clip(table @ weight, -25, 25)) * spent
        slope = table.T @ (count - mean) - ridge * weight
        bend = (table.T * mean.astype(np.float32)) @ table + np.diag(ridge + 1e-6)
        weight = weight + np.clip(np.linalg.solve(bend, slope), -1.5, 1.5)
    return np.asarray(weight)
