"""Intervals of credit: the sandwich over groups of accounts, so that an account's conversions may hang together in any way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from dengar.attribution.hazard import Hazard
from dengar.attribution.panel import at_lag
from dengar.attribution.touches import Floats, Ints

GROUPS = 400
DENSE_UP_TO = 3_000
"""Parameters up to which their covariance is computed whole; above it each partner's own is taken alone."""


def standard_errors(model: Hazard) -> Floats:
    """Of each partner's share of all conversions (one standard error).

    Parameters are the partners' factors as they are and the logarithms of all others; the expected information is that of a Poisson
    process, its meat the groups' scores.
    """
    parts = _parts(model)
    groups = _groups(model)
    scores, slopes = _scores(model, parts, groups), parts.slopes
    information = np.asarray((slopes.T @ slopes).todense()) if parts.width <= DENSE_UP_TO else None
    total = len(model.rate)
    own = _own(model, groups)
    change = _change_of_credit(model, parts)
    count = np.bincount(groups[model.panel.touches.converted], minlength=GROUPS)
    share = model.by_partner() / total
    if information is None:
        diagonal = np.asarray(slopes.multiply(slopes).sum(axis=0)).ravel()
        moved = (scores / np.maximum(diagonal, 1e-9)) @ change.T
    else:
        ridge = 1e-6 * np.diag(information).max() * 1e-3 + 1e-6 * np.diag(information) + 1e-9
        moved = scores @ np.linalg.solve(information + np.diag(ridge), change.T)
    influence = (moved + own - np.outer(count, share)) / total
    influence = influence - influence.mean(axis=0)
    return np.asarray(np.sqrt((influence**2).sum(axis=0) * GROUPS / (GROUPS - 1)))


class _Parts:
    """Where each kind of parameter begins, and the slope of the logarithm of each conversion's rate in each parameter."""

    def __init__(self, model: Hazard, sizes: list[int]) -> None:
        self.offset = np.concatenate([[0], np.cumsum(sizes)])
        self.width = int(self.offset[-1])
        self.slopes = _slopes(model, self)


def _parts(model: Hazard) -> _Parts:
    sizes = [
        *(len(factor) for factor in model.factors),
        model.panel.lags,
        len(model.baseline.level),
        len(model.baseline.rhythm),
    ]
    return _Parts(model, sizes)


def _columns(model: Hazard, parts: _Parts, exposure: Ints) -> list[Ints]:
    """Columns of the partner, repeats, load and size of exposures."""
    panel = model.panel
    kinds = (panel.touches.seen_of, panel.same, panel.load, panel.size)
    return [kind[exposure] + parts.offset[i] for i, kind in enumerate(kinds)]


def _slopes(model: Hazard, parts: _Parts) -> csr_array:
    panel, base, events = model.panel, model.baseline, len(model.rate)
    value = model.pair_values() / np.maximum(model.rate, 1e-300)[panel.pair_event]
    factor = model.factors[0][panel.touches.seen_of[panel.pair_exposure]]
    level = np.where(factor > 0, factor, 1.0)
    bare = np.where(factor > 0, value, _unit_values(model) / np.maximum(model.rate, 1e-300)[panel.pair_event])
    partner, *others = _columns(model, parts, panel.pair_exposure)
    lag = panel.pair_lag + parts.offset[4]
    stratum = base.stratum[panel.touches.converted] + parts.offset[5]
    rhythm = base.bin + parts.offset[6]
    every = np.arange(events)
    rows = np.concatenate([np.tile(panel.pair_event, 5), every, every])
    columns = np.concatenate([partner, *others, lag, stratum, rhythm])
    values = np.concatenate([bare / level, np.tile(value, 4), model.organic, model.organic])
    return csr_array((values, (rows, columns)), shape=(events, parts.width))


def _unit_values(model: Hazard) -> Floats:
    """Rate that each pair's exposure would add were its partner's factor 1."""
    factors = [np.ones_like(model.factors[0]), *model.factors[1:]]
    unit = Hazard(
        model.panel, model.baseline, factors, model.common, model.kernel, model.organic, model.rate, model.first_told
    )
    return unit.pair_values()


def _groups(model: Hazard) -> Ints:
    return np.asarray(model.panel.touches.group % GROUPS)


def _due(model: Hazard) -> Iterator[Floats]:
    """By lag: conversions expected of each exposure, were its partner's factor 1."""
    panel = model.panel
    strength = model.factors[1][panel.same] * model.factors[2][panel.load] * model.factors[3][panel.size]
    for lag in range(panel.lags):
        yield strength * model.kernel[panel.touches.seen_of, lag] * at_lag(panel.edges, lag, panel.lasts)


def _due_in_all(model: Hazard) -> Floats:
    whole = np.zeros(len(model.panel.lasts))
    for due in _due(model):
        whole += due
    return whole


def _scores(model: Hazard, parts: _Parts, groups: Ints) -> Floats:
    """Sum of each group's scores."""
    panel, base = model.panel, model.baseline
    touches = panel.touches
    of_event = csr_array(
        (np.ones(len(model.rate)), (groups[touches.converted], np.arange(len(model.rate)))),
        shape=(GROUPS, len(model.rate)),
    )
    scores = np.asarray((of_event @ parts.slopes).todense())
    of_exposure = groups[touches.seen_by]
    level = model.factors[0][touches.seen_of]
    columns = _columns(model, parts, np.arange(len(level)))
    unit = np.zeros(len(level))
    for lag, due in enumerate(_due(model)):
        unit += due
        scores[:, parts.offset[4] + lag] -= np.bincount(of_exposure, due * level, minlength=GROUPS)
    for i, column in enumerate(columns):
        flat = of_exposure * parts.width + column
        scores -= np.bincount(flat, unit * (1.0 if i == 0 else level), minlength=GROUPS * parts.width).reshape(
            GROUPS, -1
        )
    exposed = np.flatnonzero(base.exposed)
    expected = base.expected()
    flat = groups[exposed] * parts.width + base.stratum[exposed] + parts.offset[5]
    scores -= np.bincount(flat, expected[exposed], minlength=GROUPS * parts.width).reshape(GROUPS, -1)
    for one in range(len(base.rhythm)):
        scores[:, parts.offset[6] + one] -= np.bincount(groups, base.expected_in(one), minlength=GROUPS)
    return scores


def _own(model: Hazard, groups: Ints) -> Floats:
    """Conversions each group's accounts are expected to make by each partner."""
    touches = model.panel.touches
    partners = len(touches.partners)
    level = model.factors[0][touches.seen_of]
    whole = _due_in_all(model) * level
    flat = groups[touches.seen_by] * partners + touches.seen_of
    return np.asarray(np.bincount(flat, whole, minlength=GROUPS * partners).reshape(GROUPS, partners), dtype=np.float64)


def _change_of_credit(model: Hazard, parts: _Parts) -> Floats:
    """Slope of each partner's expected conversions in each parameter."""
    panel = model.panel
    partners = len(model.factors[0])
    change = np.zeros((partners, parts.width))
    caused = model.caused()
    unit = np.bincount(
        panel.cells[:, 0],
        (caused / np.maximum(model.factors[0], 1e-300)[panel.cells[:, 0]][:, None]).sum(axis=1),
        minlength=partners,
    )
    nil = model.factors[0] <= 0
    if nil.any():
        level = np.bincount(panel.touches.seen_of, _due_in_all(model), minlength=partners)
        unit = np.where(nil, level, unit)
    change[np.arange(partners), np.arange(partners)] = unit
    for i in (1, 2, 3):
        np.add.at(change, (panel.cells[:, 0], panel.cells[:, i] + parts.offset[i]), caused.sum(axis=1))
    for lag in range(panel.lags):
        change[:, parts.offset[4] + lag] = np.bincount(panel.cells[:, 0], caused[:, lag], minlength=partners)
    return change
