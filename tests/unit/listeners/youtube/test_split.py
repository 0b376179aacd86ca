"""Answers of the YouTube Data API → raw items, with the context that mapping needs."""

from __future__ import annotations

from typing import Any

import pytest

from listeners.context import Context, request
from listeners.youtube import atom
from listeners.youtube.split import split

CONTEXT = Context("youtube/x", "youtube.toy")


def comment(identity: str, **snippet: Any) -> dict[str, Any]:
    return {"kind": "youtube#comment", "id": identity, "snippet": {"textDisplay": "antre lama", **snippet}}


def thread(identity: str, *replies: dict[str, Any], count: int | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": "youtube#commentThread",
        "id": identity,
        "snippet": {
            "videoId": "v1",
            "topLevelComment": comment(identity, updatedAt="2026-11-20T01:00:00Z", videoId="v1"),
            "totalReplyCount": len(replies) if count is None else count,
        },
    }
    return row | ({"replies": {"comments": list(replies)}} if replies else {})


def test_a_thread_goes_out_verbatim_and_its_inline_replies_on_their_own_too() -> None:
    row = thread("t1", comment("t1.r1", parentId="t1", updatedAt="2026-11-20T02:00:00Z"), comment("t1.r2"))
    top, first, second = split({"items": [row]}, CONTEXT)
    assert (top.kind, top.subject, top.payload) == ("comment_thread", "yt:comment:t1", row)
    assert (top.post_id, top.conversation_id, top.parent_id) == ("yt:video:v1", "yt:comment:t1", None)
    for reply in (first, second):
        assert (reply.post_id, reply.conversation_id, reply.parent_id) == (
            "yt:video:v1",
            "yt:comment:t1",
            "yt:comment:t1",
        )
    assert (top.content_version, first.content_version) == ("2026-11-20T01:00:00Z", "2026-11-20T02:00:00Z")


def test_an_edit_changes_the_version_of_a_thread_and_a_reply_more_does_not() -> None:
    before, edited = thread("t1"), thread("t1", count=4)
    assert split(before, CONTEXT)[0].content_version == split(edited, CONTEXT)[0].content_version
    edited["snippet"]["topLevelComment"]["snippet"]["updatedAt"] = "2026-11-21T00:00:00Z"
    assert split(before, CONTEXT)[0].content_version != split(edited, CONTEXT)[0].content_version


@pytest.mark.parametrize(
    ("row", "kind", "subject"),
    [
        ({"kind": "youtube#video", "id": "v1", "snippet": {"channelId": "UC1"}}, "video", "yt:video:v1"),
        ({"kind": "youtube#video", "id": "v1", "statistics": {"viewCount": "3"}}, "video_stats", "yt:video:v1"),
        ({"kind": "youtube#videoStats", "id": "v1", "snippet": {}}, "video_stats", "yt:video:v1"),
        ({"kind": "youtube#channel", "id": "UC1"}, "channel", "yt:channel:UC1"),
        ({"kind": "youtube#liveChatMessage", "id": "m1"}, "chat_message", "yt:chat:m1"),
        ({"kind": "youtube#playlistItem", "id": "p1"}, "playlist_item", "yt:playlist_item:p1"),
        (
            {"kind": "youtube#searchResult", "id": {"kind": "youtube#video", "videoId": "v1"}},
            "search_result",
            "yt:search_result:v1",
        ),
        (comment("c1"), "comment", "yt:comment:c1"),
    ],
)
def test_the_kind_decides_what_a_resource_is(row: dict[str, Any], kind: str, subject: str) -> None:
    (item,) = split(row, CONTEXT)
    assert (item.kind, item.subject) == (kind, subject)


def test_rows_without_a_kind_take_that_of_their_list() -> None:
    body = {"kind": "youtube#liveChatMessageListResponse", "items": [{"id": "m1"}, {"id": "m2"}]}
    assert [item.subject for item in split(body, CONTEXT)] == ["yt:chat:m1", "yt:chat:m2"]


@pytest.mark.parametrize(
    "row", [{}, {"kind": "youtube#comment"}, {"kind": "youtube#comment", "id": 7}, {"kind": 3, "id": "a"}]
)
def test_what_is_no_resource_yields_nothing(row: dict[str, Any]) -> None:
    assert split({"items": [row, None, 3]}, CONTEXT) == []


def test_counters_are_part_of_a_videos_version_and_its_etag_is_not() -> None:
    row = {"kind": "youtube#video", "id": "v1", "snippet": {}, "etag": "a", "statistics": {"viewCount": "3"}}
    version = split(row, CONTEXT)[0].content_version
    assert split({**row, "etag": "b"}, CONTEXT)[0].content_version == version
    assert split({**row, "statistics": {"viewCount": "4"}}, CONTEXT)[0].content_version != version


def test_a_request_never_shows_a_credential() -> None:
    assert request("youtube/videos.list", {"id": "a,b", "key": "hush"}) == "youtube/videos.list?id=a%2Cb"


FEED = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:yt="http://www.youtube.com/xml/schemas/2015"
  xmlns:at="http://purl.org/atompub/tombstones/1.0">
<entry><yt:videoId>v1</yt:videoId><yt:channelId>UC1</yt:channelId><title>A &amp; B</title>
<updated>2026-11-20T01:00:00+00:00</updated></entry>
<at:deleted-entry ref="yt:video:v2" when="2026-11-20T02:00:00+00:00"/>
<entry><title>without an id</title></entry></feed>"""


def test_every_entry_of_a_feed_is_an_item() -> None:
    from listeners.bounds import read_xml

    entry, deleted = atom.split(read_xml(FEED), CONTEXT)
    assert (entry.kind, entry.subject, entry.account) == ("websub_entry", "yt:video:v1", "UC1")
    assert entry.content_version == "2026-11-20T01:00:00+00:00"
    assert b"A &amp; B" in entry.payload
    assert (deleted.kind, deleted.subject) == ("websub_deleted", "yt:video:v2")
