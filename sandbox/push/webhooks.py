"""Instagram webhooks: registration with handshake, signed deliveries in batches of changes."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from itertools import groupby
from random import Random
from typing import Any

import httpx

from dengar.records import milliseconds
from sandbox.push.delivery import Push, PushError, check_loopback
from sandbox.push.events import PushEvent
from sandbox.scenario.world import Item, World

BATCH = 100
_FIELDS = {"comments", "live_comments", "mentions", "story_insights"}
_MESSAGING = {"messages", "unsent"}


@dataclass(frozen=True, slots=True)
class Registration:
    """An app's callback: where to and with which secret to sign."""

    url: str
    app_secret: str = field(repr=False)


class Webhooks:
    """Registered callbacks of one sandbox; each gets every field of every own account."""

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._client = client
        self._random = Random(f"{world.seed}/webhooks")
        self.registrations: dict[str, Registration] = {}

    async def register(self, url: str, app_secret: str, verify_token: str) -> None:
        """Shake hands, then register. Raises PushError if the callback does not echo the challenge."""
        check_loopback(url)
        challenge = str(self._random.getrandbits(31))
        query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
        try:
            answer = await self._client.get(httpx.URL(url).copy_merge_params(query))
        except httpx.HTTPError as error:
            raise PushError(f"{url} did not answer the handshake: {type(error).__name__}") from error
        if answer.status_code != 200 or answer.text.strip() != challenge:
            raise PushError(f"{url} did not echo the challenge (status {answer.status_code}); check verify_token")
        self.registrations[url] = Registration(url, app_secret)

    def pushes(self, events: list[PushEvent]) -> list[Push]:
        """The POSTs that these events cause, in order; changes of one account travel together, up to 100."""
        kept = [e for e in events if e.kind in _FIELDS | _MESSAGING]
        kept.sort(key=_stream)  # stable: within an account the order of time stays
        made = []
        for (account, messaging), group in groupby(kept, key=_stream):
            rows = list(group)
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                body = encode(_messaging(account, batch) if messaging else _changes(account, batch))
                made += [_push(r, body, batch) for r in self.registrations.values()]
        return made


def _stream(event: PushEvent) -> tuple[str, bool]:
    return event.account, event.kind in _MESSAGING


def encode(envelope: dict[str, Any]) -> bytes:
    """JSON as Meta sends it: non-ASCII escaped as \\uXXXX; the signature is over exactly these bytes."""
    return json.dumps(envelope, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _push(registration: Registration, body: bytes, batch: list[PushEvent]) -> Push:
    digest = hmac.new(registration.app_secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
    return Push(registration.url, body, headers, batch[0].at, len(batch))


def _changes(account: str, batch: list[PushEvent]) -> dict[str, Any]:
    changes = [{"field": event.kind, "value": _value(event)} for event in batch]
    when = milliseconds(batch[-1].at) // 1000
    return {"object": "instagram", "entry": [{"id": account, "time": when, "changes": changes}]}


def _value(event: PushEvent) -> dict[str, Any]:
    item = event.item
    if event.kind == "mentions":
        return {"media_id": item.id} if item.post is None else {"media_id": item.post.id, "comment_id": item.id}
    if event.kind == "story_insights":
        return _story(item, event)
    assert item.post is not None
    product = "REELS" if item.post.format == "reel" else "FEED"
    value: dict[str, Any] = {
        "from": {"id": item.author.id, "username": item.author.handle},
        "media": {"id": item.post.id} | ({} if item.post.format == "live" else {"media_product_type": product}),
        "id": item.id,
        "text": item.versions[0].text,
    }
    if item.kind == "reply" and item.parent is not None:
        value["parent_id"] = item.parent.id
    return value


def _story(item: Item, event: PushEvent) -> dict[str, Any]:
    """Final counters of a story; -1 where Meta hides a small number (under five viewers)."""
    reach, moves = item.counter("reach", event.at), item.counter("navigation", event.at)
    return {
        "media_id": item.id,
        "reach": reach if reach >= 5 else -1,
        "impressions": item.counter("views", event.at),
        "replies": item.counter("replies", event.at),
        "exits": moves // 6,
        "taps_forward": moves * 4 // 6,
        "taps_back": moves // 6,
    }


def _messaging(account: str, batch: list[PushEvent]) -> dict[str, Any]:
    rows = [_message(account, event) for event in batch]
    return {"object": "instagram", "entry": [{"id": account, "time": milliseconds(batch[-1].at), "messaging": rows}]}


def _message(account: str, event: PushEvent) -> dict[str, Any]:
    item, extra = event.item, event.item.extra
    person = extra["scoped"]
    sender, recipient = (account, person) if extra.get("echo") else (person, account)
    message: dict[str, Any] = {"mid": item.id}
    if event.kind == "unsent":
        message["is_deleted"] = True
    elif extra.get("story_mention"):
        message["attachments"] = [
            {"type": "story_mention", "payload": {"url": f"https://cdn.example/story/{item.id[-12:]}.jpg"}}
        ]
    else:
        message["text"] = item.versions[0].text
        if extra.get("echo"):
            message["is_echo"] = True
        if story := extra.get("story"):
            message["reply_to"] = {"story": {"id": story.id, "url": f"https://cdn.example/{story.id}.jpg"}}
    return {
        "sender": {"id": sender},
        "recipient": {"id": recipient},
        "timestamp": milliseconds(event.at),
        "message": message,
    }
