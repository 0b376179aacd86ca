"""Publish raw items: what is unchanged since it was last published is left out, everything else goes to its raw topic."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from dengar.log import Log
from listeners.item import RawItem

KNOWN_ITEMS = 200_000
GONE = "gone"


@dataclass
class Counts:
    """What a publisher did: `collected` went to Kafka, `unchanged` did not."""

    collected: int = 0
    unchanged: int = 0


class Publisher:
    """Appends items to a log. Remembers the content versions of the last `known` subjects, forgetting the least recently seen.

    What it forgets is published again and ends as a duplicate: harmless. What comes back after its deletion is new again, and so
    is its next deletion. Not safe to share between threads.
    """

    def __init__(
        self, log: Log, *, known: int = KNOWN_ITEMS, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._log, self._limit, self._now = log, known, now
        self._known: OrderedDict[str, dict[str, str]] = OrderedDict()  # subject → kind → version
        self.counts = Counts()

    def publish(self, items: Iterable[RawItem]) -> Counts:
        """Append what is new or changed, wait for the acknowledgements, and only then remember it. Returns this call's counts.

        Raises LogError when the broker did not acknowledge; the items then count as never seen and are published again.
        """
        counts = Counts()
        fresh: list[tuple[RawItem, str]] = []
        for item in items:
            version = item.content_version
            if self._known.get(item.subject, {}).get(item.kind) == version:
                self._known.move_to_end(item.subject)
                counts.unchanged += 1
                continue
            event = item.event(self._now())
            self._log.append(item.topic, item.key, event.data, event.headers())
            fresh.append((item, version))
            counts.collected += 1
        self._log.flush()
        for item, version in fresh:
            self._remember(item, version)
        while len(self._known) > self._limit:
            self._known.popitem(last=False)
        self.counts.collected += counts.collected
        self.counts.unchanged += counts.unchanged
        return counts

    def _remember(self, item: RawItem, version: str) -> None:
        kinds = self._known.setdefault(item.subject, {})
        self._known.move_to_end(item.subject)
        if item.kind == GONE:
            kinds.clear()
        else:
            kinds.pop(GONE, None)
        kinds[item.kind] = version
