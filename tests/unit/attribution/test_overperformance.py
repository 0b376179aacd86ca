"""Overperformance at fixed ages against the account's own last posts, by hand; what was not read at an age is not guessed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dengar.attribution.overperformance import AGES, Followed, overperformance, score
from tests.unit.attribution.said import START, window


def post(identity, days, engagement, purpose="education", form="reel", ages=tuple(AGES.values())):
    at = START + timedelta(days=days)
    return Followed(identity, at, form, purpose, tuple((at + age, engagement) for age in ages))


def told(posts, **options):
    rows = overperformance(posts, window(**options), account="instagram:2", partner="rani")
    return {(one.dimension["post"], one.dimension["age"]): one for one in rows}


BEFORE = [post(f"old{n}", -20 + n, 100 + n) for n in range(12)]


@pytest.mark.parametrize(
    ("actual", "expected", "value"), [(200, 100, 2.0), (100, 100, 1.0), (50, 100, -2.0), (0, 100, -200.0)]
)
def test_the_score(actual, expected, value):
    assert score(actual, expected) == value


def test_against_the_middle_half_by_hand():
    rows = told([*BEFORE, post("new", 1, 211)])
    assert sorted(age for _, age in rows) == ["15m", "1h", "24h", "5h"]
    one = rows["new", "1h"]
    assert (one.inputs["expected"], one.inputs["actual"], one.n) == (105.5, 211.0, 12)
    assert one.value == 2.0
    assert one.low < 2.0 < one.high
    assert one.inputs["against"] == "account, format, purpose"
    assert one.dimension == {"post": "new", "age": "1h", "format": "reel", "purpose": "education"}
    assert rows == told([post("new", 1, 211), *BEFORE[::-1]])


def test_like_with_like_where_there_is_enough_of_it():
    mixed = [*BEFORE, *[post(f"c{n}", -5 + n / 10, 10, form="image", purpose=None) for n in range(10)]]
    assert told([*mixed, post("new", 1, 100)])["new", "1h"].inputs["expected"] == 105.5
    image = told([*mixed, post("new", 1, 30, form="image", purpose="education")])["new", "1h"]
    assert (image.value, image.inputs["against"]) == (3.0, "account, format")
    other = told([*mixed, post("new", 1, 30, form="live")])["new", "1h"]
    assert (other.inputs["against"], other.n) == ("account", 22)


def test_only_the_last_hundred_count():
    posts = [post(f"x{n}", -200 + n, 10) for n in range(90)] + [post(f"y{n}", -90 + n / 2, 50) for n in range(100)]
    one = told([*posts, post("new", 1, 50)])["new", "24h"]
    assert (one.value, one.n) == (1.0, 100)


def test_what_was_not_read_is_not_guessed():
    late = post("new", 1, 211, ages=(timedelta(hours=24),))
    rows = told([*BEFORE, late])
    assert (rows["new", "1h"].value, rows["new", "1h"].refused) == (None, "not_obtainable")
    assert rows["new", "24h"].value == 2.0
    hidden = Followed("new", START + timedelta(days=1), "reel", None, ((START + timedelta(days=1, hours=1), None),))
    assert {one.refused for (name, _), one in told([*BEFORE, hidden]).items() if name == "new"} == {"not_obtainable"}


def test_between_two_readings_it_is_interpolated():
    at = START + timedelta(days=1)
    between = Followed("new", at, "reel", None, ((at + timedelta(minutes=40), 100), (at + timedelta(minutes=80), 200)))
    assert between.at(AGES["1h"]) == 150
    assert between.at(AGES["5h"]) is None
    far = Followed("new", at, "reel", None, ((at + timedelta(minutes=10), 100), (at + timedelta(hours=9), 200)))
    assert far.at(AGES["1h"]) is None


def test_few_posts_zero_benchmark_and_policy():
    assert told([*BEFORE[:5], post("new", 1, 9)])["new", "1h"].refused == "too_few"
    silent = [post(f"s{n}", -20 + n, 0) for n in range(12)]
    assert told([*silent, post("new", 1, 9)])["new", "1h"].refused == "too_few"
    nobody = told([*BEFORE, post("new", 1, 0)])["new", "1h"]
    assert nobody.value == -211.0
    barred = told([*BEFORE, post("new", 1, 211)], platform="youtube", profile="strict")
    assert {(one.value, one.refused, one.rule) for one in barred.values()} == {(None, "policy_off", "yt-30-days")}
    assert told(BEFORE) == {}
