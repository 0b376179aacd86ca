"""A challenge over time, by hand: participants, who is new, who does not come back; withheld authors and open ends."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dengar.attribution.participation import days, figures
from tests.unit.attribution.said import CAMPAIGN, END, START, said, window

MENTIONS = [
    said("1", "a", 1), said("2", "b", 1), said("3", "a", 2, kind="comment"), said("4", "c", 4), said("5", "@rani", 4.1), said("6", "a", 10),
    said("7", "@kantor", 1), said("8", "d", 2, campaigns=[]), said("9", "e", 2, spam="gambling"), said("10", "a", 2.1),
]  # fmt: skip


def test_days_by_hand():
    told = days(MENTIONS, CAMPAIGN, window())
    assert [(one.day.day, one.participants, one.new, one.dropped) for one in told if one.participants] == [
        (2, 2, 2, 1), (3, 1, 0, 0), (5, 2, 2, 2), (11, 1, 0, 0),
    ]  # fmt: skip
    assert [one.day for one in told] == [date(2026, 11, 2) + timedelta(days=n) for n in range(10)]


def test_who_may_still_come_back_has_not_dropped_off():
    told = days(MENTIONS, CAMPAIGN, window(end=START + timedelta(days=9)))
    assert [(one.day.day, one.dropped) for one in told] == [(2, 1), (3, None), (4, None), (5, None)]
    early = days(MENTIONS, CAMPAIGN, window(computed_at=START + timedelta(days=5)))
    assert {one.dropped for one in early} == {None}


def test_figures_tell_coverage_and_a_share_with_its_interval():
    mentions = [said(str(n), f"p{n}", 2) for n in range(8)] + [
        said("again", "p0", 4),
        said("x", None, 3),
        said("y", None, 3),
    ]
    rows = {(one.metric, one.dimension.get("day")): one for one in figures(mentions, CAMPAIGN, window())}
    whole = rows["participants", None]
    assert (whole.value, whole.n, round(whole.coverage, 3), whole.campaign) == (8, 11, 0.818, "peduli")
    assert whole.inputs == {"mentions": 11, "posts": 11, "comments": 0, "kind": "challenge"}
    assert rows["new_participants", "2026-11-03"].value == 8
    drop = rows["drop_off", None]
    assert (drop.value, drop.n) == (7 / 8, 8)
    assert drop.low < drop.value < drop.high


def test_few_and_withheld_and_barred_say_so():
    few = {one.metric: one for one in figures(MENTIONS, CAMPAIGN, window())}
    assert few["drop_off"].refused == "too_few"
    (row,) = figures([said("x", None, 3)], CAMPAIGN, window())
    assert (row.value, row.refused, row.coverage) == (None, "not_obtainable", 0.0)
    (row,) = figures([said("x", "a", 3, platform="youtube")], CAMPAIGN, window("youtube", "strict"))
    assert (row.value, row.n, row.refused, row.rule) == (None, None, "policy_off", "yt-30-days")
    (row, _) = figures([], CAMPAIGN, window())
    assert (row.value, row.coverage) == (0, None)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 27.9)), max_size=60))
def test_everyone_is_new_once(rows):
    mentions = [said(str(n), who, at) for n, (who, at) in enumerate(rows)]
    told = days(mentions, CAMPAIGN, window(end=END))
    assert sum(one.new for one in told) == len({who for who, _ in rows})
    assert all(one.new <= one.participants and (one.dropped or 0) <= one.new for one in told)
    assert told == days(mentions[::-1], CAMPAIGN, window(end=END))
