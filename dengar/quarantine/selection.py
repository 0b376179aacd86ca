"""Which entries a verb is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from dengar.quarantine.entry import Entry, State


@dataclass(frozen=True, slots=True)
class Selection:
    """Everything that is given must hold. `reason`, `topic` and `source` take `*`.

    `since` and `until` (exclusive), aware, bound the last failure.
    """

    ids: tuple[str, ...] = ()
    state: State | None = State.OPEN
    reason: str | None = None
    stage: str | None = None
    topic: str | None = None
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def narrows(self) -> bool:
        """Whether it says more than a state."""
        return any((self.ids, self.reason, self.stage, self.topic, self.source, self.since, self.until))

    def of(self, entries: Iterable[Entry]) -> list[Entry]:
        """The entries that match, oldest failure first."""
        return sorted((entry for entry in entries if self._holds(entry)), key=lambda entry: (entry.last_at, entry.id))

    def _holds(self, entry: Entry) -> bool:
        return (
            (not self.ids or entry.id in self.ids)
            and self.state in (None, entry.state)
            and _like(entry.reason, self.reason)
            and self.stage in (None, entry.stage)
            and _like(entry.topic, self.topic)
            and _like(entry.source or "", self.source)
            and (self.since is None or entry.last_at >= self.since)
            and (self.until is None or entry.last_at < self.until)
        )


def _like(value: str, pattern: str | None) -> bool:
    return pattern is None or fnmatchcase(value, pattern)
