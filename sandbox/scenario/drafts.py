"""A world as mentions before enrichment: what a listener and the mapping would have made of it, in order of publication."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from dengar.records import ENRICHMENT_REVISION, pack_version, timestamp
from sandbox.scenario.world import Item, World


def drafts(world: World) -> list[dict[str, Any]]:
    """Mention drafts (schemas/mention, not yet enriched) of everything public that a listener may obtain, by time and id."""
    items = [item for item in world.items if item.kind != "dm" and item.via]
    return sorted((draft(item) for item in items), key=lambda one: (one["published_at"], one["id"]))


def write_drafts(world: World, script: Any, file: Path) -> None:
    """Write JSON lines: first `{"script": …}` of the scenario (null where it has none), then the drafts."""
    with file.open("wb") as out:
        for one in ({"script": script}, *drafts(world)):
            out.write(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE))


def draft(item: Item) -> dict[str, Any]:
    """One item in its first version, observed when it was published. A post is its own conversation, and that of all below it."""
    at, post = item.published_at, item.post or item
    said = item.versions[0]
    return {
        "id": item.record_id, "platform": item.platform, "kind": item.kind, "post_format": item.format, "post_id": post.record_id,
        "conversation_id": post.record_id, "parent_id": item.parent.record_id if item.parent else None, "permalink": None,
        "title": said.title, "text": said.text, "text_truncated": False,
        "author": {"id": item.author.id, "handle": item.author.handle, "name": item.author.name},
        "engagement": None, "published_at": timestamp(at), "edited_at": None, "observed_at": timestamp(at), "expires_at": timestamp(at),
        "content_version": "1", "version": pack_version(at), "enrichment_revision": ENRICHMENT_REVISION, "label_revision": 0,
        "deleted": False, "trace_id": None, "collected": {"via": "sandbox", "ownership": "owned", "backfill": False},
        "provenance": {"raw": "raw/0/0", "formulas": {}},
    }  # fmt: skip
