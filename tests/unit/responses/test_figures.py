"""The measures of a handful of conversations, computed by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dengar.responses.actions import act
from dengar.responses.figures import figures, wilson
from tests.unit.responses.memory import World
from tests.unit.responses.mentions import a_desk, deletion, mention

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 in Jakarta
NOW = MONDAY + timedelta(days=1)
H = timedelta(hours=1)


def asked(number: int, at: datetime = MONDAY, **more):
    told = {"asks": True, "category": "pkh", "sentiment": "negative"} | more
    return mention(f"ig:comment:{number}", at, key=f"ig~p{number}", **told)


def answer(number: int, at: datetime, text: str = "jawaban", **more):
    name = f"ig:comment:{number}.{int(at.timestamp())}"
    return mention(name, at, role="official", key="ig~o", thread=f"ig:comment:{number}", text=text, **more)


@pytest.fixture
def world():
    world = World(a_desk())
    thanks = mention(
        "ig:comment:1t", MONDAY + 3 * H, key="ig~p1", thread="ig:comment:1", asks=False, sentiment="positive"
    )
    world.say([asked(1), answer(1, MONDAY + H, "Sudah kami catat, Kak."), thanks])
    world.say([asked(2), answer(2, MONDAY + 2 * H, "sudah kami catat kak")])
    world.say([asked(3), answer(3, MONDAY + 4 * H, "Sudah kami catat Kak!")])
    world.say([asked(4, category="disaster_aid")])  # waits, and is late since noon
    world.say([asked(5), deletion("ig:comment:5", MONDAY + H, at=MONDAY + H)])
    world.say([asked(6)])
    where = {"id": "ig:comment:6", "platform": "instagram", "post_id": "ig:media:1"}
    world.decide(act(None, where, "dismiss", by="sari", now=MONDAY + H, covers=["ig:comment:6"], reason="spam"))
    where = {"id": "ig:comment:1", "platform": "instagram", "post_id": "ig:media:1"}
    world.decide(act(None, where, "resolve", by="sari", now=MONDAY + 5 * H, covers=["ig:comment:1"]))
    world.track(NOW)
    return world


def test_by_hand(world) -> None:
    [row] = [
        row
        for row in figures(world.state().values(), NOW, world.desk.working, world.desk.policy)
        if row["platform"] == "instagram"
    ]
    assert row["states"] == {"answered": 2, "dismissed": 1, "overdue": 1, "resolved": 1, "withdrawn": 1}
    assert (row["conversations"], row["actionable"], row["answered"]) == (6, 5, 3)
    assert row["reply_ratio"] == 0.6
    # Waits: 1 h (censored: withdrawn), 1 h, 2 h, 4 h, and 24 h still waiting. S(1) = 4/5, S(2) = 4/5 · 2/3, S(4) = 4/5 · 1/3.
    first = row["first_response"]
    assert (first["n"], first["answered"], first["median_wall_seconds"], first["p90_wall_seconds"]) == (
        5,
        3,
        4 * 3600,
        None,
    )
    # 08:00 to 09:00, 10:00 and 12:00: all of it is worked.
    assert first["median_working_seconds"] == 4 * 3600
    assert (first["met"], first["missed"], first["pending"], first["within_target"]) == (3, 1, 0, 0.75)
    assert row["resolution"]["answered"] == 1
    assert row["resolution_ratio"] == 0.2
    assert row["backlog"] == {"open": 1, "median_age_seconds": 86_400, "oldest_age_seconds": 86_400}
    assert row["complete"] == {"n": 4, "share": 1.0}, "what was withdrawn tells nothing any more"
    assert row["quality"]["copied_share"] == 1.0, "three answers in the same words, but for case and punctuation"
    assert row["two_way"]["turns_per_conversation"] == 1.6
    assert row["two_way"]["mood_change"] == {"n": 1, "mean": 2.0}


def test_groups_and_policy(world) -> None:
    rows = figures(world.state().values(), NOW, world.desk.working, world.desk.policy, by="category")
    assert {(row["platform"], row["value"]): row["actionable"] for row in rows} == {
        ("all", "disaster_aid"): 1,
        ("all", "pkh"): 4,
        ("instagram", "disaster_aid"): 1,
        ("instagram", "pkh"): 4,
    }
    hours = figures(world.state().values(), NOW, world.desk.working, world.desk.policy, by="hour")
    assert {row["value"] for row in hours} == {"08"}


def test_platforms_are_not_mixed_where_policy_forbids_it() -> None:
    world = World(a_desk("strict"))
    world.say([mention("yt:comment:1", MONDAY, key="yt~a", platform="youtube", post="yt:video:1"), asked(1)])
    world.track(NOW)
    rows = {row["platform"]: row for row in figures(world.state().values(), NOW, world.desk.working, world.desk.policy)}
    assert rows["all"]["off"].startswith("dimatikan kebijakan")
    assert rows["youtube"]["actionable"] == rows["instagram"]["actionable"] == 1
    by = figures(world.state().values(), NOW, world.desk.working, world.desk.policy, by="category")
    assert next(row["value"] for row in by if row["platform"] == "youtube").startswith("dimatikan kebijakan")


def test_wilson_as_published() -> None:
    # R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I, method 3
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(0, 0) is None
