"""Search: a query in Lucene's syntax over titles, texts and hashtags, with the filters people use.

Words are joined by AND; OR, NOT, "phrases", parentheses and prefix* work. Each word may match as written, folded, or by its Indonesian
stem (pencairan finds cair), and in the normalised text. A word with # means the hashtag.
Limits keep one query from hurting the others: no leading wildcard, no regular expressions, a deadline, bounded expansion.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch
from elasticsearch.dsl import Search
from elasticsearch.dsl import query as q

from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS, MESSAGES
from dengar.index.syntax import explain, readable
from dengar.records import timestamp

FIELDS = [
    "title^3",
    "title.id",
    "text^2",
    "text.id",
    "text_normalised",
    "text_normalised.id^0.8",
    "hashtags^2",
]
MAX_QUERY = 2_000
MAX_SIZE = 1_000
DEADLINE = "2s"
COUNTED_EXACTLY = 10_000


class QueryError(ValueError):
    """The query can't be read; the message says where and what to do."""


@dataclass(frozen=True)
class Hit:
    """One mention found. `marked` has title and text with the matches between START and END."""

    score: float
    mention: dict[str, Any]
    marked: dict[str, str]


@dataclass(frozen=True)
class SearchPage:
    """`total` is exact up to 10,000 and a lower bound beyond (`total_is_exact` false). `complete` is false if the deadline cut it short."""

    total: int
    hits: list[Hit]
    took_ms: int
    total_is_exact: bool = True
    complete: bool = True


START, END = "\ue000", "\ue001"
"""Marks around a match: private characters, which no text of ours carries."""


def search(
    client: Elasticsearch,
    query: str,
    *,
    platform: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    author_role: str | None = None,
    include_messages: bool = False,
    size: int = 10,
) -> SearchPage:
    """The best `size` live mentions, by score and then newest. `since` is inclusive, `until` exclusive; both aware.

    Raises QueryError for a query that cannot be read, IndexUnavailable.
    """
    body = build(query, platform=platform, since=since, until=until, author_role=author_role, size=size).to_dict()
    indices = [MENTIONS, MESSAGES] if include_messages else [MENTIONS]
    with plain_errors():
        try:
            page = client.search(index=indices, ignore_unavailable=True, body=body)
        except BadRequestError as error:
            sentence = explain(error.body, query)
            if sentence is None:
                raise
            raise QueryError(sentence) from error
    total = page["hits"].get("total", {"value": 0, "relation": "eq"})
    return SearchPage(
        total=total["value"],
        hits=[_hit(hit) for hit in page["hits"]["hits"]],
        took_ms=page["took"],
        total_is_exact=total["relation"] == "eq",
        complete=not page["timed_out"],
    )


def build(
    query: str,
    *,
    platform: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    author_role: str | None = None,
    size: int = 10,
) -> Search[Any]:
    """The request. Raises QueryError for an empty or overlong query and a size out of bounds."""
    if not query.strip():
        raise QueryError("The query is empty: give at least one word, or * for everything.")
    if len(query) > MAX_QUERY:
        raise QueryError(f"The query has {len(query)} characters; {MAX_QUERY} is the limit.")
    if not 1 <= size <= MAX_SIZE:
        raise QueryError(f"The size must be between 1 and {MAX_SIZE}.")
    found = Search().query(_asked(query)).filter("term", deleted=False)
    if platform:
        found = found.filter("term", platform=platform)
    if author_role:
        found = found.filter("term", author__role=author_role)
    between = {key: timestamp(time) for key, time in (("gte", since), ("lt", until)) if time is not None}
    if between:
        found = found.filter("range", published_at=between)
    found = found.highlight_options(type="unified", pre_tags=[START], post_tags=[END], number_of_fragments=0)
    found = found.highlight("title", matched_fields=["title", "title.id"])
    found = found.highlight("text", matched_fields=["text", "text.id"])
    found = found.sort("_score", "-published_at", "id")
    found = found.extra(size=size, timeout=DEADLINE, track_total_hits=COUNTED_EXACTLY)
    return found.source(excludes=["provenance"])


def _asked(query: str) -> q.Query:
    if query.strip() == "*":
        return q.MatchAll()
    return q.QueryString(
        query=readable(query),
        fields=FIELDS,
        type="best_fields",
        default_operator="and",
        lenient=True,
        allow_leading_wildcard=False,
        analyze_wildcard=True,
        fuzzy_max_expansions=30,
        max_determinized_states=5_000,
    )


def _hit(hit: dict[str, Any]) -> Hit:
    marked = {field: fragments[0] for field, fragments in hit.get("highlight", {}).items()}
    return Hit(hit["_score"] or 0.0, hit["_source"], marked)
