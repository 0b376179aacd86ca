"""How the pushed sources fare, kept like the health of the polled ones: a webhook that nobody subscribed to and a silent hub show."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from listeners.health import Health, keep_gap
from listeners.item import RawItem
from listeners.source import Gap
from listeners.state import ListenerState

UNREAD = "notice_unread"


class Heard:
    """`note` is called by whoever keeps deliveries, `save` and `given_up` by the one thread that owns the state."""

    def __init__(self, state: ListenerState, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._state, self._now, self._lock = state, now, threading.Lock()
        self._fresh: Counter[str] = Counter()

    def expect(self, sources: Iterable[str]) -> None:
        """These sources are waited for: one that never pushed anything shows as such."""
        for source in sources:
            if self._state.get(f"health/{source}") is None:
                Health(source).save(self._state)

    def note(self, source: str, items: int) -> None:
        """A delivery of a source was kept."""
        with self._lock:
            self._fresh[source] += items

    def save(self) -> None:
        """Put what was heard since the last call into the state."""
        with self._lock:
            fresh, self._fresh = self._fresh, Counter()
        for source, items in fresh.items():
            health = Health.load(self._state, source)
            health.succeeded_at, health.collected = self._now(), health.collected + items
            health.save(self._state)

    def given_up(self, notice: RawItem) -> None:
        """What a notice points to is not read any more: a gap of its source."""
        health = Health.load(self._state, notice.via)
        health.gaps += keep_gap(self._state, notice.via, Gap(notice.subject, UNREAD, None, self._now()))
        health.save(self._state)
