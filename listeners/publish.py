"""Publish raw items: what is unchanged since it was last published is left out, everything else goes to its raw topic."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from dengar.log import Log
from listeners.item import RawItem

KNOWN_ITEMS = 200_000


@dataclass
class Counts:
    """What a publisher did: `collected` went to Kafka, `unchanged` did not."""

    collected: int = 0
    unchanged: int = 0


class Publisher:
    """Appends items to a log. Remembers the content versions of the last `known` items, forgetting the least recently seen.

    What it forgets is published again and ends as a duplicate: harmless. Not safe to share between threads.
    """

    def __init__(
        self, log: Log, *, known: int = KNOWN_ITEMS, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._log, self._limit, self._now = log, known, now
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._fresh: list[tuple[tuple[str, str], str]] = []
        self.counts = Counts()

    def publish(self, items: Iterable[RawItem]) -> Counts:
        """Append what is new or changed, wait for the acknowledgements, and only then remember it. Returns this call's counts.

        Raises LogError when the broker did not acknowledge; the items then count as never seen and are published again.
        """
        counts = Counts()
        for item in items:
            key, version = (item.kind, item.subject), item.content_version
            if self._known.get(key) == version:
                self._known.move_to_end(key)
                counts.unchanged += 1
                continue
            event = item.event(self._now())
            self._log.append(item.topic, item.key, event.data, event.headers())
            self._fresh.append((key, version))
            counts.collected += 1
        fresh, self._fresh = self._fresh, []
        self._log.flush()
        for key, version in fresh:
            self._known[key] = version
            self._known.move_to_end(key)
        while len(self._known) > self._limit:
            self._known.popitem(last=False)
        self.counts.collected += counts.collected
        self.counts.unchanged += counts.unchanged
        return counts

    def forget(self, kind: str, subject: str) -> None:
        """Publish this item again when it is next seen (it was deleted and may come back)."""
        self._known.pop((kind, subject), None)
