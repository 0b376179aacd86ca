"""Who sets whose agenda: topic ranks per week of official accounts, media, influencers and the public, and whose ranks come first.

Per pair of groups: the cross-lagged rank correlations r(first's week, second's next week) and the other way round (McCombs & Shaw 1972;
Rozelle & Campbell, Psychological Bulletin 71, 1969), of ranks less each topic's own mean, so that topics always talked of tell nothing.
What moves both groups at once raises both correlations alike: the difference is told, with a 90 % interval by a bootstrap of weeks.
An effect is shown only if the difference is no chance (sign flips of weeks) and the leader's week foretells the follower's next beyond
what the follower keeps of its own (which one that merely forgets slowly does not show); over all pairs together, chance shows one in one
world of twenty (Holm 1979). "No effect shown" is an answer. It is an order in time, never a proof of cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dengar.attribution.figure import Figure
from dengar.attribution.salience import GROUPS, Agenda, Floats, agenda_of
from dengar.attribution.window import COUNTED, Window

FORMULA = "agenda-lag/1"
LEAST_TOPICS, LEAST_WEEKS, LEAST_A_WEEK = 4, 8, 5
"""Topics and pairs of weeks below which nothing is told; mentions below which a group's week has no ranks."""
CHANCE, DRAWS = 0.05, 2000


@dataclass(frozen=True, slots=True)
class Lead:
    """`first` and `second` as in GROUPS. `difference` = r(first → second) − r(second → first): above 0 the first leads.

    `chance` is adjusted for all pairs; `leader` is None where no effect is shown. All null where there is too little to tell.
    """

    first: str
    second: str
    weeks: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    forward: float | None = None
    backward: float | None = None
    chance: float | None = None
    leader: str | None = None


def leads(agenda: Agenda) -> list[Lead]:
    """Every pair of groups, in the order of GROUPS."""
    ranks = {group: _ranks(agenda.counts[group]) for group in GROUPS if group in agenda.counts}
    rows = [_pair(first, second, ranks[first], ranks[second]) for first, second in combinations(ranks, 2)]
    told = sorted((row for row in rows if row[1] is not None), key=lambda row: row[1] or 0.0)
    adjusted, worst = dict[tuple[str, str], float](), 0.0
    for number, (lead, chance) in enumerate(told):
        worst = max(worst, min(1.0, (chance or 0.0) * (len(told) - number)))
        adjusted[lead.first, lead.second] = worst
    return [_judged(lead, adjusted.get((lead.first, lead.second))) for lead, _ in rows]


def figures(mentions: Iterable[Mapping[str, Any]], window: Window) -> list[Figure]:
    """`agenda_lead` of every pair of groups: `inputs.leader` is the group that leads, null where no effect is shown."""
    agenda = agenda_of(mentions, window)
    rows = []
    for one in leads(agenda):
        inputs = {
            "leader": one.leader, "effect_shown": one.leader is not None, "forward": one.forward, "backward": one.backward,
            "chance": one.chance, "topics": list(agenda.topics),
        }  # fmt: skip
        value = (
            {"value": one.difference, "low": one.low, "high": one.high}
            if one.difference is not None
            else {"refused": "too_few"}
        )
        cut = {"first": one.first, "second": one.second}
        rows.append(
            window.figure(
                "agenda_lead", FORMULA, "correlation", [COUNTED], dimension=cut, n=one.weeks, inputs=inputs, **value
            )
        )
    return rows


def _judged(lead: Lead, chance: float | None) -> Lead:
    if chance is None or lead.difference is None or lead.low is None or lead.high is None:
        return lead
    shown = chance <= CHANCE and (lead.low > 0 or lead.high < 0)
    leader = (lead.first if lead.difference > 0 else lead.second) if shown else None
    return Lead(
        lead.first, lead.second, lead.weeks, lead.difference, lead.low, lead.high, lead.forward, lead.backward, chance, leader
    )  # fmt: skip


def _ranks(counts: Floats) -> Floats:
    """Ranks of topics per week less the topic's mean rank; NaN in weeks with too few mentions."""
    from scipy.stats import rankdata  # type: ignore[import-untyped]

    if not counts.size:
        return counts
    ranks = np.asarray(rankdata(counts, axis=1), dtype=float)
    ranks[counts.sum(axis=1) < LEAST_A_WEEK] = np.nan
    told = np.isfinite(ranks[:, 0])
    if told.any():
        ranks = ranks - ranks[told].mean(axis=0)
    return ranks


def _pair(first: str, second: str, x: Floats, y: Floats) -> tuple[Lead, float | None]:
    """The lead of a pair, and how often chance would do as much, not adjusted."""
    if x.ndim < 2 or x.shape[1] < LEAST_TOPICS:
        return Lead(first, second, 0), None
    told = np.isfinite(x[:, 0]) & np.isfinite(y[:, 0])
    at = np.flatnonzero(told[:-1] & told[1:])
    if len(at) < LEAST_WEEKS:
        return Lead(first, second, len(at)), None
    norm = len(at) * np.sqrt(float((x[told] ** 2).sum(axis=1).mean()) * float((y[told] ** 2).sum(axis=1).mean()))
    if norm <= 0:
        return Lead(first, second, len(at)), None
    onwards, back = (x[at] * y[at + 1]).sum(axis=1), (x[at + 1] * y[at]).sum(axis=1)
    rng = np.random.default_rng(0)
    steps = onwards - back
    drawn = steps[rng.integers(0, len(at), (DRAWS, len(at)))].sum(axis=1) / norm
    low, high = (float(one) for one in np.quantile(drawn, [0.05, 0.95]))
    difference = float(steps.sum()) / norm
    before, after = (x, y) if difference > 0 else (y, x)
    chance = max(_by_chance(rng, steps, two_sided=True), _by_chance(rng, _beyond(before, after, at), two_sided=False))
    lead = Lead(
        first, second, len(at), difference, min(low, difference), max(high, difference),
        float(onwards.sum()) / norm, float(back.sum()) / norm,
    )  # fmt: skip
    return lead, chance


def _beyond(leader: Floats, follower: Floats, at: NDArray[np.intp]) -> Floats:
    """By week: the leader's ranks with the follower's next week, less what the follower's own week keeps of that (its persistence)."""
    keeps = _persistence(follower, at)
    return np.asarray((leader[at] * (follower[at + 1] - keeps * follower[at])).sum(axis=1))


def _persistence(ranks: Floats, at: NDArray[np.intp]) -> float:
    """What a week's ranks keep of the week before: autocorrelation at two weeks over that at one, which noise does not lower.

    Never less than that at one; short series tell too little of it by (1 + 3 φ)/n (Kendall, Biometrika 41, 1954).
    """
    two = at[np.isfinite(ranks[np.minimum(at + 2, len(ranks) - 1), 0]) & (at + 2 < len(ranks))]
    spread = float((ranks[at] ** 2).mean()) or 1.0
    once = float((ranks[at] * ranks[at + 1]).mean()) / spread
    twice = float((ranks[two] * ranks[two + 2]).mean()) / spread if len(two) else 0.0
    found = max(once, twice / once if once > 0.1 else 0.0, 0.0)
    return min(1.0, found + (1 + 3 * found) / len(at))


def _by_chance(rng: np.random.Generator, steps: Floats, *, two_sided: bool) -> float:
    """Share of sign flips whose sum is as large."""
    flips = rng.choice(np.array([-1.0, 1.0]), (DRAWS, len(steps))) @ steps
    reached = (np.abs(flips) >= abs(steps.sum())) if two_sided else (flips >= steps.sum())
    return float((1 + reached.sum()) / (1 + DRAWS))
