"""Everything of a scenario that a platform would push, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.scenario.world import Item, World


@dataclass(frozen=True, slots=True)
class PushEvent:
    """`kind`: video, video_deleted (WebSub); comments, live_comments, mentions, messages, unsent, story_insights (webhook fields)."""

    at: datetime
    kind: str
    item: Item
    account: str


def push_events(world: World) -> list[PushEvent]:
    """All events, oldest first."""
    own = {a.id for a in world.readable("instagram")}
    events = [e for item in world.items for e in _of(item, own)]
    return sorted(events, key=lambda e: (e.at, e.item.record_id, e.kind))


def _of(item: Item, own: set[str]) -> list[PushEvent]:
    if item.platform == "youtube":
        return _video(item) if item.kind == "post" else []
    if item.kind == "dm":
        account = item.extra["account"]
        sent = [PushEvent(item.published_at, "messages", item, account)]
        return [*sent, PushEvent(item.deleted_at, "unsent", item, account)] if item.deleted_at else sent
    mentioned = item.extra.get("mentioned")
    if mentioned:
        return [PushEvent(item.published_at, "mentions", item, mentioned)]
    if item.kind in ("comment", "reply") and item.post is not None and item.post.author.id in own:
        field = "live_comments" if item.post.format == "live" else "comments"
        return [PushEvent(item.published_at, field, item, item.post.author.id)]
    if item.format == "story" and item.author.id in own and item.ends_at is not None:
        return [PushEvent(item.ends_at, "story_insights", item, item.author.id)]
    return []


def _video(item: Item) -> list[PushEvent]:
    events = [PushEvent(version.at, "video", item, item.author.id) for version in item.versions]
    if item.deleted_at is not None:
        events = [e for e in events if e.at < item.deleted_at]
        events.append(PushEvent(item.deleted_at, "video_deleted", item, item.author.id))
    return events
