"""Recorded pushes of both platforms, signed as the platforms sign them, through the receiver: what each is kept as and becomes.

Meta's `live_comments` and Instagram Login's envelope were never recorded; they are made of the recorded ones as Meta documents them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from dengar.events import Event, read_event
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.mapping import MappingError, map_event
from listeners.publish import Publisher
from listeners.receiver.app import create_app
from listeners.receiver.hydrate import Hydrator
from listeners.receiver.instagram_webhook import InstagramWebhook
from listeners.receiver.notices import Notices, asks_for_a_read
from listeners.receiver.read import Reader
from listeners.receiver.websub import Subscriptions
from listeners.receiver.youtube_websub import YouTubeWebSub

SECRET = "a-secret-of-a-test"
CHANNEL = "UCPF-oYb2-xN5FbCXy0167Gg"
TOPICS = ("raw.instagram", "raw.youtube", "raw.messages")


class Receiver:
    """The receiver over a log in memory; what it would follow up is kept in `offered`, nothing is read."""

    def __init__(self) -> None:
        self.log, self.offered = MemoryLog(), list[str]()
        idle = Hydrator(Publisher(MemoryLog()), Reader(None, None, None))
        hub = Subscriptions("http://127.0.0.1:9/hub", "http://127.0.0.1/youtube/websub", SECRET, [])
        notices = Notices(self.log, lambda item: self.offered.extend([item.subject] if asks_for_a_read(item) else []))
        sources = [InstagramWebhook((SECRET,), "v"), YouTubeWebSub(SECRET, hub, {CHANNEL})]
        self.client = TestClient(create_app(sources, notices, idle))

    def push(self, path: str, body: bytes) -> list[tuple[Event, str]]:
        """Sign and send; what was kept."""
        kind, name = ("sha1", "X-Hub-Signature") if "websub" in path else ("sha256", "X-Hub-Signature-256")
        digest = hmac.new(SECRET.encode(), body, getattr(hashlib, kind)).hexdigest()
        answer = self.client.post(path, content=body, headers={name: f"{kind}={digest}"})
        assert answer.status_code == 200
        spans = [OffsetRange(*partition, 0, end) for partition, end in self.log.ends(TOPICS).items()]
        return [(read_event(row.headers, row.value), row.position) for span in spans for row in self.log.read(span)]

    def webhook(self, body: Any) -> list[tuple[Event, str]]:
        return self.push("/instagram/webhook", orjson.dumps(body))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    with made.client:
        yield made


@pytest.fixture
def recordings(shared: Path) -> Path:
    folder = shared / "data" / "fixtures"
    if not folder.is_dir():
        pytest.skip("the recorded payloads (../shared/data/fixtures) are not on this machine")
    return folder


def recorded(folder: Path, name: str) -> Any:
    library, _, path = name.partition("/")
    found = {"restfb": "restfb__restfb", "chatwoot": "chatwoot__chatwoot"}[library]
    return orjson.loads((folder / "instagram" / found / f"{path}.json").read_bytes())


def outcome(event: Event, position: str) -> str:
    try:
        return str(map_event(event, position).outcome.value)
    except MappingError as error:
        return error.reason


@pytest.mark.parametrize(
    ("name", "kind", "expected", "follows"),
    [
        ("restfb/instagram/wh-comments", "webhook_change", "notice", True),
        ("restfb/instagram/wh-comments-2021", "webhook_change", "notice", True),
        ("restfb/instagram/wh-mentions", "webhook_change", "notice", True),
        ("restfb/instagram/wh-story_insights", "webhook_change", "metrics", False),
        ("restfb/webhooks/unknown-change-value", "webhook_change", "unknown_field", False),
        ("restfb/instagram/messaging-seen", "message", "notice", False),
        ("restfb/webhooks/messaging-message-isdeleted", "message", "deletion", False),
        ("chatwoot/webhooks/message_create_event", "message", "mention", False),
        ("chatwoot/webhooks/message_unsend_event", "message", "deletion", False),
        ("chatwoot/webhooks/story_mention_event", "message", "mention", False),
        ("chatwoot/webhooks/story_reply_event", "message", "mention", False),
    ],
)
def test_a_recorded_webhook(
    receiver: Receiver, recordings: Path, name: str, kind: str, expected: str, follows: bool
) -> None:
    body = recorded(recordings, name)
    ((event, position),) = receiver.webhook(body)
    assert event.type == f"dengar.raw.instagram.{kind}"
    assert outcome(event, position) == expected
    assert receiver.offered == ([event.subject] if follows else [])
    entry = body["entry"][0]
    assert orjson.loads(event.data) == (entry.get("changes") or entry["messaging"])[0]
    assert event.extensions["account"] == str(entry["id"])


def test_a_live_comment_is_a_comment_in_another_field(receiver: Receiver, recordings: Path) -> None:
    body = recorded(recordings, "restfb/instagram/wh-comments-2021")
    body["entry"][0]["changes"][0]["field"] = "live_comments"
    ((event, position),) = receiver.webhook(body)
    assert (outcome(event, position), receiver.offered) == ("notice", [event.subject])
    assert event.extensions["postid"] == f"ig:media:{body['entry'][0]['changes'][0]['value']['media']['id']}"


@pytest.mark.parametrize("name", ["wh-comments", "wh-mentions", "wh-story_insights"])
def test_the_envelope_of_instagram_login_says_the_same(receiver: Receiver, recordings: Path, name: str) -> None:
    """A list of envelopes, field and value right in the entry."""
    body = recorded(recordings, f"restfb/instagram/{name}")
    (change,) = body["entry"][0].pop("changes")
    ((event, _),) = receiver.webhook([body | {"entry": [body["entry"][0] | change]}])
    assert orjson.loads(event.data) == change


def test_a_thousand_recorded_changes_in_one_body(receiver: Receiver, recordings: Path) -> None:
    body = recorded(recordings, "restfb/instagram/wh-comments-2021")
    body["entry"][0]["changes"] *= 1_000
    assert len(receiver.webhook(body)) == 1_000


@pytest.mark.parametrize("name", ["push_entry", "push_entry_repeated_links"])
def test_a_recorded_push_points_to_its_video(receiver: Receiver, recordings: Path, name: str) -> None:
    body = (recordings / "youtube" / "SeoulSKY__ytnoti" / "websub" / f"{name}.xml").read_bytes()
    ((event, position),) = receiver.push("/youtube/websub", body)
    assert (event.subject, outcome(event, position)) == ("yt:video:VIDEO_ID", "notice")
    assert (event.extensions["account"], event.extensions["ownership"]) == (CHANNEL, "owned")
    assert receiver.offered == ["yt:video:VIDEO_ID"]


def test_a_recorded_deletion_names_its_channel(receiver: Receiver, recordings: Path) -> None:
    body = (recordings / "youtube" / "SeoulSKY__ytnoti" / "websub" / "push_deleted_entry.xml").read_bytes()
    ((event, position),) = receiver.push("/youtube/websub", body)
    assert (event.subject, outcome(event, position)) == ("yt:video:VIDEO_ID", "deletion")
    assert (event.extensions["account"], event.extensions["ownership"]) == (CHANNEL, "owned")
    assert receiver.offered == []


def test_a_recorded_channel_feed_gives_its_entry_with_its_channel(receiver: Receiver, recordings: Path) -> None:
    body = (recordings / "youtube" / "prof18__RSS-Parser" / "atom-feed-youtube.xml").read_bytes()
    kept = receiver.push("/youtube/websub", body)
    assert len(kept) == body.count(b"<entry>") > 0
    assert {outcome(*one) for one in kept} == {"notice"}
    channels = {event.extensions["account"] for event, _ in kept}
    assert len(channels) == 1
    assert channels.pop().startswith("UC"), "the feed itself leaves UC out, its entries do not"
