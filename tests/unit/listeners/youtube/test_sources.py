"""What a pass over YouTube collects: every reply, edits, deletions that were looked up, chats from where they were left."""

from __future__ import annotations

from typing import Any

import pytest

from listeners.item import RawItem
from listeners.source import Source
from listeners.youtube.chat import Chat
from listeners.youtube.comments import Comments
from listeners.youtube.errors import TransientError, UnavailableError
from listeners.youtube.videos import Videos
from listeners.youtube.watch import Watch


def polled(source: Source) -> list[RawItem]:
    return [item for page in source.poll() for item in page]


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


def test_a_chat_is_read_on_from_where_it_was_left_at_the_pace_asked_for(tube: Any, watch: Watch) -> None:
    tube.chat = [["m1", "m2"], ["m3"], []]
    polled(Videos(watch))
    pauses: list[float] = []
    source = Chat(watch, pause=pauses.append)
    assert list(told(polled(source))) == ["yt:chat:m1", "yt:chat:m2"]
    assert pauses == []
    (message,) = polled(source)
    assert (message.subject, message.post_id) == ("yt:chat:m3", "yt:video:v1")
    assert len(pauses) == 1
    assert 0 < pauses[0] <= 2
    assert polled(source) == []


def test_a_chat_that_ended_is_left(tube: Any, watch: Watch) -> None:
    tube.chat = [["m1"], ["m2"]]
    polled(Videos(watch))
    source = Chat(watch, pause=lambda _seconds: None)
    polled(source)
    tube.closed = UnavailableError("over", "liveChatEnded", 403)
    assert polled(source) == []
    assert watch.chats == {}
    calls = len(tube.asked)
    assert polled(source) == []
    assert len(tube.asked) == calls


def test_a_chat_page_that_was_not_taken_is_read_again(tube: Any, watch: Watch) -> None:
    tube.chat = [["m1"], ["m2"]]
    polled(Videos(watch))
    source = Chat(watch, pause=lambda _seconds: None)
    pages = source.poll()
    next(pages)
    pages.close()  # type: ignore[attr-defined]
    assert list(told(polled(source))) == ["yt:chat:m1"]
