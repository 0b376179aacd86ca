"""What a pass over Instagram collects: every reply, deletions that were looked up, insights metric by metric, others' media."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dengar.registers import Campaign, Registers
from listeners.instagram import webhook
from listeners.instagram.accounts import Accounts
from listeners.instagram.comments import Comments, recently_published
from listeners.instagram.discovery import Discovery
from listeners.instagram.errors import RateLimitedError
from listeners.instagram.hashtags import Hashtags
from listeners.instagram.insights import Insights
from listeners.instagram.media import Media, Tags
from listeners.instagram.stories import Stories
from listeners.instagram.watch import Watch
from listeners.item import RawItem
from listeners.station import Backfill
from tests.unit.listeners.instagram.gram import NOW, OTHER, OWN, Gram, at, polled
from tests.unit.listeners.instagram.wire import Answer, Wire, refusal
from tests.unit.listeners.rounds import gaps_of, pages_of


def told(items: list[RawItem]) -> dict[str, str]:
    return {item.subject: item.kind for item in items}


def test_all_comments_and_replies_on_all_pages_are_collected_once(gram: Gram, watch: Watch) -> None:
    gram.post("1")
    gram.threads["1"] = {"11": [f"110{n}" for n in range(53)], "12": ["121"], "13": [], "14": [], "15": ["151", "152"]}
    polled(Media(watch))
    items = polled(Comments(watch))
    everything = [*gram.threads["1"], *(reply for replies in gram.threads["1"].values() for reply in replies)]
    assert sorted(item.subject for item in items) == sorted(f"ig:comment:{identity}" for identity in everything)
    for item in items:
        identity = item.subject.rpartition(":")[2]
        thread = next(one for one, replies in gram.threads["1"].items() if identity == one or identity in replies)
        assert (item.post_id, item.conversation_id) == ("ig:media:1", f"ig:comment:{thread}")
        assert item.parent_id == (f"ig:comment:{thread}" if identity != thread else None)
        assert (item.ownership, item.account) == ("owned", OWN)


def test_a_comment_that_came_as_another_went_is_seen_though_the_count_stands_still(gram: Gram, watch: Watch) -> None:
    gram.post("1", comments_count=1)
    gram.threads["1"] = {"11": []}
    media, comments = Media(watch), Comments(watch)
    polled(media)
    polled(comments)
    gram.threads["1"] = {"12": []}
    polled(media)
    assert told(polled(comments)) == {"ig:comment:12": "comment", "ig:comment:11": "gone"}


def test_old_media_are_walked_when_their_count_moved_and_in_complete_walks(
    gram: Gram, watch: Watch, wire: Wire
) -> None:
    gram.post("1", day=1, comments_count=0)
    gram.post("2", day=28, comments_count=0)
    at(watch, NOW)
    media, comments = Media(watch), Comments(watch)
    polled(media)
    polled(comments)
    watch.station.walk = False

    def walked() -> list[str]:
        before = len(wire.asked)
        polled(media)
        polled(comments)
        return [path for path, _ in wire.asked[before:] if path.endswith("/comments")]

    assert walked() == ["2/comments"]
    gram.media["1"]["comments_count"] = 1
    assert walked() == ["2/comments", "1/comments"]
    assert walked() == ["2/comments"]
    at(watch, NOW + timedelta(hours=7))
    assert walked() == ["2/comments", "1/comments"]


def test_recent_is_measured_from_the_newest_medium_and_what_has_no_time_counts_as_recent() -> None:
    media = {
        "1": {"t": "2026-03-01T08:00:00+0000"},
        "2": {"t": "2026-03-16T08:00:00+0000"},
        "3": {"t": "2026-03-02T08:00:00+0000"},
        "4": {},
        "5": {"t": "2026-03-01T08:00:00"},
    }
    assert recently_published(media) == {"2", "3", "4", "5"}
    assert recently_published({}) == set()


def test_a_comment_that_a_walk_does_not_show_is_gone_only_if_its_id_says_so(gram: Gram, watch: Watch) -> None:
    gram.post("1")
    gram.threads["1"] = {"11": ["111", "112"], "12": []}
    polled(Media(watch))
    source = Comments(watch)
    polled(source)
    gram.threads["1"] = {"11": ["111"]}
    gram.unlisted = {"12"}
    items = polled(source)
    gone = [item for item in items if item.kind == "gone"]
    assert [(item.subject, item.post_id, item.conversation_id) for item in gone] == [
        ("ig:comment:112", "ig:media:1", "ig:comment:11")
    ]
    assert gone[0].payload == {"id": "112", "kind": "instagram#comment", "reason": "not_found"}
    assert "gone" not in told(polled(source)).values()


def test_a_deleted_medium_takes_its_comments_along(gram: Gram, watch: Watch) -> None:
    for identity in ("1", "2", "3"):
        gram.post(identity)
    gram.threads = {"1": {"11": ["111"]}, "2": {"21": []}}
    media, comments = Media(watch), Comments(watch)
    polled(media)
    polled(comments)
    del gram.media["1"], gram.threads["1"]
    assert {subject for subject, kind in told(polled(media)).items() if kind == "gone"} == {
        "ig:media:1", "ig:comment:11", "ig:comment:111",
    }  # fmt: skip
    assert "gone" not in told([*polled(media), *polled(comments)]).values()


def test_a_medium_deleted_between_its_listing_and_its_walk_costs_only_itself(gram: Gram, watch: Watch) -> None:
    gram.post("1")
    gram.post("2")
    gram.threads = {"2": {"21": []}}
    polled(Media(watch))
    del gram.media["1"]
    assert told(polled(Comments(watch))) == {"ig:comment:21": "comment"}


def test_stories_are_stories_and_their_end_is_no_deletion(gram: Gram, watch: Watch) -> None:
    gram.post("1")
    gram.post("2", media_product_type="STORY")
    gram.stories = ["2"]
    at(watch, NOW)
    assert told(polled(Media(watch))) == {"ig:media:1": "media"}
    assert told(polled(Stories(watch))) == {"ig:media:2": "story"}
    gram.stories = []
    del gram.media["2"]
    assert polled(Stories(watch)) == []


@pytest.mark.parametrize(("read_after", "gap"), [(None, True), (2, True), (21, False)])
def test_a_story_that_ended_without_its_last_hours_is_a_gap(
    gram: Gram, watch: Watch, read_after: int | None, gap: bool
) -> None:
    gram.post("2", media_product_type="STORY", timestamp="2026-11-20T03:00:00+0000")
    gram.metrics = {"2": {"reach", "views", "shares", "total_interactions", "reposts"}, OWN: {"reach"}}
    gram.stories = ["2"]
    at(watch, NOW)
    polled(Stories(watch))
    if read_after is not None:
        at(watch, NOW + timedelta(hours=read_after))
        polled(Insights(watch))
    gram.stories = []
    at(watch, NOW + timedelta(hours=23))
    assert gaps_of(Stories(watch), watch.station) == []
    at(watch, NOW + timedelta(hours=25))
    gaps = gaps_of(Stories(watch), watch.station)
    assert [(one.subject, one.reason) for one in gaps] == ([("ig:media:2", "story_expired")] if gap else [])
    assert gaps_of(Stories(watch), watch.station) == []


def test_media_that_tag_us_are_others(watch: Watch) -> None:
    (item,) = polled(Tags(watch))
    assert (item.subject, item.kind, item.ownership, item.account) == ("ig:media:900", "media", "public", None)


def test_one_account_that_fails_does_not_keep_the_others_from_being_asked(gram: Gram, watch: Watch) -> None:
    watch.own = [OWN, OTHER]
    gram.refused[OWN] = refusal(403, 200)
    source = Accounts(watch)
    first = source.fetch(None)
    assert first.problem is not None
    assert "permission" in first.problem
    second = source.fetch(first.cursor)
    assert told(list(second.items)) == {f"ig:user:{OTHER}": "user"}
    assert not second.more


def test_a_rate_limit_ends_the_pass(gram: Gram, watch: Watch, wire: Wire) -> None:
    watch.own = [OWN, OTHER]
    gram.refused[OWN] = refusal(400, 80002)
    with pytest.raises(RateLimitedError):
        polled(Accounts(watch))
    assert wire.paths() == [OWN]


def insights_of(items: list[RawItem]) -> dict[str, tuple[set[str], set[str]]]:
    return {
        item.subject: ({row["name"] for row in item.payload["data"]}, set(item.payload.get("unavailable", {})))
        for item in items
        if item.payload["data"]
    }


def test_a_metric_that_is_refused_costs_that_metric_of_that_medium(gram: Gram, watch: Watch, wire: Wire) -> None:
    gram.post("1", like_count=1)
    gram.post("2", like_count=1)
    everything = {
        "reach", "views", "shares", "total_interactions", "reposts", "likes", "comments", "saved", "follows",
        "profile_visits", "profile_activity",
    }  # fmt: skip
    gram.metrics = {"1": everything - {"views"}, "2": everything, OWN: {"reach"}}
    polled(Media(watch))
    source = Insights(watch)
    at(watch, NOW)
    found = insights_of(polled(source))
    assert found["ig:media:1"] == (everything - {"views"}, {"views"})
    assert found["ig:media:2"] == (everything, set())
    assert found[f"ig:user:{OWN}"][0] == {"reach"}
    # What was refused is not asked again, and an unchanged medium not at all.
    before = len(wire.asked)
    gram.media["1"]["like_count"] = 2
    polled(Media(watch))
    assert "ig:media:2" not in insights_of(polled(source))
    asked = [parameters["metric"].split(",") for path, parameters in wire.asked[before:] if path == "1/insights"]
    assert [set(metrics) for metrics in asked] == [everything - {"views"}]


@pytest.mark.parametrize(
    ("answer", "again"),
    [
        (refusal(400, 10, message="(#10) Not enough viewers for the media to show insights"), True),
        (refusal(400, 100, 33), True),
        (refusal(400, 100, 2108006), False),
        ((200, {"data": []}), True),
    ],
)
def test_insights_that_are_withheld_are_no_zeros_and_do_not_end_the_pass(
    gram: Gram, watch: Watch, wire: Wire, answer: Answer, again: bool
) -> None:
    gram.post("1")
    gram.post("2")
    at(watch, NOW)
    gram.refused["1/insights"] = answer
    gram.metrics = {"2": {"reach"}, OWN: {"reach"}}
    polled(Media(watch))
    source = Insights(watch)
    assert set(insights_of(polled(source))) == {"ig:media:2", f"ig:user:{OWN}"}
    before = wire.paths().count("1/insights")
    at(watch, NOW + timedelta(hours=25))
    polled(source)
    assert (wire.paths().count("1/insights") > before) is again


def test_every_page_of_a_discovered_account_is_read_and_the_hidden_one_passed_over(
    gram: Gram, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    watch.partners = {"tertutup": "301", "mitra": "300"}
    gram.found = [str(1_000 + n) for n in range(60)]
    source = Discovery(watch)
    items = polled(source)
    assert told(items) == {"ig:user:300": "user"} | {f"ig:media:{one}": "media" for one in gram.found}
    assert {(item.ownership, item.account) for item in items} == {("public", "300")}
    polled(source)
    assert [record.message for record in caplog.records if "tertutup" in record.message] == [
        "tertutup cannot be discovered: it is private, renamed or no professional account."
    ]


def test_a_discovered_medium_is_gone_when_two_walks_that_reach_beyond_it_miss_it(gram: Gram, watch: Watch) -> None:
    gram.found = ["1003", "1002", "1001"]
    source = Discovery(watch)
    polled(source)
    gram.found = ["1003", "1001"]
    assert "gone" not in told(polled(source)).values()
    assert told(polled(source))["ig:media:1002"] == "gone"
    assert "gone" not in told(polled(source)).values()


def test_a_discovered_medium_that_only_left_the_window_is_not_gone(gram: Gram, watch: Watch) -> None:
    gram.found = ["1003", "1002", "1001"]
    source = Discovery(watch)
    polled(source)
    # 200 newer ones, and more behind them than a walk reads.
    gram.found = [str(n) for n in range(1_300, 1_050, -1)]
    for _ in range(3):
        assert "gone" not in told(polled(source)).values()


def test_account_insights_name_the_end_of_their_day_and_two_days_before_are_read_once_a_day(
    gram: Gram, watch: Watch, wire: Wire
) -> None:
    gram.metrics = {OWN: {"reach"}}
    at(watch, NOW)
    items = [item for item in polled(Insights(watch)) if item.kind == "account_insights" and item.payload["data"]]
    ends = [item.payload["data"][0]["values"][0]["end_time"] for item in items]
    assert ends == [f"2026-11-{day}T00:00:00+0000" for day in (21, 20, 19)]
    untils = {int(p["until"]) for path, p in wire.asked if path == f"{OWN}/insights" and "until" in p}
    assert max(untils) > NOW.timestamp(), "until reaches into the future: Meta cuts days by the account's own zone"
    before = len(wire.asked)
    again = [item for item in polled(Insights(watch)) if item.kind == "account_insights"]
    assert len([1 for path, p in wire.asked[before:] if "until" in p]) == 1
    assert again == [], "today is asked again, and says what it said"


def test_the_audience_is_asked_for_weekly_and_metric_by_metric(gram: Gram, watch: Watch, wire: Wire) -> None:
    at(watch, NOW)
    polled(Insights(watch))
    asked = [(p["metric"], p["breakdown"]) for path, p in wire.asked if "breakdown" in p]
    assert len(set(asked)) == len(asked) == 8
    at(watch, NOW + timedelta(days=6))
    polled(Insights(watch))
    assert len([1 for _, p in wire.asked if "breakdown" in p]) == 8
    at(watch, NOW + timedelta(days=7, hours=1))
    polled(Insights(watch))
    assert len([1 for _, p in wire.asked if "breakdown" in p]) == 16


def campaign(*tags: str) -> Registers:
    return Registers(campaigns=(Campaign("c", "C", tags, (), None, None, kind="campaign"),))


def test_hashtags_keep_to_thirty_in_seven_days_and_a_cached_id_counts_too(gram: Gram, watch: Watch, wire: Wire) -> None:
    at(watch, NOW)
    watch.station.registers = campaign(*(f"tag{n}" for n in range(33)))
    source = Hashtags(watch)
    gaps = gaps_of(source, watch.station)
    assert [gap.subject for gap in gaps] == [f"ig:hashtag:tag{n}" for n in (30, 31, 32)]
    searched = [p["q"] for path, p in wire.asked if path == "ig_hashtag_search"]
    assert len(searched) == 30
    # Asked again within the window: nothing more is spent, no id is looked up twice.
    at(watch, NOW + timedelta(days=3))
    before = len(wire.asked)
    gaps_of(source, watch.station)
    assert [path for path, _ in wire.asked[before:] if path == "ig_hashtag_search"] == []
    # Seven days on the window of all is over, and others may take their place.
    at(watch, NOW + timedelta(days=7, minutes=1))
    watch.station.registers = campaign(*(f"tag{n}" for n in range(20, 50)))
    assert gaps_of(source, watch.station) == []


def test_hashtag_media_have_no_author_and_a_constant_cursor_ends_by_our_own_bound(
    gram: Gram, watch: Watch, wire: Wire
) -> None:
    at(watch, NOW)
    watch.station.registers = campaign("kemensospeduli")
    gram.tagged = ["71", "72"]
    items = polled(Hashtags(watch))
    assert {item.subject for item in items} == {"ig:media:71", "ig:media:72"}
    assert {(item.ownership, item.account) for item in items} == {("public", None)}
    assert wire.paths().count("t1/recent_media") <= 10
    assert wire.paths().count("t1/top_media") == 1


def test_less_data_a_page_is_asked_for_with_the_same_cursor(gram: Gram, watch: Watch, wire: Wire) -> None:
    for n in range(6):
        gram.post(str(n + 1))
    gram.most = 10
    items = polled(Media(watch))
    assert len(items) == 6
    limits = [int(p["limit"]) for path, p in wire.asked if path == f"{OWN}/media"]
    assert limits[:4] == [50, 25, 12, 6]


def test_a_backfill_asks_for_its_span(gram: Gram, watch: Watch, wire: Wire) -> None:
    watch.station.backfill = Backfill(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC))
    gram.post("1", day=2)
    gram.post("2", day=20)
    items = polled(Media(watch))
    asked = next(p for path, p in wire.asked if path == f"{OWN}/media")
    assert (int(asked["since"]), int(asked["until"])) == (1772323200, 1773100800)
    assert all(item.backfill for item in items)
    assert list(Comments(watch).places()) == ["1"]


def test_a_restart_in_the_middle_of_a_walk_tells_no_deletions_and_the_next_walk_does(gram: Gram, watch: Watch) -> None:
    for n in range(5):
        gram.post(str(n + 1))
    polled(Media(watch))
    del gram.media["1"]
    pages_of(Media(watch), watch.station, most=1)
    again = Media(watch)
    assert "gone" not in told(polled(again)).values()
    assert told(polled(again))["ig:media:1"] == "gone"


def test_a_story_whose_counters_meta_withholds_is_no_gap(gram: Gram, watch: Watch) -> None:
    gram.post("2", media_product_type="STORY", timestamp="2026-11-20T03:00:00+0000")
    gram.refused["2/insights"] = refusal(400, 10, message="(#10) Not enough viewers for the media to show insights")
    gram.stories = ["2"]
    at(watch, NOW + timedelta(hours=21))
    polled(Stories(watch))
    polled(Insights(watch))
    gram.stories = []
    at(watch, NOW + timedelta(hours=25))
    assert gaps_of(Stories(watch), watch.station) == []


def test_a_story_whose_last_counters_came_by_webhook_is_no_gap(gram: Gram, watch: Watch) -> None:
    gram.post("2", media_product_type="STORY", timestamp="2026-11-20T03:00:00+0000")
    gram.stories = ["2"]
    at(watch, NOW)
    polled(Stories(watch))
    change = {"field": "story_insights", "value": {"media_id": "2", "reach": 9}}
    watch.station.publisher.publish([webhook.change(change, watch.context("webhook", "webhook", OWN))])
    at(watch, NOW + timedelta(hours=12))
    polled(Stories(watch))
    gram.stories = []
    at(watch, NOW + timedelta(hours=25))
    assert gaps_of(Stories(watch), watch.station) == []


def test_the_time_in_which_nobody_looked_for_longer_than_a_story_lives_is_a_gap(watch: Watch) -> None:
    at(watch, NOW)
    assert gaps_of(Stories(watch), watch.station) == []
    at(watch, NOW + timedelta(hours=24))
    assert gaps_of(Stories(watch), watch.station) == []
    at(watch, NOW + timedelta(hours=78))
    (gap,) = gaps_of(Stories(watch), watch.station)
    assert (gap.reason, gap.count) == ("stories_unseen", None)
    assert (gap.since, gap.until) == (NOW + timedelta(hours=24), NOW + timedelta(hours=54))


def test_a_hashtags_media_do_not_replace_what_another_source_read_with_its_author(gram: Gram, watch: Watch) -> None:
    at(watch, NOW)
    watch.station.registers = campaign("kemensospeduli")
    gram.found = ["1001"]
    gram.tagged = ["71", "1001", "900"]
    polled(Discovery(watch))
    polled(Tags(watch))
    assert told(polled(Hashtags(watch))) == {"ig:media:71": "media"}
    # The other way round: who reads the author later is heard.
    gram.found = ["1001", "71"]
    assert told(polled(Discovery(watch)))["ig:media:71"] == "media"
    assert polled(Hashtags(watch)) == []


def test_meta_may_count_more_hashtags_than_we_know_of(gram: Gram, watch: Watch, wire: Wire) -> None:
    at(watch, NOW)
    watch.station.registers = campaign("tag1", "tag2")
    source = Hashtags(watch)
    assert gaps_of(source, watch.station) == []
    watch.station.registers = campaign("tag1", "tag3", "tag4")
    gram.refused["ig_hashtag_search"] = refusal(400, 18, 2207034)
    assert [gap.subject for gap in gaps_of(source, watch.station)] == ["ig:hashtag:tag3", "ig:hashtag:tag4"]
    assert wire.paths().count("ig_hashtag_search") == 3, "after the refusal no new hashtag is tried"
    gram.refused.clear()
    before = wire.paths().count("t1/recent_media")
    assert len(gaps_of(source, watch.station)) == 2
    assert wire.paths().count("t1/recent_media") > before, "those of before are still read"
    at(watch, NOW + timedelta(hours=25))
    assert gaps_of(source, watch.station) == []


def test_a_hashtag_that_nobody_used_yet_is_no_problem(gram: Gram, watch: Watch) -> None:
    at(watch, NOW)
    watch.station.registers = campaign("kemensospeduli")
    gram.refused["ig_hashtag_search"] = refusal(400, 24, 2207024)
    page = Hashtags(watch).fetch(None)
    assert (list(page.items), page.problem, page.more) == ([], None, False)


@pytest.mark.parametrize(("hour", "runs"), [(16, False), (17, True)])
def test_hashtags_are_read_from_a_week_before_their_campaign_on_by_jakartas_days(
    watch: Watch, hour: int, runs: bool
) -> None:
    begins = date(2026, 11, 27)
    watch.station.registers = Registers(campaigns=(Campaign("c", "C", ("x",), (), begins, None, kind="campaign"),))
    at(watch, datetime(2026, 11, 19, hour, 0, tzinfo=UTC))
    assert list(Hashtags(watch).places()) == (["x"] if runs else [])


def test_running_campaigns_come_before_those_that_ended(watch: Watch) -> None:
    def row(tag: str, start: int, end: int) -> Campaign:
        return Campaign(tag, tag, (tag,), (), date(2026, 11, start), date(2026, 11, end), kind="campaign")

    watch.station.registers = Registers(campaigns=(row("long_ago", 1, 12), row("ended", 1, 15), row("runs", 18, 22)))
    at(watch, NOW)
    assert list(Hashtags(watch).places()) == ["runs", "ended"]


def test_a_discovered_account_with_too_much_data_is_read_in_smaller_pages(gram: Gram, watch: Watch, wire: Wire) -> None:
    gram.found = [str(1_030 - n) for n in range(30)]
    gram.most_discovered = 12
    items = polled(Discovery(watch))
    assert {item.subject for item in items if item.kind == "media"} == {f"ig:media:{one}" for one in gram.found}


def test_the_audience_that_meta_does_not_tell_is_said_to_be_untold(gram: Gram, watch: Watch) -> None:
    at(watch, NOW)
    gram.refused[f"{OWN}/insights"] = refusal(
        400, 10, message="(#10) Not enough viewers for the media to show insights"
    )
    source = Insights(watch)
    source._days = lambda _account: []  # type: ignore[method-assign]
    (item,) = [item for item in polled(source) if item.kind == "account_insights"]
    assert item.payload["data"] == []
    assert set(item.payload["unavailable"].values()) == {"not_enough_viewers"}
    assert len(item.payload["unavailable"]) == 8
