"""Pushes: handshakes, signatures over the raw bytes, retries, leases."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from defusedxml import ElementTree
from fastapi.testclient import TestClient

from sandbox.app import create_app
from sandbox.push.delivery import PushError, check_loopback
from sandbox.scenario import World
from sandbox.state import State

CALLBACK = "http://127.0.0.1:9/callback"


class Receiver:
    """The other side: echoes challenges (or not) and keeps what it is sent."""

    def __init__(self) -> None:
        self.status, self.echo = 200, True
        self.requests: list[httpx.Request] = []
        self.handshakes: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            self.handshakes.append(dict(request.url.params))
            return httpx.Response(200, text=request.url.params["hub.challenge"] if self.echo else "no")
        if self.status == 200:
            self.requests.append(request)
        return httpx.Response(self.status)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def pushing(world: World, receiver: Receiver) -> Any:
    state = State(world, client=httpx.AsyncClient(transport=httpx.MockTransport(receiver)))
    with TestClient(create_app(state)) as client:
        yield state, client


def register(client: TestClient) -> httpx.Response:
    order = {"url": CALLBACK, "app_secret": "rahasia", "verify_token": "kata"}
    return client.post("/sandbox/webhooks", json=order)


def advance(client: TestClient, hours: float) -> dict[str, Any]:
    return client.post("/sandbox/clock", json={"advance_seconds": hours * 3600}).json()


def test_webhooks_tell_every_comment_mention_and_message_once(pushing: Any, receiver: Receiver, world: World) -> None:
    _state, client = pushing
    assert register(client).status_code == 200
    assert receiver.handshakes[0]["hub.verify_token"] == "kata"
    for _ in range(14):
        advance(client, 12)
    comments: list[str] = []
    fields: set[str] = set()
    messages: list[dict[str, Any]] = []
    for request in receiver.requests:
        digest = hmac.new(b"rahasia", request.content, hashlib.sha256).hexdigest()
        assert request.headers["x-hub-signature-256"] == f"sha256={digest}"
        assert request.content.isascii()
        for entry in orjson.loads(request.content)["entry"]:
            fields |= {change["field"] for change in entry.get("changes", [])}
            comments += [c["value"]["id"] for c in entry.get("changes", []) if c["field"] == "comments"]
            messages += entry.get("messaging", [])
    own = {a.id for a in world.registered("instagram", "official")}
    true = [i.id for i in world.items if i.kind in ("comment", "reply") and i.post and i.post.author.id in own]
    assert sorted(comments) == sorted(true)
    assert fields == {"comments", "mentions", "story_insights"}
    sent = [m for m in messages if not m["message"].get("is_deleted")]
    assert sorted(m["message"]["mid"] for m in sent) == sorted(i.id for i in world.items if i.kind == "dm")
    assert any(m["message"].get("is_deleted") for m in messages)
    assert any(m["message"].get("is_echo") and m["sender"]["id"] in own for m in sent)
    assert any(m["message"].get("attachments", [{}])[0].get("type") == "story_mention" for m in sent)


def test_failed_deliveries_are_tried_again(pushing: Any, receiver: Receiver) -> None:
    _state, client = pushing
    register(client)
    receiver.status = 500
    pushes = advance(client, 12)["pushes"]
    assert pushes["failed"] > 0
    assert pushes["waiting"] > 0
    assert pushes["delivered"] == 0
    receiver.status = 200
    after = advance(client, 0)["pushes"]
    assert after["waiting"] == 0
    assert after["delivered"] > 0


def test_deliveries_are_given_up_after_36_hours(pushing: Any, receiver: Receiver) -> None:
    _state, client = pushing
    register(client)
    receiver.status = 500
    advance(client, 12)
    assert advance(client, 40)["pushes"]["dropped"] > 0


def test_a_callback_that_does_not_echo_is_refused(pushing: Any, receiver: Receiver) -> None:
    state, client = pushing
    receiver.echo = False
    answer = register(client)
    assert answer.status_code == 400
    assert "verify_token" in answer.json()["detail"]
    assert not state.pushes.webhooks.registrations


def subscribe(client: TestClient, channel: str, **more: str) -> httpx.Response:
    topic = f"https://www.youtube.com/xml/feeds/videos.xml?channel_id={channel}"
    form = {
        "hub.mode": "subscribe",
        "hub.topic": topic,
        "hub.callback": CALLBACK,
        "hub.verify": "sync",
        "hub.secret": "s3",
    }
    return client.post("/hub", data={**form, **more})


def test_websub_pushes_uploads_edits_and_deletions(pushing: Any, receiver: Receiver, world: World) -> None:
    _state, client = pushing
    channels = world.registered("youtube")
    for actor in channels:
        assert subscribe(client, actor.id, **{"hub.lease_seconds": "864000"}).status_code == 204
    for _ in range(7):
        advance(client, 24)
    videos, deleted = [], set()
    for request in receiver.requests:
        digest = hmac.new(b"s3", request.content, hashlib.sha1).hexdigest()
        assert request.headers["x-hub-signature"] == f"sha1={digest}"
        feed = ElementTree.fromstring(request.content)
        videos += [e.text for e in feed.iter("{http://www.youtube.com/xml/schemas/2015}videoId")]
        deleted |= {e.get("ref") for e in feed.iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")}
    mine = [p for a in channels for p in world.posts.get(a.record_id, [])]
    assert set(videos) == {p.id for p in mine}
    assert len(videos) > len(set(videos))
    assert deleted == {p.record_id for p in mine if p.deleted_at}


def test_a_lease_runs_out(pushing: Any, receiver: Receiver, world: World) -> None:
    state, client = pushing
    actor = world.registered("youtube", "official")[0]
    subscribe(client, actor.id, **{"hub.lease_seconds": "3600"})
    assert len(state.pushes.hub.active(state.clock.now)) == 1
    assert not state.pushes.hub.active(state.clock.now + timedelta(hours=2))


def test_the_hub_refuses_what_it_cannot_serve(pushing: Any, receiver: Receiver) -> None:
    _state, client = pushing
    assert subscribe(client, "UCx", **{"hub.mode": "buy"}).status_code == 400
    assert subscribe(client, "UCx", **{"hub.topic": "https://www.youtube.com/"}).status_code == 400
    assert subscribe(client, "UCx", **{"hub.callback": "http://example.com/"}).status_code == 400
    receiver.echo = False
    assert subscribe(client, "UCx").status_code == 409


def test_only_this_machine_is_called() -> None:
    for url in ("https://127.0.0.1/", "http://10.0.0.1/", "ftp://localhost/", ""):
        with pytest.raises(PushError, match="not on this machine"):
            check_loopback(url)
    assert check_loopback(CALLBACK) == CALLBACK


def test_nothing_is_pushed_to_nobody(world: World, receiver: Receiver) -> None:
    state = State(world, client=httpx.AsyncClient(transport=httpx.MockTransport(receiver)))
    asyncio.run(state.pushes.deliver(world.end))
    assert state.pushes.outbox.counts() == {"delivered": 0, "failed": 0, "dropped": 0, "waiting": 0}
