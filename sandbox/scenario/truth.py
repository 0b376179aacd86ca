"""The truth about a scenario: what was said, what it means, who could see it and when."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from dengar.records import timestamp
from sandbox.scenario.world import Item, World


def window(item: Item, now: datetime | None = None) -> tuple[datetime, datetime | None]:
    """(visible_from, visible_to): when a listener's read can find it; visible_to is exclusive, None = to this day.

    `now`: what lies after it is not told.
    """
    if item.kind == "dm":  # pushed once, and its text with it: unsending does not take it back
        return item.published_at, None
    ends = [moment for moment in (item.deleted_at, item.ends_at if _fleeting(item) else None) if moment is not None]
    last = min(ends, default=None)
    return item.published_at, last if last is not None and (now is None or last <= now) else None


def _fleeting(item: Item) -> bool:
    """Stories, chat and hashtag media are readable for a time only; a past live stays as a video."""
    return item.kind == "chat" or item.format == "story" or item.via == ("hashtag",)


def _author(item: Item) -> str:
    """The account's id; a person who writes a DM is known only by an id scoped to the receiving account."""
    return (
        f"ig:user:{item.extra['scoped']}" if item.kind == "dm" and not item.extra.get("echo") else item.author.record_id
    )


def _conversation(item: Item) -> str:
    """The thread: the top-level comment, the DM thread, else the post itself."""
    if item.kind == "comment":
        return item.record_id
    if item.kind == "reply" and item.parent is not None:
        return item.parent.record_id
    return item.post.record_id if item.post else str(item.extra.get("thread", item.record_id))


def entry(item: Item, world: World, now: datetime) -> dict[str, Any]:
    """What is true about one item at `now`."""
    version = item.version(now)
    start, end = window(item, now)
    deleted = item.deleted_at if item.deleted_at is not None and item.deleted_at <= now else None
    row: dict[str, Any] = {
        "kind": item.kind,
        "format": item.format,
        "platform": item.platform,
        "post_id": item.post.record_id if item.post else item.extra.get("thread", item.record_id),
        "conversation_id": _conversation(item),
        "parent_id": item.parent.record_id if item.parent else None,
        "published_at": timestamp(item.published_at),
        "visible_from": timestamp(start),
        "visible_to": timestamp(end) if end else None,
        "author": {"id": _author(item), "handle": item.author.handle, "role": item.author.role},
        "title": version.title,
        "text": version.text,
        "labels": item.labels,
        "edited": version.at > item.published_at,
        "edited_at": timestamp(version.at) if version.at > item.published_at else None,
        "deleted": deleted is not None,
        "deleted_at": timestamp(deleted) if deleted else None,
        "hidden": "hidden_at" in item.extra and item.extra["hidden_at"] <= now,
        "obtainable": bool(item.via),
        "via": list(item.via),
        "reason": item.withheld,
    }
    reply = item.extra.get("official_reply")
    if reply and reply["item"].record_id in world.by_id and reply["item"].published_at <= now:
        row["official_reply"] = {
            "id": reply["item"].record_id,
            "at": timestamp(reply["item"].published_at),
            "seconds": reply["seconds"],
        }
    if item.kind == "post" and item.growth is not None:
        row["reach"] = {name: item.counter(name, now) for name in item.growth.final}
    return row


def truth(world: World, now: datetime | None = None) -> dict[str, Any]:
    """The truth so far (`now`) or about the whole scenario (None). JSON-able; times RFC 3339 UTC."""
    moment = now or world.end
    items = {i.record_id: entry(i, world, moment) for i in world.items if i.published_at <= moment}
    return {
        "scenario": world.name,
        "seed": world.seed,
        "start": timestamp(world.start),
        "end": timestamp(world.end),
        "as_of": timestamp(moment),
        "accounts": {
            a.record_id: {
                "platform": a.platform,
                "handle": a.handle,
                "name": a.name,
                "role": a.role,
                "followers": a.followers,
            }
            for a in world.actors.values()
            if a.role != "public"
        },
        "spikes": [_spike(world, burst) for burst in world.bursts if burst["from"] <= moment],
        "items": items,
    }


def write_truth(world: World, path: Path, now: datetime | None = None) -> None:
    """Write truth.json: the same world gives the same bytes."""
    path.write_bytes(orjson.dumps(truth(world, now), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))


def _spike(world: World, burst: dict[str, Any]) -> dict[str, Any]:
    ids = [i.record_id for i in world.items if i.labels.get("burst") == burst["name"]]
    return {
        "name": burst["name"],
        "kind": burst["phrases"],
        "from": timestamp(burst["from"]),
        "to": timestamp(burst["to"]),
        "items": len(ids),
    }


def obtainable(world: World, now: datetime) -> dict[str, Any]:
    """For every item published so far that the platforms show at all: its ways, and when a read finds it."""
    rows = {}
    for item in world.items:
        if item.published_at > now or not item.via:
            continue
        start, end = window(item, now)
        rows[item.record_id] = {
            "kind": item.kind,
            "via": list(item.via),
            "visible_from": timestamp(start),
            "visible_to": timestamp(end) if end else None,
        }
    return {"as_of": timestamp(now), "items": rows}
