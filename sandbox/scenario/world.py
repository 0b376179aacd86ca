"""What there is in the sandbox's world: actors, items (posts, comments, replies, chat, DMs) and how they change in time.

All moments are aware UTC datetimes; an item is seen by nobody before `published_at` and from `deleted_at` on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """An account. `role` is that of the registers, or `public`; `followers` is its audience at the scenario's start.

    `connected`: it lets our app read what its owner can (Instagram).
    """

    platform: str
    id: str
    handle: str
    name: str
    role: str
    followers: int
    hidden_followers: bool = False
    connected: bool = False

    @property
    def record_id(self) -> str:
        return f"yt:channel:{self.id}" if self.platform == "youtube" else f"ig:user:{self.id}"


@dataclass(frozen=True, slots=True)
class Version:
    """A text as it stands from `at` on."""

    at: datetime
    text: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """Counters that grow towards `final` with time constant `hours`: final * (1 - exp(-age / hours))."""

    final: dict[str, int]
    hours: float = 18.0

    def at(self, name: str, age_seconds: float) -> int:
        """The counter `name` at an age in seconds; 0 before birth. Raises KeyError for an unknown counter."""
        return int(self.final[name] * -math.expm1(-max(age_seconds, 0.0) / (self.hours * 3600)))


@dataclass(slots=True, eq=False)
class Item:
    """One thing that somebody published. `id` is the platform's, `record_id` the pipeline's.

    kind: post, comment, reply, chat, dm. format (posts only): video, live, reel, image, carousel, story.
    via: ways in which a listener may obtain it (poll, search, hashtag, tags, webhook, chat); empty = withheld for `withheld`.
    """

    record_id: str
    id: str
    platform: str
    kind: str
    author: Actor
    published_at: datetime
    versions: list[Version]
    labels: dict[str, Any]
    post: Item | None = field(default=None, repr=False)
    parent: Item | None = field(default=None, repr=False)
    format: str | None = None
    growth: Growth | None = None
    deleted_at: datetime | None = None
    ends_at: datetime | None = None
    via: tuple[str, ...] = ("poll",)
    withheld: str | None = None
    extra: dict[str, Any] = field(default_factory=dict, repr=False)
    children: list[Item] = field(default_factory=list, repr=False)

    def visible(self, now: datetime) -> bool:
        """True if the item exists at `now`."""
        return self.published_at <= now and (self.deleted_at is None or now < self.deleted_at)

    def version(self, now: datetime) -> Version:
        """The text as it stands at `now` (the first version before that)."""
        current = self.versions[0]
        for version in self.versions[1:]:
            if version.at <= now:
                current = version
        return current

    def counter(self, name: str, now: datetime) -> int:
        """The counter `name` at `now`; 0 where the item has none of that name."""
        if self.growth is None or name not in self.growth.final:
            return 0
        return self.growth.at(name, (now - self.published_at).total_seconds())

    def visible_children(self, now: datetime) -> list[Item]:
        """Children (threads of a post, replies of a thread) that exist at `now`, oldest first."""
        return [child for child in self.children if child.visible(now)]

    def visible_comments(self, now: datetime) -> int:
        """How many comments and replies stand under this post or comment at `now`."""
        return sum(1 + child.visible_comments(now) for child in self.children if child.visible(now))


@dataclass(slots=True)
class World:
    """Everything of one scenario, ordered by time of publication. Read-only once built."""

    name: str
    seed: int
    start: datetime
    end: datetime
    actors: dict[str, Actor] = field(repr=False)
    items: list[Item] = field(repr=False)
    bursts: list[dict[str, Any]]
    by_id: dict[str, Item] = field(default_factory=dict, repr=False)
    posts: dict[str, list[Item]] = field(default_factory=dict, repr=False)
    chats: dict[str, list[Item]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.items.sort(key=lambda item: (item.published_at, item.record_id))
        self.by_id = {item.record_id: item for item in self.items}
        for item in self.items:
            if item.kind == "post":
                self.posts.setdefault(item.author.record_id, []).append(item)
            elif item.parent is not None:
                item.parent.children.append(item)
            elif item.kind == "chat" and item.post is not None:
                self.chats.setdefault(item.post.record_id, []).append(item)

    def find(self, record_id: str, now: datetime) -> Item | None:
        """The item of that record id if it exists at `now`."""
        item = self.by_id.get(record_id)
        return item if item is not None and item.visible(now) else None

    def readable(self, platform: str) -> list[Actor]:
        """Accounts that our app reads as their owner does: official ones, and those that are connected."""
        return [actor for actor in self.registered(platform) if actor.role == "official" or actor.connected]

    def registered(self, platform: str, *roles: str) -> list[Actor]:
        """Accounts of the registers on a platform, of these roles (all but `public` if none is named), in register order."""
        return [
            actor
            for actor in self.actors.values()
            if actor.platform == platform and (actor.role in roles if roles else actor.role != "public")
        ]
