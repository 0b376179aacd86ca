"""Engaged reach of partners from mentions: who counts, what coverage refuses, and that parts merge to the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from dengar.attribution.constants import load_constants
from dengar.attribution.figure import Figure
from dengar.attribution.period import Attribution, since_last
from dengar.attribution.spans import Days, of_day
from dengar.policy import load_policy
from dengar.records import timestamp
from dengar.registers import Registers
from tests.unit.attribution.memory import Memory, Shelf, pick, told
from tests.unit.attribution.said import REGISTERS, START, said

NOW = START + timedelta(days=9, hours=3)
DAY = date(2026, 11, 3)
ON: dict[str, Any] = {"start": of_day(DAY).start, "end": of_day(DAY).end}


def comment(identity: str, who: str | None, post: str, days: float, **changes: Any) -> dict[str, Any]:
    return said(identity, who, days, kind="comment", post_id=post, campaigns=[], **changes)


def counted(identity: str, **values: int | None) -> dict[str, Any]:
    return {
        "object_id": identity,
        "period": "lifetime",
        "observed_at": timestamp(START + timedelta(days=5)),
        "values": values,
    }


def world() -> Memory:
    """Yayasan is connected: all its commenters are seen. Rani is not: of twenty comments one is known, by the way."""
    people = [("y1", "a"), ("y2", "b"), ("y3", "b"), ("y4", "c")]
    below = [comment(f"ig:comment:{name}", who, "ig:media:y", 2.2 + n / 100) for n, (name, who) in enumerate(people)]
    return Memory(
        [
            said("ig:media:y", "@yayasan", 2.1),
            said("ig:media:r", "@rani", 2.1),
            said("ig:media:p", "somebody", 2.1),
            *below,
            comment("ig:comment:own", "@yayasan", "ig:media:y", 2.3),
            comment("ig:comment:office", "@kantor", "ig:media:y", 2.3),
            comment("ig:comment:spam", "judi", "ig:media:y", 2.3, spam="gambling"),
            comment("ig:comment:withheld", None, "ig:media:y", 2.3),
            comment("ig:comment:r1", "a", "ig:media:r", 2.3),
            comment("ig:comment:p1", "z", "ig:media:p", 2.3),
        ],
        [
            counted("ig:media:y", comments=8, reach=900),
            counted("ig:media:r", comments=20),
            counted("ig:user:2", followers=12_000),
            counted("ig:user:3", followers=4_000),
        ],
    )


def work(
    source: Memory, shelf: Shelf, profile: str = "sandbox", registers: Registers = REGISTERS, now: datetime = NOW
) -> Attribution:
    return Attribution(source, registers, load_policy(profile), load_constants(), now, shelf.get)


def test_who_acted_counts_once_and_only_who_can_be_told_apart() -> None:
    found = told(work(world(), Shelf()), of_day(DAY), Shelf())
    (one,) = pick(
        found,
        metric="engaged_reach",
        partner="yayasan",
        campaign="peduli",
        start=of_day(DAY).start,
        end=of_day(DAY).end,
    )
    assert (one.value, one.n, one.refused) == (3, 4, None)
    assert one.inputs["acts_spam"] == 1
    assert (one.inputs["comments_told"], one.inputs["comments_seen"]) == (8, 7), (
        "all below the post whose author is known"
    )
    assert one.coverage == pytest.approx(7 / 8)
    assert one.inputs["posts"] == ["ig:media:y"]
    assert not pick(found, partner=None, account="ig:media:p"), "nobody's post is nobody's"


def test_below_the_floor_a_partner_is_refused_with_the_reason() -> None:
    found = told(work(world(), Shelf()), of_day(DAY), Shelf())
    for metric in ("engaged_reach", "engaged_incremental", "engaged_shapley"):
        for one in pick(found, metric=metric, partner="rani", platform="instagram"):
            assert (one.value, one.refused, one.coverage) == (None, "coverage_below_floor", 0.05)
            assert "connect" in str(one.inputs["why"])
    (union,) = pick(found, metric="engaged_union", campaign="peduli", **ON)
    assert union.refused == "coverage_below_floor", "8 of 28 comments can be seen of both together"
    assert union.inputs["partners_refused"] == ["rani"]


def test_a_partner_that_connects_raises_coverage_and_gets_its_figure() -> None:
    source = world()
    source.mentions_ += [comment(f"ig:comment:new{n}", f"n{n}", "ig:media:r", 2.4) for n in range(19)]
    accounts = tuple(replace(one, connected=True) if one.handle == "rani" else one for one in REGISTERS.accounts)
    found = told(work(source, Shelf(), registers=replace(REGISTERS, accounts=accounts)), of_day(DAY), Shelf())
    (rani,) = pick(found, metric="engaged_reach", partner="rani", campaign="peduli", **ON)
    assert (rani.value, rani.coverage, rani.refused) == (20, 1.0, None)
    (union,) = pick(found, metric="engaged_union", campaign="peduli", **ON)
    assert union.value == 22, "`a` acted on both"
    (added,) = pick(found, metric="engaged_incremental", partner="rani", campaign="peduli", **ON)
    assert added.value == 19


def test_what_the_platform_counts_as_nothing_is_zero_and_what_nobody_counted_is_not_obtainable() -> None:
    source = world()
    source.mentions_ = [one for one in source.mentions_ if one["kind"] == "post"]
    source.metrics = [counted("ig:media:y", comments=0)]
    found = told(work(source, Shelf()), of_day(DAY), Shelf())
    (yayasan,) = pick(found, metric="engaged_reach", partner="yayasan", campaign=None, **ON)
    (rani,) = pick(found, metric="engaged_reach", partner="rani", campaign=None, **ON)
    assert (yayasan.value, yayasan.coverage, yayasan.refused) == (0, None, None)
    assert (rani.value, rani.refused) == (None, "not_obtainable")


def test_policy_is_asked_and_nothing_derived_slips_through() -> None:
    source = world()
    source.mentions_ += [
        said("yt:video:r", "@rani", 2.1, platform="youtube"),
        comment("yt:comment:1", "q", "yt:video:r", 2.2, platform="youtube"),
    ]
    found = told(work(source, Shelf(), profile="strict"), of_day(DAY), Shelf())
    tube = pick(found, platform="youtube")
    assert {one.refused for one in tube} == {"policy_off"}
    assert all(one.value is None and not one.inputs and one.n is None for one in tube)
    assert not [one for one in tube if one.metric in ("engaged_overlap", "engaged_next_best")]
    open_ = told(work(source, Shelf()), of_day(DAY), Shelf())
    (modelled,) = pick(open_, platform="youtube", metric="reach_modelled", campaign=None)
    assert (modelled.refused, modelled.rule) == ("policy_off", "yt-no-estimate"), "no profile lets it be estimated"


def test_three_kinds_of_reach_stay_apart() -> None:
    found = told(work(world(), Shelf()), of_day(DAY), Shelf())
    (post,) = [one for one in pick(found, metric="reach_measured") if one.dimension]
    assert (post.value, post.dimension, post.account) == (900, {"post": "ig:media:y"}, "ig:user:3")
    (rani,) = pick(found, metric="reach_measured", partner="rani", campaign="peduli", **ON)
    assert (rani.value, rani.refused) == (None, "not_obtainable")
    (potential,) = pick(found, metric="reach_potential", partner="rani", campaign="peduli", **ON)
    assert potential.value == 12_000
    (modelled,) = pick(found, metric="reach_modelled", partner="rani", campaign="peduli", **ON)
    assert (modelled.low, modelled.value, modelled.high) == (1800, 4124, 5760)
    assert modelled.formula == "reach_modelled/1"


def test_over_several_posts_measured_reach_is_only_bounded() -> None:
    source = world()
    source.mentions_.append(said("ig:media:y2", "@yayasan", 2.5))
    source.metrics.append(counted("ig:media:y2", comments=0, reach=400))
    found = told(work(source, Shelf()), of_day(DAY), Shelf())
    (whole,) = pick(found, metric="reach_measured", partner="yayasan", campaign="peduli", **ON)
    assert (whole.value, whole.low, whole.high) == (None, 900, 1300)


def random_world(random: Random, days: int = 9) -> Memory:
    posts = [said(f"ig:media:{n}", random.choice(["@yayasan", "@rani"]), random.uniform(0, days - 1)) for n in range(8)]
    source = Memory(list(posts))
    for number in range(150):
        post = random.choice(posts)
        at = random.uniform((datetime.fromisoformat(post["published_at"]) - START) / timedelta(days=1), days)
        source.mentions_.append(comment(f"ig:comment:{number}", f"p{random.randint(1, 40)}", post["id"], at))
    count(source)
    return source


def count(source: Memory) -> None:
    """The platform counts what is there now."""
    posts = [one["id"] for one in source.mentions_ if one["kind"] == "post"]
    source.metrics = [counted(post, comments=source.seen([post]).get(post, 0)) for post in posts]


def same(one: Figure, other: Figure) -> bool:
    return replace(one, computed_at=NOW) == replace(other, computed_at=NOW)


@pytest.mark.parametrize("seed", range(5))
def test_hour_by_hour_and_at_once_come_to_the_same(seed: int) -> None:
    source = random_world(Random(seed))
    shelf, last, hourly = Shelf(), START + timedelta(hours=1), {}
    everything = list(source.mentions_)
    first = told(work(Memory(), shelf, now=last), Days(date(2026, 10, 26), date(2026, 11, 1)), shelf)
    assert not [one for one in first.values() if one.value]
    for hour in range(5, 9 * 24 + 3, 4):
        now = START + timedelta(hours=hour)
        source.mentions_ = [one for one in everything if datetime.fromisoformat(one["published_at"]) < now]
        count(source)
        days = since_last(now, last)
        assert days is not None
        hourly |= told(work(source, shelf, now=now), days, shelf)
        last = now
    whole = work(source, Shelf(), now=last)
    full = told(whole, whole.full_days(), shelf)
    running = {key: one for key, one in full.items() if one.end >= of_day(date(2026, 11, 10)).end}
    assert {one.campaign for one in running.values()} == {None, "peduli"}
    for key, one in running.items():
        if one.metric.startswith("engaged"):
            assert same(one, hourly[key]), key


def test_brute_force_agrees_with_the_campaign_so_far() -> None:
    source, shelf = random_world(Random(11)), Shelf()
    whole = work(source, shelf)
    found = told(whole, whole.full_days(), shelf)
    post_of = {one["id"]: one["author"]["handle"] for one in source.mentions_ if one["kind"] == "post"}
    acted: dict[str, set[str]] = {"yayasan": set(), "rani": set()}
    for one in source.mentions_:
        if one["kind"] == "comment":
            acted[post_of[one["post_id"]]].add(one["author"]["key"])
    so_far = {
        "campaign": "peduli",
        "start": datetime(2026, 10, 31, 17, tzinfo=UTC),
        "end": datetime(2026, 11, 10, 17, tzinfo=UTC),
    }
    for partner, people in acted.items():
        (one,) = pick(found, metric="engaged_reach", partner=partner, **so_far)
        assert one.value == len(people)
        (alone,) = pick(found, metric="engaged_incremental", partner=partner, **so_far)
        assert alone.value == len(people - set.union(*(other for name, other in acted.items() if name != partner)))
    (union,) = pick(found, metric="engaged_union", **so_far)
    assert union.value == len(set.union(*acted.values()))
    (overlap,) = pick(found, metric="engaged_overlap", **so_far)
    assert overlap.value == len(set.intersection(*acted.values()))
    assert overlap.partner == "rani"
    assert overlap.dimension == {"with": "yayasan"}


def test_a_repeat_says_the_same_and_a_deletion_is_in_it() -> None:
    source, shelf = random_world(Random(3)), Shelf()
    whole = work(source, shelf)
    first = told(whole, whole.full_days(), shelf, full=True)
    assert told(whole, whole.full_days(), shelf, full=True) == first
    gone = next(one for one in source.mentions_ if one["kind"] == "comment")
    gone["deleted"] = True
    again = told(whole, whole.full_days(), shelf, full=True)
    assert sum(one.n or 0 for one in pick(again, metric="engaged_reach", campaign=None)) < sum(
        one.n or 0 for one in pick(first, metric="engaged_reach", campaign=None)
    )


def test_an_hour_reads_its_days_whatever_lies_before() -> None:
    for days in (9, 18):
        source, shelf = random_world(Random(2), days), Shelf()
        now = START + timedelta(days=days, hours=3)
        today = [comment(f"ig:comment:today{n}", f"t{n}", "ig:media:1", days + 0.1) for n in range(50)]
        source.mentions_ += today
        told(work(source, shelf, now=now), Days(date(2026, 10, 26), (now - timedelta(days=1)).date()), shelf)
        source.read = 0
        told(work(source, shelf, now=now), of_day(now.date()), shelf)
        within = [
            one for one in source.mentions_ if of_day(now.date()).start <= datetime.fromisoformat(one["published_at"])
        ]
        posts = sum(one["kind"] == "post" for one in within)
        assert source.read == len(within) + posts, "posts are looked at twice"


def test_after_a_silence_only_a_full_run_will_do() -> None:
    now = datetime(2026, 11, 10, 3, tzinfo=UTC)
    assert since_last(now, None) is None
    assert since_last(now, now - timedelta(days=2)) is None
    assert since_last(now, now - timedelta(hours=1)) == Days(date(2026, 11, 10), date(2026, 11, 10))
    assert since_last(now, now - timedelta(hours=9)) == Days(date(2026, 11, 9), date(2026, 11, 10))


def test_days_that_are_worked_again_are_told_by_whole_periods() -> None:
    at = work(Memory(), Shelf(), now=datetime(2026, 11, 18, 5, tzinfo=UTC))
    assert at.covering(of_day(date(2026, 11, 12))) == Days(date(2026, 10, 26), date(2026, 11, 15)), (
        "the campaign's first week to Sunday"
    )
    assert at.covering(of_day(date(2026, 11, 17))) == Days(date(2026, 10, 26), date(2026, 11, 18)), (
        "a week that goes on ends today"
    )
    assert at.full_days() == Days(date(2026, 10, 19), date(2026, 11, 18)), "thirty days, and their Monday"
