"""The hazard model of credit: what each exposure adds to its account's rate of conversions, above strata by exposure.

An account converts at the rate `level(stratum) * rhythm(time) + sum over its exposures of partner * repeat * load * size * kernel(lag)`:
additive as a noisy-or in continuous time (Aalen 1989; Lin & Ying 1994), with a step function for the lag, and factors for repeated
exposures and the class of the account. The baseline is stratified by the whole profile of exposures, so that fans who see some partners
more do not lend them their own activity. Fitted by EM: every conversion is shared out among its possible causes (Lewis & Mohler 2011).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dengar.attribution.baseline import Baseline
from dengar.attribution.panel import Panel, with_load
from dengar.attribution.touches import Floats

ROUNDS = 150
STRATIFY_EVERY, RELOAD_AT = 12, (24, 60)
SETTLED = 2e-5
PRIOR = 3.0
"""Pseudo-conversions that hold the factors of repeats, load and size to 1 where there is little to learn from."""
LAG_PRIOR = 6.0
"""The same for a partner's own kernel, which is held to the kernel of all."""
OWN_KERNELS = 200
"""Up to so many partners have a kernel of their own."""
EVIDENCE = 3.0
"""Log-likelihood that longer lags must gain to be kept."""


@dataclass
class Hazard:
    """The fitted parts. `factors`: of partners, of repeats of a partner, of load, of the account's size; `kernel[partner, lag]`.

    `first_told`: conversions by partner as they were with one kernel for all.
    """

    panel: Panel
    baseline: Baseline
    factors: list[Floats]
    common: Floats
    kernel: Floats
    organic: Floats
    rate: Floats
    first_told: Floats

    def strength(self) -> Floats:
        """Of an exposure of each cell, less the kernel."""
        made = np.ones(len(self.panel.cells))
        for column, factor in enumerate(self.factors):
            made = made * factor[self.panel.cells[:, column]]
        return np.asarray(made)

    def intensity(self) -> Floats:
        """Rate that an exposure of each cell adds at each lag."""
        return np.asarray(self.strength()[:, None] * self.kernel[self.panel.cells[:, 0]])

    def caused(self) -> Floats:
        """Expected conversions by cell and lag."""
        return np.asarray(self.intensity() * self.panel.hours)

    def by_partner(self) -> Floats:
        """Expected conversions of each partner's exposures."""
        return np.asarray(
            np.bincount(self.panel.cells[:, 0], self.caused().sum(axis=1), minlength=len(self.factors[0])),
            dtype=np.float64,
        )

    def pair_values(self) -> Floats:
        """Rate that each exposure adds at its conversion."""
        panel = self.panel
        return np.asarray(self.intensity()[panel.cell[panel.pair_exposure], panel.pair_lag])

    def likelihood(self) -> float:
        """Logarithm, less a constant."""
        exposed = self.baseline.exposed
        return float(
            np.log(np.maximum(self.rate, 1e-300)).sum() - self.caused().sum() - self.baseline.expected()[exposed].sum()
        )


def fit(panel: Panel) -> Hazard:
    """The model of a panel with conversions."""
    partners, events = len(panel.touches.partners), len(panel.touches.converted)
    factors = [np.ones(partners), np.ones(4), np.ones(4), np.ones(5)]
    common = _first_guess(panel)
    baseline = Baseline(panel)
    model = Hazard(
        panel,
        baseline,
        factors,
        common,
        np.tile(common, (partners, 1)),
        np.ones(events),
        np.ones(events),
        np.zeros(partners),
    )
    baseline.update(model.organic)
    _rounds(model, ROUNDS // 2, own=False)
    _shorten(model)
    model.first_told = model.by_partner()
    _rounds(model, ROUNDS, own=partners <= OWN_KERNELS)
    return model


def _rounds(model: Hazard, rounds: int, *, own: bool) -> None:
    """EM until the credit of partners settles."""
    events = len(model.rate)
    told = model.by_partner()
    for number in range(1, rounds + 1):
        share = _expect(model)
        _update(model, share, own=own)
        if number % STRATIFY_EVERY == 4:
            model.baseline.stratify(model.organic)
        else:
            model.baseline.update(model.organic)
        if number in RELOAD_AT:
            model.panel = with_load(model.panel, model.factors[0])
        before, told = told, model.by_partner()
        if number > RELOAD_AT[-1] and np.abs(told - before).sum() < SETTLED * events:
            break
    _expect(model)


def _expect(model: Hazard) -> Floats:
    """Share of each pair's exposure in its conversion; sets `rate` and `organic`."""
    base, value = model.baseline.rates(), model.pair_values()
    model.rate = base + np.bincount(model.panel.pair_event, value, minlength=len(base))
    model.organic = base / np.maximum(model.rate, 1e-300)
    return np.asarray(value / np.maximum(model.rate, 1e-300)[model.panel.pair_event])


def _shorten(model: Hazard) -> None:
    """Cut the kernel where longer lags gain nothing: what they take is the baseline's."""
    best = model.likelihood()
    for last in range(model.panel.lags - 1, 0, -1):
        if model.common[last:].sum() == 0:
            continue
        kept = (model.common, model.kernel, list(model.factors), model.baseline.level, model.baseline.rhythm)
        model.common = np.where(np.arange(model.panel.lags) < last, model.common, 0.0)
        model.kernel = np.tile(model.common, (len(model.kernel), 1))
        for _ in range(8):
            _update(model, _expect(model), own=False)
            model.baseline.update(model.organic)
        _expect(model)
        now = model.likelihood()
        if now < best - EVIDENCE:
            model.common, model.kernel, model.factors, model.baseline.level, model.baseline.rhythm = kept
            break
        best = max(best, now)
    _expect(model)


def _first_guess(panel: Panel) -> Floats:
    """A tenth of what follows exposures soonest, and hardly anything of what follows late: the baseline has the first claim on that."""
    came = np.bincount(panel.pair_lag, minlength=panel.lags)
    sooner = np.where(panel.edges[1:] <= 0.1, 0.1, 0.01)
    return np.asarray(sooner * came / np.maximum(panel.hours.sum(axis=0), 1e-12))


def _update(model: Hazard, share: Floats, *, own: bool) -> None:
    """One part after another, given the pairs' shares."""
    panel = model.panel
    cells, hours, lags = panel.cells, panel.hours, panel.lags
    code = panel.cell[panel.pair_exposure] * lags + panel.pair_lag
    shared = np.bincount(code, share, minlength=len(cells) * lags).reshape(-1, lags)
    strength = model.strength()
    relative = model.kernel / np.maximum(model.common, 1e-300)
    due = (strength[:, None] * relative[cells[:, 0]] * hours).sum(axis=0)
    model.common = np.where(model.common > 0, shared.sum(axis=0) / np.maximum(due, 1e-12), 0.0)
    if own:
        came = np.zeros_like(model.kernel)
        np.add.at(came, cells[:, 0], shared)
        due_own = np.zeros_like(model.kernel)
        np.add.at(due_own, cells[:, 0], strength[:, None] * model.common * hours)
        relative = (came + LAG_PRIOR) / (due_own + LAG_PRIOR)
    model.kernel = relative * model.common
    lasting = (hours * model.kernel[cells[:, 0]]).sum(axis=1)
    given = shared.sum(axis=1)
    for column in (1, 2, 3, 0):  # partners last: their levels then account for all that was shared out
        factor = model.factors[column]
        rest = strength / np.maximum(factor, 1e-300)[cells[:, column]] * lasting
        came_of = np.bincount(cells[:, column], given, minlength=len(factor))
        due_of = np.bincount(cells[:, column], rest, minlength=len(factor))
        if column == 0:
            model.factors[0] = came_of / np.maximum(due_of, 1e-12)
        else:
            fresh = (came_of + PRIOR) / (due_of + PRIOR)
            mean = float((fresh * due_of).sum() / due_of.sum()) if due_of.sum() > 1e-6 else 1.0
            model.factors[column] = fresh / mean
        strength = model.strength()
