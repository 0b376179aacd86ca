"""Raw items on their way to the raw topics: envelope, partition key, and what is published again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from dengar.events import read_event
from dengar.log import LogError, OffsetRange, Record
from dengar.log.memory import MemoryLog
from dengar.schemas import schema_id
from listeners.item import RawItem
from listeners.known import KnownItems
from listeners.publish import Publisher

NOW = datetime(2026, 11, 20, 3, 0, 0, 123_000, tzinfo=UTC)


def records(log: MemoryLog, topic: str) -> list[Record]:
    return [
        record
        for partition, end in log.ends([topic]).items()
        for record in log.read(OffsetRange(topic, partition.number, 0, end))
    ]


def item(identity: str = "c1", **changes: Any) -> RawItem:
    given: dict[str, Any] = {
        "platform": "youtube",
        "kind": "comment",
        "subject": f"yt:comment:{identity}",
        "payload": {"id": identity, "snippet": {"textDisplay": "kapan cair?"}},
        "request": "youtube/comments.list?id=c1",
        "via": "youtube.comments",
        "post_id": "yt:video:v1",
    }
    return RawItem(**(given | changes))


def test_the_envelope_carries_the_item_verbatim_and_the_context_of_its_request() -> None:
    log = MemoryLog()
    one = item(
        conversation_id="yt:comment:c0", parent_id="yt:comment:c0", account="UC1", ownership="owned", backfill=True
    )
    Publisher(log, now=lambda: NOW).publish([one])
    (record,) = records(log, "raw.youtube")
    event = read_event(record.headers, record.value)
    assert orjson.loads(event.data) == one.payload
    assert record.key == b"yt:video:v1"
    assert (event.type, event.subject) == ("dengar.raw.youtube.comment", "yt:comment:c1")
    assert (event.id, event.time) == ("yt:comment:c1@1795143600123", NOW)
    told = {name: value for name, value in event.extensions.items() if name not in ("dataschema", "traceparent")}
    assert told == {
        "via": "youtube.comments",
        "ownership": "owned",
        "account": "UC1",
        "postid": "yt:video:v1",
        "conversationid": "yt:comment:c0",
        "parentid": "yt:comment:c0",
        "backfill": "true",
        "expiresat": "2026-12-20T03:00:00.123Z",
    }
    assert dict(record.headers)["ce_dataschema"] == schema_id("raw").encode()


def test_xml_goes_out_as_the_bytes_that_came() -> None:
    log = MemoryLog()
    Publisher(log).publish([item(kind="websub_entry", payload=b"<entry/>")])
    (record,) = records(log, "raw.youtube")
    assert record.value == b"<entry/>"
    assert dict(record.headers)["content-type"] == b"application/xml"


@pytest.mark.parametrize(
    ("changes", "topic", "key"),
    [
        ({}, "raw.youtube", "yt:video:v1"),
        ({"post_id": None}, "raw.youtube", "yt:comment:c1"),
        ({"platform": "instagram"}, "raw.instagram", "yt:video:v1"),
        (
            {"platform": "instagram", "kind": "message", "conversation_id": "ig:thread:1~2"},
            "raw.messages",
            "ig:thread:1~2",
        ),
    ],
)
def test_topic_and_key(changes: dict[str, Any], topic: str, key: str) -> None:
    one = item(**changes)
    assert (one.topic, one.key) == (topic, key)


def test_an_unchanged_item_is_not_published_again_and_a_changed_one_is() -> None:
    log = MemoryLog()
    publisher = Publisher(log)
    assert publisher.publish([item(), item("c2")]).collected == 2
    counts = publisher.publish([item(), item("c2", payload={"id": "c2", "snippet": {"textDisplay": "sudah"}})])
    assert (counts.collected, counts.unchanged) == (1, 1)
    assert len(records(log, "raw.youtube")) == 3
    assert (publisher.counts.collected, publisher.counts.unchanged) == (3, 1)


def test_the_platforms_own_version_decides_where_there_is_one() -> None:
    publisher = Publisher(MemoryLog())
    publisher.publish([item(version="2026-11-20T01:00:00Z")])
    liked = item(version="2026-11-20T01:00:00Z", payload={"id": "c1", "snippet": {"likeCount": 9}})
    assert publisher.publish([liked]).collected == 0
    assert publisher.publish([item(version="2026-11-20T02:00:00Z")]).collected == 1


def test_the_same_subject_under_two_kinds_is_two_items() -> None:
    publisher = Publisher(MemoryLog())
    assert publisher.publish([item(version="1"), item(kind="comment_thread", version="1")]).collected == 2
    assert publisher.publish([item(version="1"), item(kind="comment_thread", version="1")]).collected == 0


def test_what_comes_back_after_its_deletion_is_new_again_and_so_is_its_next_deletion() -> None:
    publisher = Publisher(MemoryLog())
    gone = item(kind="gone", payload={"id": "c1", "kind": "youtube#comment", "reason": "not_found"})
    asked: list[Sequence[RawItem]] = [[item()], [gone], [gone], [item()], [item()], [gone]]
    assert [publisher.publish(items).collected for items in asked] == [1, 1, 0, 1, 0, 1]


class Refusing(MemoryLog):
    """A broker that acknowledges nothing while `down`."""

    down = True

    def flush(self) -> None:
        if self.down:
            self._queued.clear()
            raise LogError("not acknowledged")
        super().flush()


def test_what_was_not_acknowledged_is_published_again() -> None:
    log = Refusing()
    publisher = Publisher(log)
    with pytest.raises(LogError):
        publisher.publish([item()])
    log.down = False
    assert publisher.publish([item()]).collected == 1
    assert len(records(log, "raw.youtube")) == 1


def test_the_store_is_bounded_and_forgets_the_least_recently_seen() -> None:
    publisher = Publisher(MemoryLog(), KnownItems(limit=2))
    publisher.publish([item("c1"), item("c2")])
    publisher.publish([item("c1"), item("c3")])
    assert publisher.publish([item("c1"), item("c3")]).collected == 0
    assert publisher.publish([item("c2")]).collected == 1


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        item().event(NOW.replace(tzinfo=None))
    assert item().event(NOW).time - NOW == timedelta(0)
