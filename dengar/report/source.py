"""What a report asks of the index: counts by any keys, distinct authors, documents, counters, deletions.

`Source` is all that the sections see, so that they can be tried without a server; `dengar.report.indexed` answers from Elasticsearch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

Value = str | bool | None
Cell = tuple[Value, ...]
Cube = Counter[Cell]
WEEK = "week"
"""A key of a cube: the name of the week of publication (`2026-W47`, Jakarta)."""

HOUR = "hour"
"""A key of a cube: the hour of publication, UTC, as ISO 8601."""


@dataclass(frozen=True)
class Span:
    """From (included) to (excluded), UTC, by time of publication."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Where:
    """Live mentions whose field has one of the values of `having`, and none of `lacking`.

    `campaign`: only those that carry the campaign, or stand below one of its `posts`.
    """

    having: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    lacking: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    campaign: str | None = None
    posts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a source brought: mentions published in the span, and when it last brought anything at all (UTC)."""

    platform: str
    via: str
    mentions: int
    last_observed: datetime


class Source(Protocol):
    """The index, as a report sees it. Direct messages are not in it. All raise IndexUnavailable."""

    def cube(self, keys: Sequence[str], span: Span, where: Where) -> Cube:
        """Mentions by the values of `keys` (field names, WEEK or HOUR); None where a field is null."""

    def distinct(self, keys: Sequence[str], span: Span, where: Where) -> Mapping[Cell, int]:
        """Distinct author keys by the values of `keys`; withheld authors count for none. Within 1 % beyond 40,000."""

    def mentions(self, span: Span, where: Where, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The mentions, oldest first, with those fields (dotted paths) only."""

    def counters(self, posts: Iterable[str]) -> Mapping[str, Mapping[str, int | None]]:
        """The newest lifetime counters of posts."""

    def texts(self, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
        """The mentions of these ids that live; those deleted meanwhile are not there."""

    def sources(self, span: Span) -> Sequence[Seen]:
        """Every source that ever brought a mention."""

    def trends(self, span: Span) -> Sequence[dict[str, Any]] | None:
        """Records of topic `trends` that lasted in the span, the severest first; None where there is no such index."""

    def conversations(self, span: Span) -> Sequence[dict[str, Any]]:
        """Records of topic `responses` (schemas/response) opened in the span; none where the desk has none."""

    def attribution(self, span: Span, campaign: str | None) -> Sequence[dict[str, Any]]:
        """Records of topic `attribution` (schemas/attribution) of a campaign, None: of no campaign in particular, whose period touches
        the span and began before its end; none where there is no such index."""

    def deletions(self, since: datetime) -> Mapping[str, int]:
        """Tombstones observed since then, by platform."""
