from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.events import Event
from dengar.mapping import KINDS, MappingError, map_event
from dengar.records import Outcome

AT = "2026-11-19T02:00:00Z"


def comment(**changes: Any) -> dict[str, Any]:
    snippet = {
        "videoId": "v1", "textOriginal": "Kapan cair?", "textDisplay": "x", "authorChannelId": {"value": "UCwarga"},
        "authorDisplayName": "@warga", "likeCount": 3, "publishedAt": AT, "updatedAt": AT,
    }  # fmt: skip
    return {"id": "c1", "snippet": snippet | changes}


def record(result: Any) -> dict[str, Any]:
    assert result.record is not None
    return dict(result.record)


def test_a_thread_is_its_top_level_comment(mapped: Any) -> None:
    item = {"id": "c1", "snippet": {"videoId": "v1", "totalReplyCount": 7, "topLevelComment": comment()}}
    draft = record(mapped("youtube.comment_thread", item))
    assert (draft["id"], draft["kind"], draft["conversation_id"]) == ("yt:comment:c1", "comment", "yt:comment:c1")
    assert (draft["post_id"], draft["parent_id"]) == ("yt:video:v1", "yt:video:v1")
    assert draft["engagement"] == {"likes": 3, "replies": 7}
    assert draft["author"] == {"id": "UCwarga", "handle": "warga", "name": "@warga"}
    assert draft["permalink"] == "https://www.youtube.com/watch?v=v1&lc=c1"
    assert draft["edited_at"] is None


def test_a_reply_finds_thread_and_post(mapped: Any) -> None:
    item = comment(videoId=None, updatedAt="2026-11-19T05:00:00.000000123+00:00") | {"id": "c1.r9"}
    draft = record(mapped("youtube.comment", item, postid="yt:video:v1"))
    assert (draft["kind"], draft["parent_id"], draft["conversation_id"]) == ("reply", "yt:comment:c1", "yt:comment:c1")
    assert draft["edited_at"] == draft["content_version"] == "2026-11-19T05:00:00.000Z"
    with pytest.raises(MappingError, match="no_post"):
        mapped("youtube.comment", item)


def test_html_is_made_plain_only_without_the_original(mapped: Any) -> None:
    item = comment(textOriginal=None, textDisplay='a &amp; b<br>I <3 <a href="x">ini</a>')
    assert record(mapped("youtube.comment", item))["text"] == "a & b\nI <3 ini"


def test_a_withheld_author_and_a_hidden_counter_stay_null(mapped: Any) -> None:
    draft = record(mapped("youtube.comment", comment(authorChannelId=None, authorDisplayName="", likeCount=None)))
    assert draft["author"] == {"id": None, "handle": None, "name": None}
    assert draft["engagement"]["likes"] is None


def test_a_video_fans_out_its_counters(mapped: Any) -> None:
    item = {
        "id": "v1", "statistics": {"viewCount": "120", "favoriteCount": "0"},
        "snippet": {"title": "Judul", "description": "Isi", "channelId": "UC1", "publishedAt": AT},
    }  # fmt: skip
    result = mapped("youtube.video", item)
    ((kind, counters),) = result.fan_out
    assert kind == "metrics"
    assert counters["values"] == {"views": 120, "likes": None, "comments": None}
    assert counters["unavailable"] == {"likes": "hidden", "comments": "hidden"}
    assert record(result)["post_format"] == "video"
    assert mapped("youtube.video", item | {"snippet": None}).outcome is Outcome.METRICS


def test_chat_writes_deletes_and_notes(mapped: Any) -> None:
    said = {
        "id": "m1",
        "snippet": {"type": "superChatEvent", "publishedAt": AT, "superChatDetails": {"userComment": "Ayo"}},
    }
    assert record(mapped("youtube.chat_message", said, postid="yt:video:v1"))["kind"] == "chat"
    gone = {"snippet": {"type": "messageDeletedEvent", "messageDeletedDetails": {"deletedMessageId": "m1"}}}
    assert record(mapped("youtube.chat_message", gone, postid="yt:video:v1"))["id"] == "yt:chat:m1"
    assert mapped("youtube.chat_message", {"id": "m2", "snippet": {"type": "chatEndedEvent"}}).outcome is Outcome.NOTICE


def test_websub(mapped: Any) -> None:
    entry = (
        b'<entry xmlns="http://www.w3.org/2005/Atom" xmlns:yt="http://www.youtube.com/xml/schemas/2015">'
        b"<yt:videoId>v1</yt:videoId></entry>"
    )
    assert mapped("youtube.websub_entry", entry).outcome is Outcome.NOTICE
    gone = (
        b'<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" '
        b'ref="yt:video:v1" when="2026-11-19T22:34:19.642702+00:00"/>'
    )
    assert record(mapped("youtube.websub_deleted", gone))["post_id"] == "yt:video:v1"
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><entry>&a;</entry>'
    with pytest.raises(MappingError, match="malformed_xml"):
        mapped("youtube.websub_entry", bomb)


def test_instagram_media_and_comments(mapped: Any) -> None:
    media = {"id": 17, "caption": "Halo", "media_type": "VIDEO", "media_product_type": "REELS", "comments_count": 2,
             "timestamp": "2026-11-19T02:00:00+0000", "permalink": "https://www.instagram.com/reel/abc/"}  # fmt: skip
    result = mapped("instagram.media", media, subject="ig:media:17")
    assert record(result)["post_format"] == "reel"
    assert result.fan_out[0][1]["unavailable"] == {"likes": "hidden"}
    item = {"id": "5", "text": "Min?", "username": "warga_x", "timestamp": "2026-11-19T02:00:00+0000"}
    with pytest.raises(MappingError, match="no_post"):
        mapped("instagram.comment", item)
    reply = record(mapped("instagram.comment", item, postid="ig:media:17", parentid="ig:comment:4"))
    assert (reply["kind"], reply["conversation_id"], reply["author"]["handle"]) == ("reply", "ig:comment:4", "warga_x")


def test_an_audience_is_a_counter_a_group_of_age_and_gender_only(mapped: Any) -> None:
    def by(key: str, **groups: int) -> dict[str, Any]:
        results = [{"dimension_values": [name.replace("_", "-")], "value": value} for name, value in groups.items()]
        total = {"breakdowns": [{"dimension_keys": [key], "results": results}]}
        return {"name": "follower_demographics", "period": "lifetime", "total_value": total}

    data = [by("age", **{"25_34": 12}), by("gender", F=7), by("city", Bandung=3)]
    values = record(mapped("instagram.account_insights", {"id": "1", "data": data}))["values"]
    assert values == {"follower_age_25_34": 12, "follower_gender_f": 7}


def test_insights_empty_is_unavailable_not_zero(mapped: Any) -> None:
    assert record(mapped("instagram.media_insights", {"id": "17", "data": []}))["unavailable"] == {
        "insights": "not_given"
    }
    data = [{"name": "reach", "period": "day", "values": [
        {"value": 5, "end_time": "2026-11-18T08:00:00+0000"}, {"value": 6, "end_time": "2026-11-19T08:00:00+0000"}]},
        {"name": "views", "period": "day", "total_value": {"value": 9}}]  # fmt: skip
    result = mapped("instagram.account_insights", {"id": "1", "data": data})
    records = [record(result), *(item for _, item in result.fan_out)]
    assert sorted(sum(item["values"].values()) for item in records) == [5, 6, 9]
    assert len({item["id"] for item in records}) == 3


def test_webhooks_and_messages(mapped: Any) -> None:
    change = {"field": "story_insights", "value": {"media_id": "17", "reach": 44, "exits": -1}}
    counters = record(mapped("instagram.webhook_change", change))
    assert counters["values"] == {"reach": 44, "exits": None}
    assert counters["unavailable"] == {"exits": "not_enough_viewers"}
    assert mapped("instagram.webhook_change", {"field": "comments", "value": {"id": "5"}}).outcome is Outcome.NOTICE
    with pytest.raises(MappingError, match="unknown_field"):
        mapped("instagram.webhook_change", {"field": "feed", "value": {}})
    said = {
        "sender": {"id": 9},
        "recipient": {"id": 1},
        "timestamp": 1795000000000,
        "message": {"mid": "m", "text": "Halo"},
    }
    draft = record(mapped("instagram.message", said))
    assert (draft["kind"], draft["post_id"], draft["parent_id"]) == ("dm", "ig:thread:1~9", None)
    echo = said | {
        "sender": {"id": 1},
        "recipient": {"id": 9},
        "message": {"mid": "e", "text": "Baik", "is_echo": True},
    }
    assert record(mapped("instagram.message", echo))["conversation_id"] == "ig:thread:1~9"
    unsent = said | {"message": {"mid": "m", "is_deleted": True}}
    assert record(mapped("instagram.message", unsent))["reason"] == "unsent"
    assert mapped("instagram.message", said | {"message": None, "read": {"mid": "m"}}).outcome is Outcome.NOTICE


@pytest.mark.parametrize(
    ("reason", "data"),
    [
        ("empty", b" "),
        ("bad_encoding", b'{"id": "\xff"}'),
        ("malformed_json", b'{"id": NaN}'),
        ("malformed_json", b'{"id": ' + b"9" * 5000 + b"}"),
        ("duplicate_key", b'{"id": "a", "id": "b"}'),
        ("too_deep", b'{"a":' * 100 + b"1" + b"}" * 100),
        ("too_large", b'"' + b"a" * (1 << 20) + b'"'),
        ("not_an_object", b"[1]"),
        ("bad_id", b"{}"),
    ],
)
def test_unreadable_bytes_have_a_reason(mapped: Any, reason: str, data: bytes) -> None:
    with pytest.raises(MappingError) as caught:
        mapped("youtube.comment", data)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("implausible_time", {"publishedAt": "9999-12-31T23:59:59-14:00"}),
        ("implausible_time", {"publishedAt": "2004-12-31T00:00:00Z"}),
        ("implausible_time", {"publishedAt": "2026-11-21T03:00:01Z"}),
        ("bad_time", {"publishedAt": "2026-11-19T02:00:00"}),
        ("no_time", {"publishedAt": None}),
        ("bad_count", {"likeCount": "-1"}),
        ("bad_shape", {"textOriginal": 5}),
    ],
)
def test_implausible_fields_have_a_reason(mapped: Any, reason: str, changes: dict[str, Any]) -> None:
    with pytest.raises(MappingError) as caught:
        mapped("youtube.comment", comment(**changes))
    assert caught.value.reason == reason


def test_long_text_is_cut_at_a_blank_and_flagged(mapped: Any) -> None:
    draft = record(mapped("youtube.comment", comment(textOriginal="kata " * 3000)))
    assert len(draft["text"]) <= 10_000
    assert draft["text_truncated"]
    assert draft["text"].endswith("kata")


def test_lone_surrogates_and_nul_are_replaced(mapped: Any) -> None:
    data = (
        b'{"id":"c1","snippet":{"videoId":"v","publishedAt":"2026-11-19T02:00:00Z","textOriginal":"a\\ud83d b\\u0000"}}'
    )
    assert record(mapped("youtube.comment", data))["text"] == "a\ufffd b\ufffd"


NAMES = (
    "id snippet statistics data value field message sender recipient timestamp mid text name period values",
    "end_time publishedAt videoId type viewCount topLevelComment from media owner kind is_echo attachments total_value",
)
FIELDS = st.sampled_from([name for line in NAMES for name in line.split()])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(AT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.dictionaries(FIELDS, JSON, max_size=6) | st.binary(max_size=60))
def test_whatever_comes_only_a_named_reason_is_raised(kind: str, item: Any) -> None:
    data = item if isinstance(item, bytes) else json.dumps(item).encode()
    extensions = {"via": "x", "ownership": "public"}
    event = Event("1", "s", kind, datetime(2026, 11, 20, tzinfo=UTC), data, subject="yt:video:v", extensions=extensions)
    reason, outcome = None, None
    try:
        outcome = map_event(event, "raw.youtube/0/1").outcome
    except MappingError as error:
        reason = error.reason
    assert (reason is None) == isinstance(outcome, Outcome)
    assert reason != "mapping_defect"


def test_what_only_its_owner_is_shown_counts_as_deleted(mapped: Any) -> None:
    private = {"id": "v1", "snippet": {"title": "t", "publishedAt": AT}, "status": {"privacyStatus": "private"}}
    hidden = {"id": "c7", "text": "Kapan cair?", "timestamp": "2026-11-19T02:00:00+0000", "hidden": True}
    gone = [
        mapped("youtube.video", private),
        mapped("youtube.comment", comment(moderationStatus="heldForReview")),
        mapped("instagram.comment", hidden, postid="ig:media:m1", parentid="ig:comment:c6"),
    ]
    assert [one.outcome for one in gone] == [Outcome.DELETION] * 3
    assert [(record(one)["id"], record(one)["conversation_id"]) for one in gone] == [
        ("yt:video:v1", "yt:video:v1"), ("yt:comment:c1", "yt:comment:c1"), ("ig:comment:c7", "ig:comment:c6"),
    ]  # fmt: skip
    assert {record(one)["reason"] for one in gone} == {"hidden"}
    assert "Kapan cair" not in str([record(one) for one in gone])
    shown = mapped("instagram.comment", hidden | {"hidden": False}, postid="ig:media:m1")
    assert shown.outcome == Outcome.MENTION
    assert mapped("youtube.video", private | {"status": {"privacyStatus": "unlisted"}}).outcome == Outcome.MENTION
