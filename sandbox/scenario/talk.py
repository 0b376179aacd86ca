"""Conversation under a post: threads, replies, official answers, edits and deletions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from dengar.records import record_id
from sandbox.scenario.hours import after, office, whole
from sandbox.scenario.people import Public, digits, token
from sandbox.scenario.plan import Plan
from sandbox.scenario.speech import Saying, Speech
from sandbox.scenario.world import Actor, Growth, Item, Version

_ANSWERED = {"complaint", "question", "request", "report", "hoax", "praise"}


class Talk:
    """Makes comments of one platform. Items made are appended to `items`, nothing after the scenario's end."""

    def __init__(self, platform: str, plan: Plan, speech: Speech, public: Public, random: Random) -> None:
        self.platform, self.plan, self.speech, self.public, self.random = platform, plan, speech, public, random
        self.items: list[Item] = []

    def under(self, post: Item, count: int, tags: tuple[str, ...], mean_hours: float = 15.0) -> None:
        """About `count` comments and replies under a post, fewer where the scenario ends before they come."""
        left = count
        while left > 0:
            author = self.public.somebody(self.random)
            saying = self.speech.comment(self.random, self.platform, author.handle, tags)
            left -= self.thread(post, author, after(post.published_at, mean_hours, self.random), saying)

    def bursts(self, posts: Sequence[Item]) -> None:
        """What the scenario's bursts say, under the last four of these posts that were there by then."""
        for burst in self.plan.settings["bursts"]:
            start, end = burst["from"], burst["to"]
            stage = [post for post in posts if post.published_at < start][-4:]
            left = burst[self.platform] if stage else 0
            while left > 0:
                author = self.public.somebody(self.random, burst.get("authors"))
                saying = self.speech.burst(burst["phrases"], self.random, self.platform, author.handle)
                saying.labels["burst"] = burst["name"]
                at = whole(start + (end - start) * _within(burst, self.random))
                left -= self.thread(self.random.choice(stage), author, at, saying)

    def thread(self, post: Item, author: Actor, at: datetime, saying: Saying) -> int:
        """One thread; how many items it has (1 if it falls outside the scenario)."""
        top = self._comment(post, None, author, at, saying)
        if top is None:
            return 1
        made = 1 + self._answer(top)
        if self.random.random() < self.plan.rate("thread_replies"):
            for _ in range(min(14, 1 + int(self.random.expovariate(0.42)))):
                person = self.public.somebody(self.random)
                words = self.speech.followup("replies", self.random, self.platform, person.handle)
                made += self._comment(post, top, person, after(at, 5.0, self.random), words) is not None
        return made

    def single(self, post: Item, author: Actor, at: datetime, saying: Saying) -> Item | None:
        """One top-level comment without replies; None if it falls outside the scenario."""
        return self._comment(post, None, author, at, saying)

    def _answer(self, top: Item) -> int:
        """The post's owner answers, if official and so inclined."""
        intent, bank = top.labels["intent"], top.labels.get("bank", "")
        owner = top.post.author if top.post else top.author
        if (
            owner.role != "official"
            or intent not in _ANSWERED
            or self.random.random() >= self.plan.rate("official_reply")
        ):
            return 0
        kind = (
            bank if bank in ("crisis", "hoax") else {"request": "complaint", "report": "complaint"}.get(intent, intent)
        )
        text = self.speech.official_reply(kind, self.random, self.platform)
        at = office(top.published_at, 260.0 if bank == "crisis" else 95.0, self.random)
        labels = {"intent": "other", "sentiment": "neutral", "category": "other", "official_reply": True}
        reply = self._comment(top.post, top, owner, at, Saying(text, labels), steady=True)
        if reply is None or (top.deleted_at is not None and at >= top.deleted_at):
            return 0
        seconds = int((at - top.published_at).total_seconds())
        top.extra["official_reply"] = {"item": reply, "seconds": seconds}
        return 1

    def _comment(
        self, post: Item | None, parent: Item | None, author: Actor, at: datetime, saying: Saying, steady: bool = False
    ) -> Item | None:
        if post is None or at >= self.plan.end:
            return None
        likes = int(self.random.paretovariate(0.9)) - 1
        identity = self._identity(parent)
        item = Item(
            record_id=record_id(self.platform, "comment", identity),
            id=identity,
            platform=self.platform,
            kind="comment" if parent is None else "reply",
            author=author,
            published_at=at,
            versions=[Version(at, saying.text)],
            labels=dict(saying.labels),
            post=post,
            parent=parent or post,
            growth=Growth({"likes": min(likes, 4000)}, 9.0),
        )
        if not steady:
            self._change(item)
        self.items.append(item)
        return item

    def _identity(self, parent: Item | None) -> str:
        if self.platform == "instagram":
            return digits(self.random, "180", 17)
        return f"{parent.id}.{token(self.random, 22)}" if parent else f"Ugx{token(self.random, 16)}4AaABAg"

    def _change(self, item: Item) -> None:
        """Some comments are deleted; some are edited (YouTube only: Instagram has no edit for comments)."""
        later = self._later(item.published_at)
        if self.random.random() < self.plan.rate("deleted"):
            if later < self.plan.end:
                item.deleted_at = later
        elif self.platform == "youtube" and self.random.random() < self.plan.rate("edited") and later < self.plan.end:
            addition = self.random.choice(
                (" (edit: sudah ada kabar)", " *ralat, maksud saya kemarin", " - maaf salah ketik tadi")
            )
            item.versions.append(Version(later, item.versions[0].text + addition))

    def _later(self, at: datetime) -> datetime:
        return whole(at + timedelta(minutes=25 + self.random.expovariate(1 / 600)))


def settle(items: list[Item], end: datetime) -> list[Item]:
    """Children go with their parents: a deleted post or thread takes what hangs on it, and nothing comes after it.

    Nor is there anything under a post whose comments are closed.
    """

    def gone(item: Item) -> datetime | None:
        times = [
            one.deleted_at for one in (item, item.parent, item.post) if one is not None and one.deleted_at is not None
        ]
        return min(times, default=None)

    kept = []
    for item in items:
        deleted = gone(item)
        if item.published_at >= end or (deleted is not None and item.published_at >= deleted):
            continue
        if item.post is not None and item.post.extra.get("comments_disabled"):
            continue
        item.deleted_at = deleted
        if deleted is not None:
            item.versions = [version for version in item.versions if version.at < deleted]
        kept.append(item)
    return kept


def _within(burst: dict[str, Any], random: Random) -> float:
    """When in a burst something is said, as a share of it: it swells and ebbs, or with `shape: step` goes on at one rate."""
    return random.random() if burst.get("shape") == "step" else random.betavariate(1.6, 2.6)
