"""What a store is to an erasure, and what a search of it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from dengar.erasure.person import Person
from dengar.erasure.requests import Request


class How(StrEnum):
    """How a store forgets."""

    TOMBSTONE = "tombstone"
    DELETE = "delete"
    REWRITE = "rewrite"
    CLOCK = "clock"
    BY_HAND = "by hand"


@dataclass(slots=True)
class Found:
    """A search. `searched` counts records, documents or files. `gone_by` (aware UTC): when the clock has taken the last of what was found.

    `through`: `topic/partition` → the last offset found; once the topic begins behind it, it is gone. `note` is for people.
    """

    searched: int = 0
    found: int = 0
    gone_by: datetime | None = None
    through: dict[str, int] = field(default_factory=dict)
    note: str = ""


class Store(Protocol):
    """One place where something of a person may lie. `find` may be called again; `remove` takes away what the last `find` found."""

    name: str
    how: How

    def find(self, person: Person) -> Found:
        """Search all of it. Raises LogError, IndexUnavailable, OSError."""

    def remove(self, person: Person, request: Request) -> int:
        """Remove what was found; how many. 0 for stores that forget by their clock or by somebody's hand."""
