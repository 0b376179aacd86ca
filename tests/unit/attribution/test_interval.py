"""Intervals of shares and ratios: they hold their value, widen with clusters, and cover what they promise."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dengar.attribution.interval import ratio_of, share_of, wilson

cluster = st.integers(1, 40).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(st.lists(cluster, min_size=1, max_size=60))
def test_a_share_lies_in_its_interval(rows):
    share, low, high = share_of([part for part, _ in rows], [whole for _, whole in rows])
    assert 0 <= low <= share <= high <= 1
    assert share == sum(part for part, _ in rows) / sum(whole for _, whole in rows)


def test_of_nothing_there_is_none():
    assert share_of([], []) is None
    assert ratio_of([0, 0], [0, 0]) is None


def test_one_who_speaks_ten_times_is_not_ten_people():
    alone = share_of([1] * 50 + [0] * 50, [1] * 100)
    crowd = share_of([10] * 5 + [0] * 5, [10] * 10)
    assert alone[0] == crowd[0] == 0.5
    assert crowd[2] - crowd[1] > 2 * (alone[2] - alone[1])
    assert alone[1:] == wilson(0.5, 100 / (100 / 99)) or abs(alone[1] - wilson(0.5, 100)[0]) < 0.01


def test_the_intervals_cover_in_nine_of_ten():
    rng = np.random.default_rng(3)
    shares, ratios = 0, 0
    for _ in range(600):
        whole = rng.geometric(0.3, 80)
        leaning = rng.beta(1.5, 3.5, 80)
        low, high = share_of(rng.binomial(whole, leaning), whole)[1:]
        shares += low <= 0.3 <= high
        followers = rng.uniform(500, 5000, 60)
        low, high = ratio_of(followers * rng.gamma(2, 0.02, 60), followers)[1:]
        ratios += low <= 0.04 <= high
    assert 0.86 <= shares / 600 <= 0.95
    assert 0.84 <= ratios / 600 <= 0.95


def test_two_clusters_give_a_ratio_without_bounds():
    assert ratio_of([5, 5], [100, 100]) == (0.05, None, None)
