"""Publish raw items: what is unchanged since it was last published is left out, everything else goes to its raw topic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dengar.log import Log
from dengar.trace import Trace, start
from listeners.item import RawItem
from listeners.known import KnownItems


@dataclass
class Counts:
    """What a publisher did: `collected` went to Kafka, `unchanged` did not."""

    collected: int = 0
    unchanged: int = 0


class Publisher:
    """Appends items to a log, and remembers them in `known`. Not safe to share between threads."""

    def __init__(
        self,
        log: Log,
        known: KnownItems | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._log, self._now = log, now
        self.known = KnownItems() if known is None else known
        self.counts = Counts()

    def publish(self, items: Iterable[RawItem], trace: Trace | None = None) -> Counts:
        """Append what is new or changed, wait for the acknowledgements, and only then remember it. Returns this call's counts.

        The items belong to `trace`, or (None) to a new one: a page that was asked for is where a trace begins.
        Raises LogError when the broker did not acknowledge; the items then count as never seen and are published again.
        """
        counts = Counts()
        fresh: list[RawItem] = []
        trace = trace or start()
        for item in items:
            if not item.renews and self.known.unchanged(item):
                counts.unchanged += 1
                continue
            event = (item if item.trace else replace(item, trace=trace)).event(self._now())
            self._log.append(item.topic, item.key, event.data, event.headers())
            fresh.append(item)
        self._log.flush()
        self.known.remember(fresh)
        counts.collected = len(fresh)
        self.counts.collected += counts.collected
        self.counts.unchanged += counts.unchanged
        return counts
