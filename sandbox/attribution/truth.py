"""A world's rows, and its partners' true credit by counterfactual re-runs with the same random numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sandbox.attribution.audience import Audience, Floats, Ints, awake, draw
from sandbox.attribution.forms import FITTED, FORMS, Active

ORGANIC = 0.05
"""Organic conversions a usual account over the window; fans have FAN_ORGANIC times as many, bots BOT_ORGANIC times."""
FAN_ORGANIC, BOT_ORGANIC = 6.0, 15.0
CRISIS_SHARE = 0.15
"""Share of the organic conversions that come within a twentieth of the window, in a crisis nobody's post caused."""
GENERATIONS = 6
RUNS, ORDERS = 8, 2
"""The truth is a mean over RUNS draws of luck, each with ORDERS orders of the partners and their reverses."""


@dataclass(frozen=True)
class Row:
    """A line of input: `partner` is None on a conversion. `ts`: days."""

    account: int
    partner: int | None
    ts: float


@dataclass(frozen=True)
class Truth:
    """`share` of all conversions that each partner caused (Shapley value of re-runs), `unattributed` what comes without any of them."""

    share: Floats
    unattributed: float


@dataclass(frozen=True, eq=False)
class World:
    """One seeded world. `effect[k]` is the chance that a post of partner k which an account acted on causes a conversion; some are 0."""

    form: str
    audience: Audience
    effect: Floats
    seed: int

    @lru_cache(maxsize=1)  # noqa: B019 a world lives as long as its test
    def _luck(self, run: int) -> tuple[Floats, Floats, Ints, Floats, Floats]:
        rng = np.random.default_rng([self.seed, 7, run])
        rule, exposures, days = FORMS[self.form], self.audience.exposures, self.audience.days
        lag = rule.lag(rng, exposures.partner, days)
        rate = ORGANIC * np.where(self.audience.fan, FAN_ORGANIC, 1) * np.where(self.audience.bot, BOT_ORGANIC, 1)
        if rule.by_activity:
            rate = rate * (0.3 + 0.7 * self.audience.activity)
        organic = np.repeat(np.arange(len(rate)), rng.poisson(rate))
        moment = rng.uniform(0, days, len(organic))
        hot = rng.random(len(organic)) < CRISIS_SHARE
        moment = np.where(hot, self.audience.crisis + rng.uniform(0, days / 20, len(organic)), moment)
        if rule.daily:
            moment = awake(moment)
        kept = moment < days
        dice = rng.random((len(lag), 1 + GENERATIONS))
        return lag, dice[:, 0], organic[kept], moment[kept], dice[:, 1:]

    def conversions(self, active: Active | None = None, run: int = 0) -> tuple[Ints, Floats]:
        """Account and day of each conversion when only the exposures of `active` partners (one flag a partner) take place."""
        exposures, rule = self.audience.exposures, FORMS[self.form]
        lag, dice, organic, moment, children = self._luck(run)
        on = np.ones(len(lag), dtype=bool) if active is None else active[exposures.partner]
        chance = rule.chance(self.audience, self.effect[exposures.partner], on)
        hit = np.flatnonzero(on & (dice < chance))
        account, time = exposures.account[hit], exposures.time[hit] + lag[hit]
        accounts, times = [organic, account], [moment, time]
        if rule.excites:
            alive = np.ones(len(hit), dtype=bool)
            for generation in range(GENERATIONS):
                alive &= children[hit, generation] < rule.excites
                luck = children[hit, generation] / rule.excites  # uniform below 1 where it is a hit
                time = time - 0.5 * np.log(1 - np.minimum(luck, 0.999))
                accounts.append(account[alive])
                times.append(time[alive])
            accounts.append(organic[: int(rule.excites * len(organic))])
            times.append(moment[: int(rule.excites * len(organic))] + 0.3)
        who, when = np.concatenate(accounts), np.concatenate(times)
        kept = when < self.audience.days
        who, when = who[kept], when[kept]
        if rule.once:
            order = np.lexsort((when, who))
            who, when = who[order], when[order]
            first = np.concatenate([[True], who[1:] != who[:-1]])
            who, when = who[first], when[first]
        return who, when

    def rows(self) -> Iterator[Row]:
        """Exposures and conversions, mixed in order of time."""
        exposures, (who, when) = self.audience.exposures, self.conversions()
        seen = np.ones(len(exposures.account), dtype=bool)
        if FORMS[self.form].ends:
            end = np.full(len(self.audience.activity), np.inf)
            end[who] = when
            seen = exposures.time <= end[exposures.account]
        account = np.concatenate([exposures.account[seen], who])
        partner = np.concatenate([exposures.partner[seen], np.full(len(who), -1)])
        time = np.concatenate([exposures.time[seen], when])
        for i in np.argsort(time, kind="stable"):
            yield Row(int(account[i]), int(partner[i]) if partner[i] >= 0 else None, float(time[i]))

    def truth(self) -> Truth:
        """Expected shares given who saw what: a mean over draws of luck and over orders of the partners."""
        partners = self.audience.partners
        rng = np.random.default_rng([self.seed, 11])
        gain, base, total = np.zeros(partners), 0.0, 0.0
        for run in range(1, 1 + RUNS):
            none = float(len(self.conversions(np.zeros(partners, dtype=bool), run)[0]))
            orders = [one for _ in range(ORDERS) for one in _both(rng.permutation(partners))]
            for order in orders:
                active, before = np.zeros(partners, dtype=bool), none
                for partner in order:
                    active[partner] = True
                    count = float(len(self.conversions(active, run)[0]))
                    gain[partner] += count - before
                    before = count
                base, total = base + none, total + before
        return Truth(gain / total, base / total)


def _both(order: Ints) -> list[Ints]:
    return [order, order[::-1]]


def world(
    seed: int,
    form: str = FITTED,
    *,
    accounts: int = 50_000,
    partners: int = 8,
    days: float = 30,
    posts: int = 12,
    confounded: bool = True,
) -> World:
    """A world of a form. A quarter of the partners cause nothing: the decoys, whose audiences are those of others."""
    rng = np.random.default_rng([seed, 3])
    audience = draw(
        rng,
        accounts=accounts,
        partners=partners,
        days=days,
        posts=posts,
        confounded=confounded,
        posts_in_crisis=FORMS[form].posts_in_crisis,
        daily=FORMS[form].daily,
    )
    effect = rng.dirichlet(np.full(partners, 1.5)) * partners * 0.05
    effect[-max(1, partners // 4) :] = 0.0
    return World(form, audience, effect, seed)
