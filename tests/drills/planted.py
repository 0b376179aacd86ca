"""Planted weeks as the pipeline would index them: the sandbox's items, enriched in process, in order of publication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dengar.enrich import Context, enrich_mentions
from dengar.records import ENRICHMENT_REVISION, pack_version, timestamp
from dengar.registers import load_registers
from sandbox.scenario import build_world
from sandbox.scenario.weeks import Planted, planted_week
from sandbox.scenario.world import Item, World

BATCH = 2_000


def week(seed: int, profile: str = "sandbox") -> tuple[list[dict[str, Any]], World, Planted]:
    """Mentions of a planted week by time, the world, and what was planted."""
    plan, planted = planted_week(seed)
    world = build_world(seed, plan)
    context = Context(load_registers(), b"planted weeks' key", profile)
    items = [item for item in world.items if item.kind != "dm" and item.via]
    mentions = [
        one for start in range(0, len(items), BATCH) for one in _enriched(items[start : start + BATCH], context)
    ]
    return sorted(mentions, key=lambda one: (one["published_at"], one["id"])), world, planted


def _enriched(items: list[Item], context: Context) -> Iterator[dict[str, Any]]:
    yield from enrich_mentions([_draft(item) for item in items], context)


def _draft(item: Item) -> dict[str, Any]:
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
