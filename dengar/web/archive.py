"""What the pages ask of the index. `dengar.web.elastic` answers from Elasticsearch, tests from memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from dengar.index.results import SearchPage
from dengar.web.question import Question

LIVE: dict[str, Any] = {"term": {"deleted": False}}
"""The filter of everything that counts: a tombstone is no mention."""


class Archive(Protocol):
    """Read-only. Every method raises IndexUnavailable. Only what `find` returns has been through the policy."""

    def find(self, question: Question, *, cursor: str | None, size: int, facets: Sequence[str]) -> SearchPage:
        """A page of mentions, with a cursor where more follow. Raises QueryError."""

    def aggregate(self, index: str, body: Mapping[str, Any], question: Question | None = None) -> dict[str, Any]:
        """Elasticsearch's answer to a request without hits. `index` may not exist yet: then nothing is found.

        A question's query and filters narrow the request. Raises QueryError.
        """

    def documents(self, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
        """id → newest mention, or deletion (`deleted` true); absent where the index holds nothing."""

    def listed(self, index: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Documents of a request (`query`, `sort`, `size`) in its order. An index that does not exist holds none."""

    def exists(self, index: str) -> bool:
        """Whether there is an index, or alias, of that name."""
