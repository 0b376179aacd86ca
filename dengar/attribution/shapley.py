"""What partners cause, when one counts what would have come without them: Shapley values by re-runs of the fitted model."""

from __future__ import annotations

import numpy as np

from dengar.attribution.hazard import Hazard
from dengar.attribution.panel import load_of
from dengar.attribution.touches import Floats

ORDERS = 3
"""Orders in which partners join, each with its reverse."""
RERUN_UP_TO = 24
"""Partners up to which the model is run again; of more the credit is what they cause as all are there."""


def shapley(model: Hazard) -> Floats:
    """Expected conversions due to each partner; they and those without any partner add up to what the model expects."""
    caused = model.by_partner()
    partners = len(caused)
    if partners < 2 or partners > RERUN_UP_TO or not caused.any():
        return caused
    rng = np.random.default_rng(0)
    gain = np.zeros(partners)
    worth = _Worth(model)
    none = worth.of(np.zeros(partners, dtype=bool))
    orders = [one for _ in range(ORDERS) for one in _both(rng.permutation(partners))]
    for order in orders:
        active, before = np.zeros(partners, dtype=bool), none
        for partner in order:
            active[partner] = True
            now = worth.of(active)
            gain[partner] += now - before
            before = now
    return np.asarray(gain / len(orders))


def _both(order: np.ndarray) -> list[np.ndarray]:
    return [order, order[::-1]]


class _Worth:
    """Expected conversions of exposed accounts with some partners only."""

    def __init__(self, model: Hazard) -> None:
        panel, touches = model.panel, model.panel.touches
        self._model = model
        widths = np.diff(panel.edges)
        passed = np.concatenate([np.zeros((len(model.kernel), 1)), np.cumsum(model.kernel * widths, axis=1)], axis=1)
        lasts = panel.goes_on if panel.once and not panel.ended else panel.lasts
        effect = np.zeros(len(lasts))
        for partner in range(len(model.kernel)):
            own = np.flatnonzero(touches.seen_of == partner)
            effect[own] = np.interp(lasts[own], panel.edges, passed[partner])
        self._effect = (
            effect * model.factors[0][touches.seen_of] * model.factors[1][panel.same] * model.factors[3][panel.size]
        )
        self._unit = float(model.factors[0][touches.seen_of].mean())
        self._base = model.baseline.through() if panel.once else None

    def of(self, active: np.ndarray) -> float:
        """Expected conversions when only `active` partners post."""
        touches, model = self._model.panel.touches, self._model
        on = np.flatnonzero(active[touches.seen_of])
        account, partner = touches.seen_by[on], touches.seen_of[on]
        load = load_of(account, partner, model.factors[0], self._unit)
        added = self._effect[on] * model.factors[2][load]
        if self._base is None:
            return float(added.sum())
        hazard = self._base + np.bincount(account, added, minlength=len(self._base))
        return float(-np.expm1(-hazard)[model.baseline.exposed].sum())
