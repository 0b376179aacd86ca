"""How partners are answered, by hand: who counts, what is refused, and that one loud person does not decide."""

from __future__ import annotations

from dengar.attribution.credibility import credibility
from tests.unit.attribution.said import REGISTERS, said, window

POSTS = {"ig:media:1"}


def answer(number, who, feeling="neutral", intent="other", **changes):
    return said(
        f"ig:comment:{number}",
        who,
        2,
        kind="comment",
        post_id="ig:media:1",
        sentiment=feeling,
        intent=intent,
        **changes,
    )


def told(*mentions, partner="yayasan", posts=POSTS, **options):
    rows = credibility(mentions, posts, window(**options), REGISTERS, partner=partner, campaign="peduli", coverage=0.8)
    return {one.metric.removeprefix("response_"): one for one in rows}


CROWD = [
    *[answer(n, f"p{n}", "positive", "praise") for n in range(6)],
    *[answer(10 + n, f"q{n}", "negative", "hoax") for n in range(2)],
    *[answer(20 + n, f"r{n}", "neutral", "question") for n in range(4)],
]


def test_shares_by_hand():
    rows = told(*CROWD)
    net = rows["net_sentiment"]
    assert (net.value, net.n, net.unit, net.coverage) == (33.33, 12, "points", 0.8)
    assert net.low < 33.33 < net.high
    assert net.inputs == {"positive": 6, "neutral": 4, "negative": 2, "posts": 1, "responses": 12, "people": 12}
    assert (rows["question_share"].value, rows["hoax_share"].value) == (4 / 12, 2 / 12)
    assert {one.partner for one in rows.values()} == {"yayasan"}


def test_who_does_not_count():
    rows = told(
        *CROWD, answer(50, "@kantor", "positive"), answer(51, "@rani", "positive"), answer(52, "x", spam="bot"),
        said("ig:media:1", "x", kind="post"), said("c", "x", kind="comment", post_id="ig:media:2"),
        said("d", "x", -5, kind="comment", post_id="ig:media:1"),
    )  # fmt: skip
    assert rows["net_sentiment"].inputs["responses"] == 12


def test_one_loud_person_widens_the_interval():
    loud = told(*CROWD, *[answer(60 + n, "p0", "positive", "praise") for n in range(12)])
    crowd = told(*CROWD, *[answer(60 + n, f"s{n}", "positive", "praise") for n in range(12)])
    width = [rows["hoax_share"].high - rows["hoax_share"].low for rows in (loud, crowd)]
    assert width[0] > width[1]


def test_refusals():
    assert {one.refused for one in told(*CROWD[:5]).values()} == {"too_few"}
    assert {one.refused for one in told(partner="rani").values()} == {"not_obtainable"}
    assert {one.refused for one in told(partner="yayasan").values()} == {"too_few"}  # connected: nobody answered
    assert {one.refused for one in told(partner="rani", platform="youtube").values()} == {"too_few"}
    assert {(one.refused, one.rule) for one in told(partner="rani", platform="youtube", profile="strict").values()} == {
        ("policy_off", "yt-derived")
    }
    unjudged = [said(f"c{n}", f"p{n}", kind="comment", post_id="ig:media:1") for n in range(20)]
    assert {one.refused for one in told(*unjudged).values()} == {"too_few"}
