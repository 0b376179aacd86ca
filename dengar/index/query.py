"""A search as Elasticsearch shall read it: the query of people, filters, times and what policy bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from elasticsearch.dsl import Search
from elasticsearch.dsl import query as q

from dengar.index.asked_fields import known
from dengar.index.compiled import Compiler, bounds
from dengar.index.fields import FIELDS, Field, named
from dengar.index.language import parse
from dengar.index.results import END, START, QueryError
from dengar.policy import Policy, Verdict
from dengar.records import timestamp

SORTS: dict[str, list[Any]] = {
    "relevance": ["_score", "-published_at", "id"],
    "newest": ["-published_at", "id"],
    "oldest": ["published_at", "id"],
    "likes": [{"engagement.likes": {"order": "desc", "missing": "_last"}}, "-published_at", "id"],
}
MAX_SIZE = 1_000
DEADLINE = "2s"
COUNTED_EXACTLY = 10_000

__all__ = ["Asked", "QueryError", "ask", "build", "request"]


@dataclass(frozen=True)
class Asked:
    """The query, the times it is bounded by, the platforms it leaves out because policy hides a field it asks by, the words restored,
    and what is to be marked."""

    query: q.Query
    since: datetime | None
    until: datetime | None
    off: Mapping[str, Mapping[str, Verdict]] = field(default_factory=dict)
    read_as: Mapping[str, str] = field(default_factory=dict)
    marks: Sequence[q.Query] = ()


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
    moment = now or datetime.now(UTC)
    root = parse(query)
    compiler = Compiler(moment, policy)
    wanted = compiler.query(root)
    required: list[q.Query] = [q.Term(deleted=False)]
    if not include_messages:
        required.append(~q.Term(kind="dm"))
    for name, chosen in (filters or {}).items():
        required.append(_filter(name, [chosen] if isinstance(chosen, str) else list(chosen), compiler))
    between = {key: timestamp(time) for key, time in (("gte", since), ("lt", until)) if time is not None}
    if between:
        required.append(q.Range(published_at=between))
    under = bounds(root, moment)
    starts = [time for time in (since, under.get("since")) if time is not None]
    ends = [time for time in (until, under.get("until")) if time is not None]
    return Asked(
        q.Bool(must=[wanted], filter=required),
        max(starts, default=None),
        min(ends, default=None),
        compiler.off,
        compiler.read_as,
        compiler.marks,
    )


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
    if size and asked.marks:
        # Its own query: the highlighter cannot follow NEAR from one field into another.
        marks = q.Bool(should=list(asked.marks)).to_dict()
        found = found.highlight_options(
            highlight_query=marks, type="unified", pre_tags=[START], post_tags=[END], number_of_fragments=0
        )
        found = found.highlight("title", matched_fields=["title", "title.id"])
        found = found.highlight("text", matched_fields=["text", "text.id"])
    found = found.sort(*SORTS[sort]).extra(size=size, timeout=DEADLINE, track_total_hits=COUNTED_EXACTLY)
    return found.source(excludes=["provenance"])


def _filter(name: str, chosen: list[str], compiler: Compiler) -> q.Query:
    field: Field | None = named(name)
    if field is None or field.kind in ("text", "number", "since", "until", "has"):
        usable = [one.name for one in FIELDS if one.kind in ("keyword", "hashtag", "author", "flag")]
        raise QueryError(f"There is no filter {name!r}: choose among {', '.join(usable)}.")
    told = [known(field, value) for value in chosen]
    return compiler.allowed(field, q.Q("terms", **{field.path.replace(".", "__"): told}))
