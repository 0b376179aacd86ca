"""Engagement rates: the denominator is in the name, null stays null, sums over sums."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dengar.attribution.rates import Measured, engagement_rates, of_counters
from tests.unit.attribution.said import window


def told(*posts, **options):
    return {
        one.metric.removeprefix("engagement_rate_by_"): one
        for one in engagement_rates(posts, window(**options), account="instagram:2")
    }


def test_sums_over_sums_by_hand():
    posts = [
        Measured("1", 90, 10, views=1000, reach=800, followers=5000),
        Measured("2", 40, 10, views=500, reach=None, followers=5000),
        Measured("3", 20, 5, views=0, reach=200, followers=None),
        Measured("4", None, 5, views=100, reach=100, followers=5000),
    ]
    rows = told(*posts)
    assert (rows["followers"].value, rows["followers"].n) == (150 / 10_000, 2)
    assert (rows["reach"].value, rows["reach"].n) == (125 / 1000, 2)
    assert rows["views"].value == 150 / 1500
    assert rows["views"].inputs == {
        "engagement": 150,
        "views": 1500,
        "posts": 4,
        "posts_likes_hidden": 1,
        "posts_without_views": 0,
    }
    assert (rows["followers"].low, rows["followers"].high) == (None, None)
    assert {one.account for one in rows.values()} == {"instagram:2"}


def test_hidden_likes_are_not_fewer_likes():
    rows = told(Measured("1", None, 5, views=100, followers=1000))
    assert {(one.value, one.refused) for one in rows.values()} == {(None, "not_obtainable")}
    assert rows["followers"].inputs["engagement"] is None


def test_without_a_post_and_without_leave():
    assert {one.refused for one in told().values()} == {"too_few"}
    rows = told(Measured("1", 1, 5, views=100, followers=1000), platform="youtube", profile="strict")
    assert {(one.refused, one.rule, one.n) for one in rows.values()} == {("policy_off", "yt-30-days", None)}


def test_counters_of_the_index():
    post = of_counters("1", {"likes": 3, "comments": 0, "reach": None}, 100)
    assert (post.engagement, post.rate("followers"), post.rate("reach"), post.rate("views")) == (3, 0.03, None, None)


count = st.none() | st.integers(0, 10**9)


@given(st.lists(st.tuples(count, count, count, count, count), max_size=30))
def test_whatever_the_counters(rows):
    posts = [Measured(str(n), *row) for n, row in enumerate(rows)]
    for by, one in told(*posts).items():
        usable = [post for post in posts if post.rate(by) is not None]
        assert one.n == len(usable)
        assert (one.value is None) == (not usable)
        if usable:
            rates = [post.rate(by) for post in usable]
            assert min(rates) * 0.999999 <= one.value <= max(rates) * 1.000001
            assert one.low is None or one.low <= one.value <= one.high
