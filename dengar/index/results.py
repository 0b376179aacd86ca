"""What a search answers: hits, facets, a timeline, and what policy keeps out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dengar.policy import Verdict

START, END = "\ue000", "\ue001"
"""Marks around a match: private characters, which no text of ours carries."""


class QueryError(ValueError):
    """The query can't be read; the message says where and what to do. `position`: index of the character at fault, None: of no one."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True)
class Hit:
    """One mention found. `marked` has title and text with the matches between START and END."""

    score: float
    mention: dict[str, Any]
    marked: dict[str, str]


@dataclass(frozen=True, slots=True)
class Count:
    """How many mentions carry a value. `count` is None where policy lets no figure mix platforms: then only `platforms` may be shown."""

    value: str
    count: int | None
    platforms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Facet:
    """The commonest values of a field among all that was found, most first. `off`: platforms left out by policy, with the verdict."""

    name: str
    counts: Sequence[Count]
    off: Mapping[str, Verdict] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimeBin:
    """Mentions published in [start, start of the next bin); `start` is in Jakarta's zone. 0 says that nothing is in the index, not that
    nothing was said."""

    start: datetime
    count: int
    platforms: Mapping[str, int]


@dataclass(frozen=True)
class SearchPage:
    """`total` is exact up to 10,000 and a lower bound beyond (`total_is_exact` false). `complete` is false if the deadline cut it short.

    `cursor` asks for the next page; None: this is the last, or none was asked for. `off`: platform → field → why policy hides it.
    `read_as`: words of the query that were also read otherwise, as written → as restored (b4nsos → bansos).
    """

    total: int
    hits: list[Hit]
    took_ms: int
    total_is_exact: bool = True
    complete: bool = True
    facets: Mapping[str, Facet] = field(default_factory=dict)
    timeline: Sequence[TimeBin] = ()
    cursor: str | None = None
    off: Mapping[str, Mapping[str, Verdict]] = field(default_factory=dict)
    read_as: Mapping[str, str] = field(default_factory=dict)
