"""Obeying Meta's rate limits: slower from `slow_at` percent on, no call from `stop_at` on or after a refusal until the estimate has passed.

There is one limit for the app and one for every account. A backfill stops at `slow_at` already: the rest is for live listening.
What is refused is kept in the state (`refused/instagram.<limit>`), by
Meta's own clock, so that a restart and other workers obey it too: calls while blocked prolong the block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from dengar.records import timestamp
from listeners.clock import PlatformClock
from listeners.instagram.usage import APP, BUSINESS, Usage, highest, told
from listeners.quota.rules import QuotaRules
from listeners.state import ListenerState

PREFIX = "refused/instagram."
DEFAULT_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
SLOWEST_S = 5.0
SPARED = timedelta(minutes=10)


class Limits:
    """A limit is named `app`, by an account's id, or `business` where a call is of no account in particular. Not for several threads."""

    def __init__(
        self, rules: QuotaRules, clock: PlatformClock, state: ListenerState | None = None, *, spare: bool = False
    ) -> None:
        self._rules, self._clock, self._state, self._spare = rules, clock, state, spare
        self._blocked: dict[str, datetime] = {}
        self._percent: dict[str, float] = {}
        self._waits: dict[str, int] = {}

    def blocked(self, limit: str) -> datetime | None:
        """Until when calls of a limit are refused, aware UTC; None where they are not.

        A call of an account waits for what was refused to no account in particular too; one of no account waits for them all.
        """
        names = {limit} if limit == APP else {limit, BUSINESS}
        if limit == BUSINESS:
            names |= self._blocked.keys() - {APP}
            kept = self._state.items(PREFIX) if self._state is not None else ()
            names |= {key.removeprefix(PREFIX) for key, _ in kept} - {APP}
        now = self._clock.now()
        return max((until for name in names for until in self._until(name) if until > now), default=None)

    def _until(self, limit: str) -> Iterator[datetime]:
        if limit in self._blocked:
            yield self._blocked[limit]
        told = self._state.get(PREFIX + limit) if self._state is not None else None
        if told:
            yield datetime.fromisoformat(told)

    def pause(self, limit: str) -> float:
        """Seconds to wait before a call: 0 below `slow_at`, then more the nearer the end is."""
        over = self._percent.get(limit, 0.0) - self._rules.slow_at
        return min(SLOWEST_S, 0.5 + over / 4) if over >= 0 else 0.0

    def hear(self, limit: str, headers: Mapping[str, str]) -> None:
        """Take the headers of an answer to a call that spent `limit`."""
        most = highest(headers)
        self._percent[limit] = most.percent
        self._judge(limit, most)
        app = told(headers).get(APP)
        if app is not None and limit != APP:
            self._percent[APP] = app.percent
            self._judge(APP, app)

    def refuse(self, limit: str, minutes: float | None) -> None:
        """No call for Meta's estimate; where it gives none for one minute, doubled as long as it refuses, at most an hour."""
        waits = self._waits[limit] = 0 if minutes else self._waits.get(limit, -1) + 1
        wait = timedelta(minutes=minutes) if minutes else min(LONGEST_WAIT, DEFAULT_WAIT * 2**waits)
        until = self._clock.now() + wait
        self._blocked[limit] = until
        if self._state is not None:
            self._state.put(PREFIX + limit, timestamp(until))
            self._state.flush()

    def _judge(self, limit: str, usage: Usage) -> None:
        if usage.percent >= self._rules.stop_at:
            self.refuse(limit, usage.minutes)
        else:
            self._waits.pop(limit, None)
            if self._spare and usage.percent >= self._rules.slow_at:
                self._blocked[limit] = self._clock.now() + SPARED  # ours alone: live listening goes on
