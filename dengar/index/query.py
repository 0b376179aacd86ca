"""A search as Elasticsearch shall read it: the query of people, filters, times and what policy bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from elasticsearch.dsl import Search
from elasticsearch.dsl import query as q

from dengar.index.facets import hidden
from dengar.index.fields import BY_NAME, Field, named
from dengar.index.results import END, START, QueryError
from dengar.index.syntax import readable
from dengar.policy import Policy, Verdict
from dengar.records import timestamp

MATCHED = [
    "title^3",
    "title.id",
    "text^2",
    "text.id",
    "text_normalised",
    "text_normalised.id^0.8",
    "hashtags^2",
]
SORTS: dict[str, list[Any]] = {
    "relevance": ["_score", "-published_at", "id"],
    "newest": ["-published_at", "id"],
    "oldest": ["published_at", "id"],
    "likes": [{"engagement.likes": {"order": "desc", "missing": "_last"}}, "-published_at", "id"],
}
MAX_QUERY = 2_000
MAX_SIZE = 1_000
DEADLINE = "2s"
COUNTED_EXACTLY = 10_000

__all__ = ["Asked", "QueryError", "ask", "build", "request"]


@dataclass(frozen=True)
class Asked:
    """The query, the times it is bounded by, the platforms it leaves out because policy hides a field it asks by, the words restored."""

    query: q.Query
    since: datetime | None
    until: datetime | None
    off: Mapping[str, Mapping[str, Verdict]] = field(default_factory=dict)
    read_as: Mapping[str, str] = field(default_factory=dict)


def ask(
    query: str,
    *,
    filters: Mapping[str, str | Sequence[str]] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    include_messages: bool = False,
    policy: Policy | None = None,
    now: datetime | None = None,
) -> Asked:
    """`now` is what 7d counts from. Without `policy` nothing is left out: for callers that ask it themselves.

    Raises QueryError for an empty, overlong or unreadable query and for a filter that there is none of."""
    if not query.strip():
        raise QueryError("The query is empty: give at least one word, or * for everything.")
    if len(query) > MAX_QUERY:
        raise QueryError(f"The query has {len(query):,} characters; {MAX_QUERY:,} is the limit.")
    required: list[q.Query] = [q.Term(deleted=False)]
    off: dict[str, dict[str, Verdict]] = {}
    if not include_messages:
        required.append(~q.Term(kind="dm"))
    for name, wanted in (filters or {}).items():
        one = _filter(name, [wanted] if isinstance(wanted, str) else list(wanted))
        required.append(one)
        for platform, verdict in hidden(BY_NAME[name].policy_name, policy).items() if policy else ():
            off.setdefault(platform, {})[name] = verdict
            required.append(~q.Term(platform=platform))
    between = {key: timestamp(time) for key, time in (("gte", since), ("lt", until)) if time is not None}
    if between:
        required.append(q.Range(published_at=between))
    return Asked(q.Bool(must=[_words(query)], filter=required), since, until, off)


def build(
    query: str,
    *,
    filters: Mapping[str, str | Sequence[str]] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    sort: str = "relevance",
    size: int = 10,
    now: datetime | None = None,
) -> Search[Any]:
    """The request of a search for callers that send it, and ask policy, themselves. Raises QueryError."""
    return request(
        ask(query, filters=filters, since=since, until=until, include_messages=True, now=now), sort=sort, size=size
    )


def request(asked: Asked, *, sort: str = "relevance", size: int = 10) -> Search[Any]:
    """The request, without aggregations. Raises QueryError for a size or an order that there is none of."""
    if not 0 <= size <= MAX_SIZE:
        raise QueryError(f"The size must be between 0 and {MAX_SIZE:,}.")
    if sort not in SORTS:
        raise QueryError(f"There is no order by {sort!r}: choose among {', '.join(SORTS)}.")
    found = Search().query(asked.query)
    if size:
        found = found.highlight_options(type="unified", pre_tags=[START], post_tags=[END], number_of_fragments=0)
        found = found.highlight("title", matched_fields=["title", "title.id"])
        found = found.highlight("text", matched_fields=["text", "text.id"])
    found = found.sort(*SORTS[sort]).extra(size=size, timeout=DEADLINE, track_total_hits=COUNTED_EXACTLY)
    return found.source(excludes=["provenance"])


def _filter(name: str, wanted: list[str]) -> q.Query:
    field: Field | None = named(name)
    if field is None:
        raise QueryError(f"There is no filter {name!r}: choose among {', '.join(BY_NAME)}.")
    return q.Q("terms", **{field.path.replace(".", "__"): wanted})


def _words(query: str) -> q.Query:
    if query.strip() == "*":
        return q.MatchAll()
    body: dict[str, Any] = {
        "query": readable(query),
        "fields": MATCHED,
        "type": "best_fields",
        "default_operator": "and",
        "lenient": True,
        "allow_leading_wildcard": False,
        "analyze_wildcard": True,
        "fuzzy_max_expansions": 30,
        "max_determinized_states": 5_000,
    }
    return q.QueryString(**body)
