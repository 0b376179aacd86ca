"""Share of voice by hand: panels are locked, own posts and spam are out, people are not mentions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.attribution.voice import share_of_voice
from dengar.registers import Member, Panel
from tests.unit.attribution.said import REGISTERS, said, window

MEMBERS = (
    Member("kita", "Kita", campaigns=("peduli",)),
    Member("lain", "Lain", hashtags=("gerakanlain",), phrases=("gerakan  lain",)),
    Member("rani", "Rani", partners=("rani",)),
)
PANEL = Panel("suara", 2, "Suara", MEMBERS)
PANEL = replace(PANEL, locked=PANEL.digest)
OF_NONE = {"campaigns": []}


def told(*mentions, panel=PANEL, **options):
    rows = share_of_voice(mentions, panel, REGISTERS, window(**options))
    return {(one.metric.removeprefix("share_of_voice_"), one.dimension["member"]): one for one in rows}


def crowd():
    ours = [said(f"a{n}", f"p{n % 4}") for n in range(12)]
    others = [said(f"b{n}", f"q{n}", text="Ikut GERAKAN lain dong", **OF_NONE) for n in range(5)]
    tags = [said(f"c{n}", f"r{n}", hashtags=["gerakanlain"], **OF_NONE) for n in range(2)]
    named = [said("d", "s", partners=["rani"], **OF_NONE)]
    return [*ours, *others, *tags, *named]


def test_shares_by_hand():
    rows = told(*crowd())
    assert (rows["mentions", "kita"].value, rows["mentions", "kita"].n) == (12 / 20, 20)
    assert rows["mentions", "lain"].value == 7 / 20
    assert rows["mentions", "rani"].value == 1 / 20
    assert (rows["authors", "kita"].value, rows["authors", "kita"].n) == (4 / 12, 12)
    assert rows["authors", "lain"].value == 7 / 12
    for one in rows.values():
        assert one.low < one.value < one.high
        assert one.dimension["panel"] == "suara@2"
        assert one.inputs["panel_digest"] == PANEL.digest
        assert one.coverage == 1.0


def test_what_is_left_out():
    rows = told(
        *crowd(), said("x1", "@kantor"), said("x2", "spammer", spam="gambling"), said("x3", "a", 40),
        said("x4", "a", text="pagi", **OF_NONE),
        said("x5", "@rani", partners=["rani"], **OF_NONE), said("x6", "a", platform="youtube"),
        said("x7", "a", text="gerakan lainnya", **OF_NONE),
    )  # fmt: skip
    assert rows["mentions", "kita"].n == 20


def test_a_partners_own_posts_count_for_others_only():
    rows = told(*crowd(), said("x5", "@rani", partners=["rani"], hashtags=["gerakanlain"], **OF_NONE))
    assert rows["mentions", "rani"].inputs == {
        "panel_digest": PANEL.digest, "members": ["kita", "lain", "rani"], "mentions": 1, "of_mentions": 21,
    }  # fmt: skip
    assert rows["mentions", "lain"].value == 8 / 21


def test_one_who_shouts_widens_the_interval():
    many = told(
        *[said(f"a{n}", f"p{n}") for n in range(20)],
        *[said(f"b{n}", f"q{n}", hashtags=["gerakanlain"], **OF_NONE) for n in range(20)],
    )
    one = told(
        *[said(f"a{n}", "p") for n in range(20)],
        *[said(f"b{n}", f"q{n}", hashtags=["gerakanlain"], **OF_NONE) for n in range(20)],
    )
    width = {
        name: rows["mentions", "kita"].high - rows["mentions", "kita"].low
        for name, rows in (("many", many), ("one", one))
    }
    assert width["one"] > 2 * width["many"]


def test_withheld_authors_are_mentions_and_no_people():
    rows = told(*[said(f"a{n}", None) for n in range(12)])
    assert rows["mentions", "kita"].value == 1.0
    assert (rows["authors", "kita"].refused, rows["authors", "kita"].coverage) == ("not_obtainable", 0.0)


def test_few_drafts_and_policy():
    assert {one.refused for one in told(said("a", "p")).values()} == {"too_few"}
    assert {one.refused for one in told().values()} == {"too_few"}
    with pytest.raises(ValueError, match="draft"):
        told(panel=replace(PANEL, locked=None))
    barred = told(*crowd(), platform="youtube", profile="strict")
    assert {(one.value, one.n, one.refused) for one in barred.values()} == {(None, None, "policy_off")}


def test_another_version_is_another_series():
    second = replace(PANEL, version=3)
    first, then = told(*crowd()), told(*crowd(), panel=second)
    assert not {one.key for one in first.values()} & {one.key for one in then.values()}


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.booleans(), st.booleans()), max_size=60))
def test_shares_of_mentions_add_up_to_one(rows):
    mentions = [
        said(str(n), who, hashtags=["gerakanlain"] if other else [], campaigns=["peduli"] if ours else [])
        for n, (who, ours, other) in enumerate(rows)
    ]
    shares = [one.value for (kind, _), one in told(*mentions).items() if kind == "mentions"]
    assert None in shares or abs(sum(shares) - 1) < 1e-9
