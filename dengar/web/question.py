"""What a person asks of the index: a query, filters and a span of time, as they stand in the address of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from dengar.index.fields import FACETS
from dengar.index.when import moment

SHOWN = ("platform", "role", "kind", "language", "hashtag", "campaign", "partner", "format")
JUDGED = ("intent", "category", "sentiment", "urgency", "purpose", "spam", "actionable")
"""Facets in the order in which they are shown; those that are judgements apart."""
FILTERS = tuple(dict.fromkeys((*SHOWN, *JUDGED, *FACETS, "post", "conversation")))
SORTS = ("relevance", "newest", "oldest", "likes")
_LONGEST = 200


class QuestionError(ValueError):
    """An address that cannot be read. `key` names a sentence of the catalogue, `values` fill it."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Question:
    """`text` in the query language, `*` for everything. `since` and `until` as typed; `start` and `end` are the same, aware, UTC."""

    text: str = "*"
    filters: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    sort: str = ""
    messages: bool = False
    start: datetime | None = None
    end: datetime | None = None

    @classmethod
    def read(cls, address: Mapping[str, str], now: datetime) -> Question:
        """Read the parameters of an address. Raises QuestionError."""
        filters = {name: value[:_LONGEST] for name in FILTERS if (value := address.get(name, "").strip())}
        sort = address.get("sort", "")
        if sort and sort not in SORTS:
            raise QuestionError("error.sort")
        since, until = address.get("since", "").strip(), address.get("until", "").strip()
        start = _moment(since, now) if since else None
        end = _moment(until, now, end_of_day=True) if until else None
        return cls(
            address.get("q", "").strip() or "*", filters, since, until, sort, address.get("messages") == "1", start, end
        )

    def with_(self, **changes: str | None) -> Question:
        """The same question with filters set, or taken away where None."""
        filters = {name: value for name, value in {**self.filters, **changes}.items() if value is not None}
        return replace(self, filters=filters)

    def address(self, path: str = "/search", **more: str) -> str:
        """The deep link."""
        told = {
            "q": "" if self.text == "*" else self.text,
            **self.filters,
            "since": self.since,
            "until": self.until,
            "sort": self.sort,
            "messages": "1" if self.messages else "",
            **more,
        }
        asked = urlencode({name: value for name, value in told.items() if value})
        return f"{path}?{asked}" if asked else path


def _moment(text: str, now: datetime, *, end_of_day: bool = False) -> datetime:
    try:
        return moment(text, now, end_of_day=end_of_day)
    except ValueError as error:
        raise QuestionError("error.time", time=text[:40]) from error
