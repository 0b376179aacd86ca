"""Planted weeks as the pipeline would index them: the sandbox's items, enriched in process, in order of publication."""

from __future__ import annotations

from typing import Any

from dengar.enrich import Context, enrich_mentions
from dengar.registers import load_registers
from sandbox.scenario import build_world
from sandbox.scenario.drafts import drafts
from sandbox.scenario.weeks import Planted, planted_week
from sandbox.scenario.world import World

BATCH = 2_000


def week(seed: int, profile: str = "sandbox") -> tuple[list[dict[str, Any]], World, Planted]:
    """Mentions of a planted week by time, the world, and what was planted."""
    plan, planted = planted_week(seed)
    world = build_world(seed, plan)
    context = Context(load_registers(), b"planted weeks' key", profile)
    spoken = drafts(world)
    mentions = [
        one for start in range(0, len(spoken), BATCH) for one in enrich_mentions(spoken[start : start + BATCH], context)
    ]
    return sorted(mentions, key=lambda one: (one["published_at"], one["id"])), world, planted
