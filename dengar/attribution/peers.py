"""What others compute: last touch, linear and Markov credit. They are shown beside ours because they mislead.

All three hand every conversion with an exposure before it to partners, also those that would have come anyway; so who posts most to the
most active accounts gets most. `bench/RESULTS.md` holds all against worlds whose truth is known.
"""

from __future__ import annotations

import numpy as np

from dengar.attribution.touches import Floats, Ints, Touches

MARKOV_UP_TO = 400
"""Partners up to which the chain is solved; more get none."""


def last_touch(touches: Touches) -> Floats:
    """Share of all conversions whose last exposure before was the partner's."""
    last, any_before = _last(touches)
    return _shares(touches, touches.seen_of[last[any_before]], np.ones(int(any_before.sum())))


def linear(touches: Touches) -> Floats:
    """Each conversion in equal parts to all exposures before it."""
    last, any_before = _last(touches)
    first = np.searchsorted(touches.seen_by, touches.converted)
    partners = len(touches.partners)
    weight = np.zeros(len(touches.seen_by) + 1)
    part = 1 / (last - first + 1)[any_before]
    np.add.at(weight, first[any_before], part)
    np.add.at(weight, last[any_before] + 1, -part)
    return np.bincount(touches.seen_of, np.cumsum(weight)[:-1], minlength=partners) / max(1, len(touches.converted))


def markov(touches: Touches) -> Floats:
    """Removal effects in a first-order chain of exposures (Anderl et al. 2016), scaled to the conversions with an exposure before.

    A path runs from an account's start, or its conversion before, to its next conversion, or to nothing.
    """
    partners = len(touches.partners)
    if not partners or partners > MARKOV_UP_TO:
        return np.full(partners, np.nan)
    chain = _chain(touches)
    whole = _reaches(chain)
    lost = np.zeros(partners)
    for partner in range(partners):
        cut = chain.copy()
        cut[:, -1] += cut[:, partner]
        cut[:, partner] = 0
        lost[partner] = max(0.0, 1 - _reaches(cut) / whole) if whole > 0 else 0.0
    touched = _last(touches)[1].mean() if len(touches.converted) else 0.0
    return np.asarray(lost / (lost.sum() or 1.0) * touched)


def _last(touches: Touches) -> tuple[Ints, np.ndarray]:
    """Row of the last exposure before each conversion, and whether there is one."""
    key = touches.seen_by + touches.seen_at / 2
    last = np.searchsorted(key, touches.converted + touches.converted_at / 2, side="right") - 1
    there = (
        (last >= 0) & (touches.seen_by[np.maximum(last, 0)] == touches.converted)
        if len(key)
        else np.zeros(len(last), dtype=bool)
    )
    return last, there


def _shares(touches: Touches, partner: Ints, weight: Floats) -> Floats:
    return np.bincount(partner, weight, minlength=len(touches.partners)) / max(1, len(touches.converted))


def _chain(touches: Touches) -> Floats:
    """Transition shares between partners, start, conversion and nothing (the last three columns, in this order)."""
    partners = len(touches.partners)
    start, conversion, nothing = partners, partners + 1, partners + 2
    account = np.concatenate([touches.seen_by, touches.converted])
    time = np.concatenate([touches.seen_at, touches.converted_at])
    state = np.concatenate([touches.seen_of, np.full(len(touches.converted), conversion)])
    order = np.lexsort((state, time, account))
    account, state = account[order], state[order]
    new = np.concatenate([[True], account[1:] != account[:-1]])
    before = np.where(new, start, np.concatenate([[start], state[:-1]]))
    before = np.where(before == conversion, start, before)
    seen = ~((before == start) & (state == conversion))  # without an exposure on the path there is none to credit
    moves = np.zeros((partners + 3, partners + 3))
    np.add.at(moves, (before[seen], state[seen]), 1)
    ends = np.concatenate([new[1:], [True]]) & (state < partners)
    np.add.at(moves, (state[ends], np.full(int(ends.sum()), nothing)), 1)
    return np.asarray(moves / np.maximum(moves.sum(axis=1, keepdims=True), 1))


def _reaches(chain: Floats) -> float:
    """Chance that a path ends in a conversion."""
    states = len(chain) - 2
    system = np.eye(states) - chain[:states, :states]
    return float(np.linalg.solve(system + 1e-12 * np.eye(states), chain[:states, states])[states - 1])
