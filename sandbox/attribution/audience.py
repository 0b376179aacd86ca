"""Accounts, who sees whose posts, and when: communities, overlapping audiences, decoys, fans, bots. Times in days from 0 to `days`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COMMUNITIES = 6
FAN_SHARE, BOT_SHARE = 0.15, 0.003
FAN_SEES, BOT_SEES = 3.0, 12.0
"""How many times as many posts fans (of the first half of the partners) and bots (of all) see."""
BEFORE, AFTER = 0.1, 0.02
"""Shares of the window before the first post and after the last one."""
SEEN_WITHIN = 0.3
"""Mean days from a post to an account's act on it."""


@dataclass(frozen=True)
class Exposures:
    """Rows in order of account and time: who acted on which partner's post, and when."""

    account: Ints
    partner: Ints
    time: Floats


@dataclass(frozen=True)
class Audience:
    """`activity` (gamma, mean 1), `fan` and `bot` are of each account; `crisis` is the day an organic crisis begins."""

    days: float
    partners: int
    activity: Floats
    fan: NDArray[np.bool_]
    bot: NDArray[np.bool_]
    exposures: Exposures
    crisis: float


def draw(
    rng: np.random.Generator,
    *,
    accounts: int,
    partners: int,
    days: float,
    posts: int,
    confounded: bool,
    posts_in_crisis: bool = False,
    daily: bool = False,
) -> Audience:
    """An audience. `confounded`: fans see more of the first half of the partners, and bots more of everything.

    The last two partners are *decoys*: theirs are the audiences of the first two, once more. `posts_in_crisis`: two partners post in
    the organic crisis only.
    """
    community = rng.integers(0, COMMUNITIES, accounts)
    activity = rng.gamma(1.5, 1 / 1.5, accounts)
    fan = rng.random(accounts) < FAN_SHARE
    bot = rng.random(accounts) < BOT_SHARE
    crisis = float(rng.uniform(0.3, 0.8) * days)
    likes = rng.gamma(1.2, 0.5, (partners, COMMUNITIES)) + 0.05
    likes[-2:] = likes[:2]
    size = 1 / (1 + np.arange(partners)) ** 0.7  # Zipf-like popularity
    rng.shuffle(size)
    rows: list[tuple[Ints, Ints, Floats]] = []
    for partner in range(partners):
        chance = 0.06 * size[partner] * likes[partner, community] * activity
        if confounded:
            chance = chance * np.where(fan & (partner < partners // 2), FAN_SEES, 1.0) * np.where(bot, BOT_SEES, 1.0)
        own = max(2, int(rng.poisson(posts)))
        for at in rng.uniform(BEFORE * days, (1 - AFTER) * days, own):
            moment = crisis + rng.uniform(0, 0.04) * days if posts_in_crisis and partner in (1, partners - 1) else at
            seen = np.flatnonzero(rng.random(accounts) < np.minimum(chance, 0.9))
            rows.append((seen, np.full(len(seen), partner), moment + rng.exponential(SEEN_WITHIN, len(seen))))
    account, who, time = (np.concatenate(column) for column in zip(*rows, strict=True))
    if daily:
        time = awake(time)
    within = time < days
    account, who, time = account[within], who[within], time[within]
    order = np.lexsort((time, account))
    return Audience(
        days,
        partners,
        activity,
        fan,
        bot,
        Exposures(account[order], who[order], time[order].astype(np.float64)),
        crisis,
    )


def awake(time: Floats) -> Floats:
    """The same days, with three quarters of each day's moments moved into ten hours."""
    day, share = np.divmod(time, 1.0)
    return np.asarray(day + np.where(share < 0.75, 0.35 + share / 0.75 * 0.42, (share - 0.75) / 0.25 * 0.35))
