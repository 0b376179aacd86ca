"""Kaplan–Meier against tables computed by hand and against scipy's own estimator."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from dengar.responses.measures import Wait, median_interval, quantile, survival, waits_of, within_target

# answered at 1, 3, 3, 6; still waiting after 2, 6, 8. By hand: 6/7, then of 5 at risk 2 (3/5), then of 3 at risk 1 (2/3).
TABLE = [(1, True), (2, False), (3, True), (3, True), (6, True), (6, False), (8, False)]
HAND = {1: 6 / 7, 2: 6 / 7, 3: 18 / 35, 6: 12 / 35, 8: 12 / 35}


def waits(rows: list[tuple[int, bool]]) -> list[Wait]:
    return [Wait(seconds, answered) for seconds, answered in rows]


def test_equals_the_table_by_hand() -> None:
    assert dict(survival(waits(TABLE))) == pytest.approx(HAND)
    found = waits_of(waits(TABLE))
    assert (found.items, found.answered, found.median, found.p90) == (7, 4, 6, None)


def test_silence_does_not_look_fast() -> None:
    fast = waits_of(waits([(60, True)] * 4))
    silent = waits_of(waits([(60, True)] * 4 + [(9000, False)] * 5))
    assert (fast.median, fast.p90) == (60, 60)
    assert (silent.median, silent.p90) == (None, None)


def test_a_curve_that_meets_a_half_exactly_has_its_median_there() -> None:
    assert waits_of(waits([(1, True), (2, True), (3, True), (4, True)])).median == 2


def test_nothing_and_nobody_answered() -> None:
    assert waits_of([]) == waits_of([]).__class__(0, 0, None, None)
    assert waits_of(waits([(5, False), (7, False)])).median is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=25))
def test_equals_the_product_formula_and_scipy(rows: list[tuple[int, bool]]) -> None:
    left, expected = 1.0, {}
    for t in sorted({seconds for seconds, _ in rows}):
        at_risk = sum(seconds >= t for seconds, _ in rows)
        left *= 1 - sum(answered for seconds, answered in rows if seconds == t) / at_risk
        expected[t] = left
    curve = dict(survival(waits(rows)))
    assert curve == pytest.approx(expected)
    sf = ecdf(CensoredData(uncensored=[s for s, a in rows if a], right=[s for s, a in rows if not a])).sf
    assert list(curve.values()) == pytest.approx(sf.evaluate(list(curve)).tolist())
    median = quantile(sorted(curve.items()), 0.5)
    assert median == next((t for t, s in expected.items() if s <= 0.5 + 1e-9), None)


def test_share_within_target_is_of_what_is_decided() -> None:
    found = within_target([True, True, False, None, None])
    assert (found.met, found.missed, found.pending, found.share) == (2, 1, 2, pytest.approx(2 / 3))
    assert within_target([None]).share is None


def test_interval_of_the_median_by_the_log_log_bands() -> None:
    # The bands by hand: exp(-exp(ln(-ln S) ± z · √(Greenwood) / ln S)), the median's edges where they fall to one half.
    rows = [
        (1, True),
        (2, True),
        (2, True),
        (3, False),
        (4, True),
        (5, True),
        (6, False),
        (7, True),
        (8, True),
        (9, True),
        (12, True),
    ]
    left, greenwood, low, high = 1.0, 0.0, None, None
    for at in sorted({time for time, answered in rows if answered}):
        risk, events = sum(time >= at for time, _ in rows), sum(time == at and answered for time, answered in rows)
        left *= 1 - events / risk
        greenwood += events / (risk * (risk - events)) if risk > events else math.inf
        if not 0 < left < 1:
            continue
        half = 1.959964 * math.sqrt(greenwood) / abs(math.log(left))
        bands = [math.exp(-math.exp(math.log(-math.log(left)) + sign * half)) for sign in (1, -1)]
        low = at if low is None and bands[0] <= 0.5 else low
        high = at if high is None and bands[1] <= 0.5 else high
    assert median_interval(waits(rows)) == (None if low is None or high is None else (low, high))
    assert low is not None
    assert median_interval(waits([(5, False)])) is None
