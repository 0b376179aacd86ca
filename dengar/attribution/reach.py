"""Engaged reach of partners: distinct accounts that acted, what each partner adds, and whose audiences overlap. Bounded memory.

Reach is a coverage game: an account reached by n partners gives each of them 1/n, and that is the exact Shapley value in one pass.
Accounts are kept in theta sketches (Apache DataSketches; Dasgupta et al., "A framework for estimating stream expression cardinalities",
2016), which hold every account up to more than 2^LG_K a partner and a uniform sample beyond. Where none samples all figures are exact;
else they are those of the accounts whose hash lies below the smallest theta, scaled up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from dengar.attribution.audience import EXACT_UP_TO, Audience

__all__ = ["EXACT_UP_TO", "FORMULA", "EngagedReach", "PartnerReach", "Reach", "Step", "figures_of"]

STEPS = 25
"""Partners that the greedy choice names at most."""
FORMULA = "engaged-reach/theta17/1"


@dataclass(frozen=True)
class PartnerReach:
    """`unique`: accounts that acted on the partner's posts. `incremental`: those no other partner has.

    `shapley`: shares of the union, which they add up to.
    """

    partner: str
    unique: int
    incremental: int
    shapley: float


@dataclass(frozen=True)
class Step:
    """The next best partner to add: `gain` accounts nobody chosen before reaches, `reach` all of them together."""

    partner: str
    gain: int
    reach: int


@dataclass(frozen=True)
class Reach:
    """Figures of one set of partners. `overlap[i][j]` is the number of accounts that partners i and j share, `overlap[i][i]` their own.

    `next_best` is the greedy order of partners with its marginal curve: each choice reaches at least 1 − 1/e of what the best choice of as
    many partners would (Nemhauser, Wolsey & Fisher 1978). `exact` is false where accounts were sampled; then counts are estimates, rounded.
    """

    union: int
    partners: list[PartnerReach]
    overlap: list[list[int]]
    exact: bool
    next_best: list[Step]

    def as_dict(self) -> dict[str, Any]:
        """JSON form, as `dengar attribution reach` tells it."""
        rows = [
            {
                "partner": one.partner,
                "unique": one.unique,
                "incremental": one.incremental,
                "shapley": round(one.shapley, 3),
            }
            for one in self.partners
        ]
        steps = [{"partner": one.partner, "gain": one.gain, "reach": one.reach} for one in self.next_best]
        return {
            "union": self.union,
            "partners": rows,
            "overlap": self.overlap,
            "next_best": steps,
            "exact": self.exact,
            "formula": FORMULA,
        }


class EngagedReach:
    """Takes in (partner, account) pairs, in any order and as often as they come; partners keep the order of their first pair."""

    def __init__(self) -> None:
        self._audiences: dict[str, Audience] = {}

    def add(self, partner: str, account: str) -> None:
        """An account acted on a post of a partner."""
        audience = self._audiences.get(partner)
        if audience is None:
            audience = self._audiences[partner] = Audience()
        audience.add(account)

    def add_all(self, pairs: Iterable[tuple[str, str]]) -> None:
        """`add` each."""
        for partner, account in pairs:
            self.add(partner, account)

    def figures(self) -> Reach:
        """The figures of what was taken in so far."""
        return figures_of(self._audiences)


def figures_of(audiences: Mapping[str, Audience]) -> Reach:
    """The figures of partners' audiences; rows keep their order."""
    if not audiences:
        return Reach(0, [], [], True, [])
    names, sets = list(audiences), list(audiences.values())
    theta, share = min(one.theta64 for one in sets), min(one.theta for one in sets)
    member = _members([_below(one, theta) for one in sets])
    reached_by = member.sum(axis=1)
    weights = 1 / reached_by
    shapley = member.T @ weights / share
    alone = member.T @ (reached_by == 1) / share
    shared = (member.T @ member).toarray() / share
    uniques = [one.count for one in sets]
    np.fill_diagonal(shared, uniques)
    rows = [
        PartnerReach(name, round(uniques[i]), round(float(alone[i])), float(shapley[i])) for i, name in enumerate(names)
    ]
    overlap = [[round(float(cell)) for cell in row] for row in shared]
    steps = _next_best(member, names, share)
    return Reach(round(member.shape[0] / share), rows, overlap, share == 1.0, steps)


def _next_best(member: csr_array, names: list[str], share: float) -> list[Step]:
    """Partners in the order that adds most accounts each time (of equals the first), while any are added."""
    missed = np.ones(member.shape[0])
    steps: list[Step] = []
    for _ in range(min(len(names), STEPS)):
        gains = member.T @ missed
        best = int(np.argmax(gains))
        if gains[best] <= 0:
            break
        missed[member[:, [best]].toarray().ravel() > 0] = 0
        steps.append(Step(names[best], round(float(gains[best]) / share), round(float((missed == 0).sum()) / share)))
    return steps


def _below(audience: Audience, theta: int) -> NDArray[np.uint64]:
    """Hashes of the sample common to all audiences."""
    hashes = audience.hashes
    return hashes[hashes < theta]


def _members(hashes: list[NDArray[np.uint64]]) -> csr_array:
    """Matrix of accounts × partners: 1 where the account acted on the partner's posts."""
    accounts, row = np.unique(np.concatenate(hashes), return_inverse=True)
    column = np.repeat(np.arange(len(hashes)), [len(one) for one in hashes])
    return csr_array((np.ones(len(row)), (row, column)), shape=(len(accounts), len(hashes)))
