"""What a pass over YouTube collects: every reply, edits, deletions that were looked up, chats from where they were left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from dengar.registers import Campaign, Registers
from listeners.item import RawItem
from listeners.quota.ledger import QuotaError
from listeners.station import Backfill
from listeners.youtube.chat import MESSAGES, PACE, Chat
from listeners.youtube.comments import Comments
from listeners.youtube.errors import GoneError, ProcessingError, TransientError, UnavailableError
from listeners.youtube.found import FoundComments
from listeners.youtube.search import OVERLAP, Search
from listeners.youtube.stats import Stats
from listeners.youtube.videos import Videos
from listeners.youtube.watch import EXPECTED, FOUND, SINCE, UPLOADS, Watch
from tests.unit.listeners.rounds import gaps_of, pages_of, round_of
from tests.unit.listeners.youtube.conftest import CHANNEL

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def polled(source: Any) -> list[RawItem]:
    return round_of(source, source._watch.station)


def told(items: list[RawItem]) -> dict[str, str]:
    return {item.subject: item.kind for item in items}


def test_all_replies_of_all_threads_on_all_pages_are_collected_once(tube: Any, watch: Watch) -> None:
    tube.threads = {
        "t1": [f"t1.{n}" for n in range(7)],
        "t2": ["t2.0"],
        "t3": [],
        "t4": ["t4.0", "t4.1"],
        "t5": ["t5.0", "t5.1", "t5.2"],
    }
    items = polled(Comments(watch))
    everything = [*tube.threads, *(reply for replies in tube.threads.values() for reply in replies)]
    assert sorted(item.subject for item in items) == sorted(f"yt:comment:{identity}" for identity in everything)
    for item in items:
        thread = item.subject.partition(".")[0]
        assert (item.post_id, item.conversation_id) == ("yt:video:v1", thread)
        assert item.parent_id == (thread if "." in item.subject else None)
        assert item.ownership == "owned"
    # Only where replies are missing inline is there another call.
    asked = [parameters["parentId"] for method, parameters in tube.asked if method == "comments.list"]
    assert asked == ["t1", "t5"]


def test_an_edit_deep_in_an_old_thread_is_seen_by_the_next_pass(tube: Any, watch: Watch) -> None:
    tube.threads = {f"t{n}": [f"t{n}.{m}" for m in range(4)] for n in range(5)}
    source = Comments(watch)
    before = {item.subject: item.content_version for item in polled(source)}
    tube.edits["t4.3"] = "sudah cair"
    after = {item.subject: item.content_version for item in polled(source)}
    assert [subject for subject in after if after[subject] != before[subject]] == ["yt:comment:t4.3"]


def test_what_a_walk_does_not_show_is_looked_up_and_only_then_gone(tube: Any, watch: Watch) -> None:
    tube.threads = {"t1": ["t1.0", "t1.1", "t1.2"], "t2": ["t2.0"], "t3": []}
    source = Comments(watch)
    polled(source)
    del tube.threads["t2"]
    tube.threads["t1"].remove("t1.2")
    del tube.threads["t3"]
    tube.hidden = {"t3"}  # not in the walk, and still there
    items = polled(source)
    gone = [item for item in items if item.kind == "gone"]
    assert sorted(item.subject for item in gone) == ["yt:comment:t1.2", "yt:comment:t2", "yt:comment:t2.0"]
    assert {item.post_id for item in gone} == {"yt:video:v1"}
    assert told(items)["yt:comment:t3"] == "comment"
    assert [item for item in polled(source) if item.kind == "gone"] == []


def test_a_walk_that_breaks_off_tells_no_deletions(tube: Any, watch: Watch) -> None:
    tube.threads = {"t1": [], "t2": []}
    source = Comments(watch)
    polled(source)
    tube.closed = TransientError("down", "backendError", 503)
    with pytest.raises(TransientError):
        polled(source)
    tube.closed = None
    assert set(told(polled(source)).values()) == {"comment_thread"}


def test_closed_comments_are_unavailable_and_not_deleted(tube: Any, watch: Watch, closed: Exception) -> None:
    tube.threads = {"t1": []}
    source = Comments(watch)
    polled(source)
    tube.closed = closed
    assert polled(source) == []


def test_a_video_is_gone_only_when_its_id_is_not_found_any_more(tube: Any, watch: Watch) -> None:
    tube.videos, tube.page_size = [f"v{n}" for n in range(120)], 50
    source = Videos(watch)
    assert len(polled(source)) == 120
    assert max(len(parameters["id"].split(",")) for method, parameters in tube.asked if method == "videos.list") == 50
    tube.videos.remove("v7")
    tube.videos.remove("v90")
    tube.private = {"v90"}  # left the playlist, but is there
    kinds = told(polled(source))
    assert kinds["yt:video:v7"] == "gone"
    assert kinds["yt:video:v90"] == "video"
    assert [kind for kind in kinds.values() if kind == "gone"] == ["gone"]
    assert "yt:video:v7" not in told(polled(source))


def test_a_video_beyond_the_pages_that_are_read_is_not_taken_for_gone(tube: Any, watch: Watch) -> None:
    tube.videos, tube.page_size = [f"v{n}" for n in range(200)], 50
    source = Videos(watch)
    polled(source)
    tube.videos = [f"new{n}" for n in range(60)] + tube.videos
    assert set(told(polled(source)).values()) == {"video"}


def at(watch: Watch, moment: datetime) -> None:
    """The platform's clock says so."""
    watch.station.clock.hear(format_datetime(moment, usegmt=True))


def test_a_head_poll_stops_at_the_first_page_without_anything_new(tube: Any, watch: Watch) -> None:
    tube.threads = {f"t{n}": [] for n in range(10)}
    at(watch, NOW)
    source = Comments(watch)
    assert len(polled(source)) == 10
    watch.station.walk = False
    tube.threads = {"new": []} | tube.threads
    tube.asked.clear()
    assert "yt:comment:new" in told(polled(source))
    assert len(tube.asked) == 2
    # Six hours later everything is walked again.
    at(watch, NOW + timedelta(hours=6, minutes=1))
    tube.asked.clear()
    polled(source)
    assert len(tube.asked) == 6


def test_a_head_poll_reads_replies_only_where_their_number_changed(tube: Any, watch: Watch) -> None:
    tube.threads = {"t1": [f"t1.{n}" for n in range(5)], "t2": [f"t2.{n}" for n in range(5)]}
    source = Comments(watch)
    polled(source)
    watch.station.walk = False
    tube.threads["t2"].append("t2.5")
    tube.asked.clear()
    polled(source)
    assert [parameters["parentId"] for method, parameters in tube.asked if method == "comments.list"] == ["t2"]


def test_the_sweep_finds_a_late_reply_to_a_thread_that_looked_finished(tube: Any, watch: Watch) -> None:
    tube.threads = {f"t{n}": [] for n in range(20)}
    at(watch, NOW)
    source = Comments(watch)
    polled(source)
    watch.station.walk = False
    tube.threads["t19"] = ["t19.0"]  # on the last page, weeks below the newest
    for _ in range(3):
        assert polled(source)
        assert "yt:comment:t19.0" not in told(polled(source))
    at(watch, NOW + timedelta(hours=6, minutes=1))
    (reply,) = [item for item in polled(source) if item.subject == "yt:comment:t19.0"]
    assert reply.conversation_id == "yt:comment:t19"


def test_an_expensive_walk_waits_longer_at_most_a_week(tube: Any, watch: Watch) -> None:
    at(watch, NOW)
    source = Comments(watch)
    for units, hours in ((1, 6), (500, 6), (1_000, 12), (100_000, 168)):
        assert source._every(units) == timedelta(hours=hours)


def test_a_restart_in_the_middle_of_a_walk_tells_no_deletions_and_the_next_walk_does(tube: Any, watch: Watch) -> None:
    tube.threads = {f"t{n}": [] for n in range(6)}
    polled(Comments(watch))
    del tube.threads["t1"]
    pages_of(Comments(watch), watch.station, most=1)
    again = Comments(watch)  # the process is another, the state is the same
    assert [item for item in polled(again) if item.kind == "gone"] == []
    assert [item.subject for item in polled(again) if item.kind == "gone"] == ["yt:comment:t1"]


def test_what_cannot_be_worked_on_is_parked_and_counted(tube: Any, watch: Watch) -> None:
    tube.threads = {"t1": []}
    polled(Comments(watch))
    tube.closed = ProcessingError("cannot", "processingFailure", 400)
    assert [gap.reason for gap in gaps_of(Comments(watch), watch.station)] == ["parked"]
    tube.closed = None
    assert [item for item in polled(Comments(watch)) if item.kind == "gone"] == []


def test_a_chat_is_read_on_from_where_it_was_left_at_the_pace_asked_for(tube: Any, watch: Watch) -> None:
    tube.chat = [["m1", "m2"], ["m3"], []]
    at(watch, NOW)
    polled(Videos(watch))
    assert list(told(polled(Chat(watch)))) == ["yt:chat:m1", "yt:chat:m2"]
    calls = len(tube.asked)
    assert polled(Chat(watch)) == [], "asked before the pause is over"
    assert len(tube.asked) == calls
    at(watch, NOW + PACE + timedelta(seconds=1))
    (message,) = polled(Chat(watch))  # another process: the token is in the cursor
    assert (message.subject, message.post_id) == ("yt:chat:m3", "yt:video:v1")


@pytest.mark.parametrize("reason", ["liveChatEnded", "liveChatDisabled", "liveChatNotFound"])
def test_a_chat_that_ended_is_left_and_its_video_looked_up_once(tube: Any, watch: Watch, reason: str) -> None:
    tube.chat = [["m1"], ["m2"]]
    at(watch, NOW)
    polled(Videos(watch))
    source = Chat(watch)
    polled(source)
    at(watch, NOW + timedelta(minutes=1))
    error = GoneError if reason == "liveChatNotFound" else UnavailableError
    tube.closed = error("over", reason, 403)
    tube.asked.clear()
    assert polled(source) == []
    assert [method for method, _ in tube.asked] == ["liveChatMessages.list", "videos.list"]
    assert watch.chats == {}
    tube.asked.clear()
    assert polled(source) == []
    assert tube.asked == []


def test_a_chat_page_that_was_not_taken_is_read_again(tube: Any, watch: Watch) -> None:
    tube.chat = [["m1"], ["m2"]]
    polled(Videos(watch))
    Chat(watch).fetch(None)  # the process ends before the cursor is kept
    assert list(told(polled(Chat(watch)))) == ["yt:chat:m1"]


def test_a_chat_that_runs_while_the_quota_is_out_is_a_gap_with_its_bounds(tube: Any, watch: Watch) -> None:
    tube.chat = [["m1"], ["m2"], []]
    at(watch, NOW)
    polled(Videos(watch))
    polled(Chat(watch))
    tube.closed = QuotaError("spent")
    at(watch, NOW + timedelta(minutes=10))
    (gap,) = gaps_of(Chat(watch), watch.station)
    assert (gap.subject, gap.reason, gap.until) == ("yt:video:v1", "live_chat_missed", None)
    tube.closed = None
    at(watch, NOW + timedelta(minutes=30))
    (gap,) = gaps_of(Chat(watch), watch.station)
    assert gap.since is not None
    assert gap.until is not None
    assert timedelta(minutes=29) < gap.until - gap.since < timedelta(minutes=31), "since the last page"


def test_counters_of_all_known_videos_come_fifty_a_call(tube: Any, watch: Watch) -> None:
    tube.videos, tube.page_size = [f"v{n:03}" for n in range(120)], 50
    polled(Videos(watch))
    watch.put(FOUND, "else", "2026-11-20T00:00:00Z")
    tube.asked.clear()
    items = polled(Stats(watch))
    assert len(tube.asked) == 3
    assert {item.kind for item in items} == {"video_stats"}
    assert len(items) == 121


def test_a_search_asks_for_what_is_new_since_its_last_round_and_follows_what_it_finds(tube: Any, watch: Watch) -> None:
    campaign = Campaign("c", "C", ("kemensospeduli",), ("peduli sesama",), None, None, kind="campaign")
    watch.station.registers = Registers(campaigns=(campaign,))
    at(watch, NOW)
    tube.results = {'"peduli sesama"': ["v1", "x1"], "#kemensospeduli": ["x1", "x2"]}
    items = polled(Search(watch))
    queries = [(p["q"], p["publishedAfter"]) for method, p in tube.asked if method == "search.list"]
    assert [query for query, _ in queries] == ['"peduli sesama"', "#kemensospeduli"]
    assert {item.kind for item in items} == {"search_result", "video"}
    assert sorted(watch.found()) == ["x1", "x2"]
    tube.asked.clear()
    at(watch, NOW + timedelta(hours=4))
    polled(Search(watch))
    later = [p["publishedAfter"] for method, p in tube.asked if method == "search.list"]
    assert {moment[:16] for moment in later} == {(NOW - OVERLAP).isoformat()[:16]}
    assert [method for method, _ in tube.asked].count("videos.list") == 0, "what is known is not read again"
    assert FoundComments(watch).places() == watch.found()


def test_a_backfill_keeps_to_its_span_and_marks_what_it_reads(tube: Any, watch: Watch) -> None:
    tube.threads = {f"t{n}": [] for n in range(10)}
    tube.times = {f"t{n}": f"2026-11-{20 - n:02}T00:00:00Z" for n in range(10)}
    watch.station.backfill = Backfill(datetime(2026, 11, 16, 12, tzinfo=UTC), datetime(2026, 11, 19, tzinfo=UTC))
    items = polled(Comments(watch))
    assert sorted(told(items)) == ["yt:comment:t2", "yt:comment:t3"]
    assert all(item.backfill for item in items)
    assert len(tube.asked) == 3, "it ends with the first page that is older"
    assert watch.station.cursor_key("youtube.comments") != "cursor/youtube.comments"


def test_a_head_poll_reads_videos_that_are_new_young_or_about_to_go_live(tube: Any, watch: Watch) -> None:
    tube.videos, tube.page_size = ["old", "young"], 50
    tube.times = {"old": "2026-11-10T00:00:00Z", "young": "2026-11-19T00:00:00Z", "new": "2026-11-12T00:00:00Z"}
    at(watch, NOW)
    polled(Videos(watch))
    watch.station.walk = False

    def read() -> list[str]:
        tube.asked.clear()
        polled(Videos(watch))
        return [p["id"] for method, p in tube.asked if method == "videos.list"]

    assert read() == ["young"]
    tube.videos = ["new", *tube.videos]
    assert read() == ["new,young"]
    assert read() == ["young"]
    watch.put(EXPECTED, "old", "2026-11-21T00:00:00Z")
    assert read() == ["old,young"]
    # Nobody expects it any more once it was read without a stream.
    assert read() == ["young"]


def test_a_stream_that_is_announced_is_expected_until_it_is_over(tube: Any, watch: Watch) -> None:
    tube.chat, at_start = [["m1"]], "2026-11-20T05:00:00Z"
    at(watch, NOW)
    tube.stream = {"scheduledStartTime": at_start}
    polled(Videos(watch))
    assert watch.station.state.get(EXPECTED + "v1") == at_start
    assert watch.chats == {}
    tube.stream = {"activeLiveChatId": "chat1", "actualStartTime": at_start}
    polled(Videos(watch))
    assert watch.chats == {"chat1": "v1"}
    tube.over = True
    assert len(polled(Chat(watch))) == 1
    assert (watch.chats, watch.station.state.get(EXPECTED + "v1")) == ({}, None)
    tube.stream = {"actualStartTime": at_start, "actualEndTime": "2026-11-20T06:00:00Z"}
    watch.put(SINCE, CHANNEL, "2026-11-01T00:00:00Z")
    assert gaps_of(Videos(watch), watch.station) == [], "it was read to its end"


def test_a_busy_chat_is_read_at_the_pace_that_youtube_asks_for(tube: Any, watch: Watch) -> None:
    tube.chat = [[f"m{n}" for n in range(MESSAGES // 2)], ["last"]]
    at(watch, NOW)
    polled(Videos(watch))
    polled(Chat(watch))
    at(watch, NOW + timedelta(seconds=3))
    assert list(told(polled(Chat(watch)))) == ["yt:chat:last"]


def test_old_videos_are_counted_less_often(tube: Any, watch: Watch) -> None:
    tube.videos, tube.page_size = ["old", "young"], 50
    tube.times = {"old": "2026-10-21T03:00:00Z", "young": "2026-11-20T00:00:00Z"}
    at(watch, NOW)
    polled(Videos(watch))
    watch.station.walk = False
    assert len(polled(Stats(watch))) == 2
    for hours, expected in ((1, ["young"]), (29, ["young"]), (31, ["old", "young"])):
        at(watch, NOW + timedelta(hours=hours))
        tube.asked.clear()
        polled(Stats(watch))
        assert [p["id"].split(",") for _, p in tube.asked] == [expected], hours


def test_pages_of_a_search_that_may_not_be_asked_for_are_a_gap(tube: Any, watch: Watch) -> None:
    watch.station.registers = Registers(campaigns=(Campaign("c", "C", ("x",), (), None, None, kind="campaign"),))
    at(watch, NOW)
    found = [f"x{n}" for n in range(200)]
    tube.results = {"#x": found}
    tube.times = {one: (NOW - timedelta(minutes=number)).isoformat() for number, one in enumerate(found)}
    (gap,) = gaps_of(Search(watch), watch.station)
    assert (gap.subject, gap.reason, gap.count) == ("yt:search:#x", "search_pages_left", None)
    assert gap.until == NOW - timedelta(minutes=149)
    assert len(watch.found()) == 150
    tube.results = {"#x": found[:60]}
    assert gaps_of(Search(watch), watch.station) == []


def test_a_backfill_before_any_live_listening_asks_for_the_uploads_itself(tube: Any, watch: Watch) -> None:
    watch.put(UPLOADS, CHANNEL, None)
    assert polled(Videos(watch)) == []
    tube.times = {"v1": "2026-11-17T00:00:00Z"}
    watch.station.backfill = Backfill(datetime(2026, 11, 16, tzinfo=UTC))
    assert list(told(polled(Videos(watch)))) == ["yt:video:v1"]
