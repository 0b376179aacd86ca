"""A WebSub hub for channel feeds: subscriptions with leases, verification of intent, signed Atom pushes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape, quoteattr

import httpx

from sandbox.push.delivery import Push, PushError, check_loopback
from sandbox.push.events import PushEvent
from sandbox.scenario.world import World

DEFAULT_LEASE, MAX_LEASE = 432_000, 864_000
_PATHS = ("/xml/feeds/videos.xml", "/feeds/videos.xml")


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who wants what until when (virtual time)."""

    topic: str
    callback: str
    secret: str
    until: datetime


class Hub:
    """Subscriptions of one sandbox."""

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._world, self._client = world, client
        self._subscriptions: dict[tuple[str, str], Subscription] = {}
        self._random = Random(f"{world.seed}/hub")

    def active(self, now: datetime) -> list[Subscription]:
        """Subscriptions whose lease runs."""
        return [s for s in self._subscriptions.values() if s.until > now]

    def check(self, form: Mapping[str, str]) -> None:
        """Raises PushError where a subscription request is malformed."""
        if form.get("hub.mode") not in ("subscribe", "unsubscribe"):
            raise PushError("hub.mode must be subscribe or unsubscribe")
        if channel_of(form.get("hub.topic", "")) is None:
            raise PushError("hub.topic must be a channel's feed, …/feeds/videos.xml?channel_id=UC…")
        if len(form.get("hub.secret", "").encode()) >= 200:
            raise PushError("hub.secret must be shorter than 200 bytes")
        check_loopback(form.get("hub.callback", ""))

    async def verify(self, form: Mapping[str, str], now: datetime) -> bool:
        """Ask the callback whether it wants this; carry it out if it echoes the challenge."""
        asked = form.get("hub.lease_seconds", "")
        lease = max(60, min(int(asked), MAX_LEASE)) if asked.isdigit() else DEFAULT_LEASE
        mode, topic, callback = form["hub.mode"], form["hub.topic"], form["hub.callback"]
        challenge = f"{self._random.getrandbits(96):024x}"
        query = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": challenge, "hub.lease_seconds": str(lease)}
        try:
            address = httpx.URL(callback).copy_merge_params(query)
            answer = await self._client.get(address)
        except httpx.HTTPError:
            return False
        if not answer.is_success or answer.text.strip() != challenge:
            return False
        if mode == "unsubscribe":
            self._subscriptions.pop((topic, callback), None)
        else:
            until = now + timedelta(seconds=lease)
            self._subscriptions[(topic, callback)] = Subscription(topic, callback, form.get("hub.secret", ""), until)
        return True

    def pushes(self, events: list[PushEvent]) -> list[Push]:
        """The POSTs that these events cause."""
        made = []
        for event in events:
            for subscription in self.active(event.at):
                if channel_of(subscription.topic) == event.account:
                    made.append(_push(subscription, event))
        return made


def channel_of(topic: str) -> str | None:
    """The channel id of a feed address, None if it is not one."""
    parts = urlsplit(topic)
    ids = parse_qs(parts.query).get("channel_id", [])
    return ids[0] if parts.path in _PATHS and len(ids) == 1 else None


def _push(subscription: Subscription, event: PushEvent) -> Push:
    body = (_deleted(event) if event.kind == "video_deleted" else _entry(subscription.topic, event)).encode()
    headers = {
        "Content-Type": "application/atom+xml",
        "Link": f'<{subscription.topic}>; rel="self", <http://pubsubhubbub.appspot.com/>; rel="hub"',
    }
    if subscription.secret:
        digest = hmac.new(subscription.secret.encode(), body, hashlib.sha1).hexdigest()
        headers["X-Hub-Signature"] = f"sha1={digest}"
    return Push(subscription.callback, body, headers, event.at)


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _entry(topic: str, event: PushEvent) -> str:
    item = event.item
    title, channel, video = escape(item.version(event.at).title or ""), escape(event.account), escape(item.id)
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom">'
        f'<link rel="hub" href="https://pubsubhubbub.appspot.com"/><link rel="self" href={quoteattr(topic)}/>'
        f"<title>YouTube video feed</title><updated>{_time(event.at)}</updated>\n"
        f"<entry><id>yt:video:{video}</id><yt:videoId>{video}</yt:videoId><yt:channelId>{channel}</yt:channelId>"
        f'<title>{title}</title><link rel="alternate" href="https://www.youtube.com/watch?v={video}"/>'
        f"<author><name>{escape(item.author.name)}</name><uri>https://www.youtube.com/channel/{channel}</uri></author>"
        f"<published>{_time(item.published_at)}</published><updated>{_time(event.at)}</updated></entry></feed>\n"
    )


def _deleted(event: PushEvent) -> str:
    video, channel = escape(event.item.id), escape(event.account)
    return (
        '<feed xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns="http://www.w3.org/2005/Atom">'
        f'<at:deleted-entry ref="yt:video:{video}" when="{_time(event.at)}">'
        f'<link href="https://www.youtube.com/watch?v={video}"/>'
        f"<at:by><name>{escape(event.item.author.name)}</name><uri>https://www.youtube.com/channel/{channel}</uri></at:by>"
        "</at:deleted-entry></feed>\n"
    )
