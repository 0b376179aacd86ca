"""Hashtags: a static, global id per tag, and which public media carry it."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import blake2b

from sandbox.scenario.gram import HASHTAG_LIFE
from sandbox.scenario.lives import UNLISTED
from sandbox.scenario.world import Item, World

_TAG = re.compile(r"#(\w+)")


def tag_id(name: str) -> str:
    """The id of a hashtag: 17 digits, the same for everybody and for ever."""
    number = int.from_bytes(blake2b(name.lower().encode(), digest_size=8).digest(), "big") % 10**14
    return f"178{number:014d}"


def tag_names(world: World) -> dict[str, str]:
    """id -> name of every hashtag that occurs in a caption of the scenario."""
    names = {t.lower() for i in _media(world) for v in i.versions for t in _TAG.findall(v.text)}
    return {tag_id(name): name for name in sorted(names)}


def _media(world: World) -> list[Item]:
    return [i for i in world.items if i.platform == "instagram" and i.kind == "post" and i.format not in UNLISTED]


def carrying(world: World, name: str, now: datetime, recent: bool) -> list[Item]:
    """Media with a hashtag in the caption: of the last 24 hours, or the most liked. Not in order of time."""
    found = [
        i
        for i in _media(world)
        if i.visible(now)
        and name in (t.lower() for t in _TAG.findall(i.version(now).text))
        and (not recent or now - i.published_at < HASHTAG_LIFE)
    ]
    if recent:
        return sorted(found, key=lambda i: blake2b(i.id.encode(), digest_size=8).digest())
    return sorted(found, key=lambda i: -i.counter("likes", now))
