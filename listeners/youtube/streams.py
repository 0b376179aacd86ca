"""What a video tells about its live stream: a chat that runs, one that is announced, one that ended before anybody could read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dengar.records import timestamp
from listeners.source import Gap
from listeners.youtube.watch import CHATS, EXPECTED, HEARD, SINCE, Watch

MISSED = "live_chat_missed"


def note_stream(watch: Watch, video: Mapping[str, Any], channel: str | None) -> list[Gap]:
    """Keep the chat that runs under a videos.list row; a gap for one that ended unread since we listen to the channel."""
    identity, details = str(video["id"]), video.get("liveStreamingDetails") or {}
    chat, ended = details.get("activeLiveChatId"), ended_at(video)
    if chat:
        watch.put(CHATS, str(chat), identity)
    expected = bool(details) and ended is None
    watch.put(EXPECTED, identity, str(details.get("scheduledStartTime") or "soon") if expected else None)
    since = watch.told(SINCE, channel) if channel else None
    if ended is None or since is None or ended <= since or watch.station.backfill is not None:
        return []
    if identity in watch.chats.values() or watch.told(HEARD, identity) is not None:
        return []
    watch.put(HEARD, identity, timestamp(watch.station.clock.now()))
    started = details.get("actualStartTime")
    begun = datetime.fromisoformat(started) if started else since
    return [Gap(f"yt:video:{identity}", MISSED, None, max(begun, since), ended)]


def ended_at(video: Mapping[str, Any]) -> datetime | None:
    """When the stream of a videos.list row ended, None while it has not."""
    told = (video.get("liveStreamingDetails") or {}).get("actualEndTime")
    return datetime.fromisoformat(told) if told else None
