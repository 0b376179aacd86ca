"""How exposures cause conversions: the form the hazard model fits, and forms it does not.

Each form gives every exposure a chance to trigger one conversion, and a lag. Chances may hang on which other exposures are *active*, so
that a counterfactual re-run with fewer partners is a run of its own with the same random numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.attribution.audience import Audience, Exposures, Floats, Ints

Active = NDArray[np.bool_]
Chance = Callable[[Audience, Floats, Active], Floats]
Lag = Callable[[np.random.Generator, Ints, float], Floats]


@dataclass(frozen=True)
class Form:
    """`chance`: audience, effect of each exposure's partner, which exposures are active → chance of each. `lag`: days.

    `once`: an account converts at most once. `ends`: it is not seen again after that. `excites`: chance that a conversion causes another.
    `by_activity`: organic conversions come at a rate that grows with the account's activity.
    """

    chance: Chance
    lag: Lag
    once: bool = False
    ends: bool = False
    excites: float = 0.0
    by_activity: bool = True
    posts_in_crisis: bool = False
    daily: bool = False


def prior(exposures: Exposures, active: Active) -> Ints:
    """Active exposures of the same account before each."""
    before: Ints = np.cumsum(active) - active
    first = np.searchsorted(exposures.account, exposures.account)
    return before - before[first]


def _same(_audience: Audience, effect: Floats, _active: Active) -> Floats:
    return effect


def _saturating(audience: Audience, effect: Floats, active: Active) -> Floats:
    return effect * 0.55 ** prior(audience.exposures, active & (effect > 0))


def _contagious(audience: Audience, effect: Floats, active: Active) -> Floats:
    return effect * np.where(prior(audience.exposures, active & (effect > 0)) == 0, 0.4, 1.5)


def _susceptible(audience: Audience, effect: Floats, _active: Active) -> Floats:
    return effect * np.minimum(audience.activity, 4)[audience.exposures.account]


def _interacting(audience: Audience, effect: Floats, active: Active) -> Floats:
    """Thrice the chance where the partner next to it (0 with 1, 2 with 3 …) was seen before."""
    exposures = audience.exposures
    boosted = np.zeros(len(effect), dtype=bool)
    for partner in range(audience.partners):
        other = active & (exposures.partner == partner ^ 1)
        boosted |= (exposures.partner == partner) & (prior(exposures, other) > 0)
    return effect * np.where(boosted, 3.0, 0.8)


def _exponential(rng: np.random.Generator, partner: Ints, days: float) -> Floats:
    return rng.exponential(days / 30, len(partner))


def _power_law(rng: np.random.Generator, partner: Ints, days: float) -> Floats:
    return days / 90 * (rng.pareto(1.2, len(partner)))


def _delayed(rng: np.random.Generator, partner: Ints, days: float) -> Floats:
    return rng.gamma(5, days / 45, len(partner))


def _own(rng: np.random.Generator, partner: Ints, days: float) -> Floats:
    return rng.exponential(days / 60 * (1 + partner % 4 * 2))


def _uniform(rng: np.random.Generator, partner: Ints, days: float) -> Floats:
    return rng.uniform(0, days / 10, len(partner))


FITTED = "noisy_or"
FORMS: dict[str, Form] = {
    FITTED: Form(_same, _exponential),
    "noisy_or_once": Form(_same, _exponential, once=True, by_activity=False),
    "power_law": Form(_same, _power_law),
    "delayed": Form(_same, _delayed),
    "own_lags": Form(_same, _own),
    "steps": Form(_same, _uniform, by_activity=False),
    "saturation": Form(_saturating, _exponential),
    "interaction": Form(_interacting, _exponential),
    "contagion": Form(_contagious, _delayed),
    "susceptible": Form(_susceptible, _exponential),
    "self_excitation": Form(_same, _exponential, excites=0.35),
    "crisis": Form(_same, _exponential, posts_in_crisis=True),
    "daily_rhythm": Form(_same, _exponential, daily=True),
    "ends": Form(_same, _exponential, once=True, ends=True, by_activity=False),
}
