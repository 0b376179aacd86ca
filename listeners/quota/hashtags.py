"""Instagram's hashtag budget: so many different hashtags an account may ask for in a rolling window, kept in `listener-state`.

A hashtag that is asked for within the window costs nothing more, also when it is read by its cached id.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from dengar.records import timestamp
from listeners.quota.rules import QuotaRules
from listeners.state import ListenerState

PREFIX, FULL = "hashtag/", "hashtag_full/"
FULL_FOR = timedelta(days=1)


class HashtagBudget:
    """The budget of one account."""

    def __init__(self, rules: QuotaRules, state: ListenerState, account: str, now: Callable[[], datetime]) -> None:
        self._limit, self._window = rules.hashtag_limit, timedelta(days=rules.hashtag_days)
        self._state, self._account, self._now = state, account, now

    def claim(self, tag: str) -> bool:
        """Whether the hashtag may be asked for now; it then counts against the budget."""
        running = self.running()
        if tag in running:
            return True
        if len(running) >= self._limit or self._full():
            return False
        self._state.put(f"{PREFIX}{self._account}/{tag}", timestamp(self._now()))
        return True

    def refuse(self, tag: str) -> None:
        """Meta counts more than we know of (another tool of the same app): no hashtag that is new to us for a day."""
        self._state.put(f"{PREFIX}{self._account}/{tag}", None)
        self._state.put(FULL + self._account, timestamp(self._now()))

    def _full(self) -> bool:
        told = self._state.get(FULL + self._account)
        return told is not None and self._now() < datetime.fromisoformat(told) + FULL_FOR

    def running(self) -> dict[str, datetime]:
        """Hashtag → when its window ends, of those that count now. What has run out is forgotten."""
        found, prefix = {}, f"{PREFIX}{self._account}/"
        for key, told in list(self._state.items(prefix)):
            ends = datetime.fromisoformat(told) + self._window
            if ends > self._now():
                found[key.removeprefix(prefix)] = ends
            else:
                self._state.put(key, None)
        return found
