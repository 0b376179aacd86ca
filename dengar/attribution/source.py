"""What attribution asks of the index. `dengar.attribution.indexed` answers from Elasticsearch; tests answer from lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

Mention = Mapping[str, Any]
Counters = Mapping[str, int | None]

ACTS = ("comment", "reply", "chat")
COMMENTS = ("comment", "reply")


class Source(Protocol):
    """Living mentions and counters. Direct messages are not among them. Times are aware. All raise IndexUnavailable."""

    def mentions(
        self, start: datetime, end: datetime, kinds: Sequence[str] | None = None, *, platform: str | None = None
    ) -> Iterator[Mention]:
        """Mentions published in [start, end), of these kinds and this platform (None: of any), oldest first."""

    def posts(self, ids: Iterable[str]) -> Mapping[str, Mention]:
        """Posts by id; those that are gone or were never seen are not there."""

    def seen(self, posts: Iterable[str]) -> Mapping[str, int]:
        """Post → comments and replies below it, of any time, whose author is known."""

    def counters(self, objects: Iterable[str]) -> Mapping[str, Counters]:
        """The newest lifetime counters of posts, each metric from the newest snapshot that has it."""

    def followers(self, accounts: Mapping[str, datetime]) -> Mapping[str, tuple[int | None, datetime]]:
        """Account (record id) → its followers or subscribers as last counted at that moment, else as first counted after it; and when."""

    def volume(
        self, platform: str, start: datetime, end: datetime, step: timedelta, having: Mapping[str, str] | None = None
    ) -> Sequence[int]:
        """Mentions by the public on a platform in each bin of [start, end), of those whose label of a judgement is the one of `having`."""
