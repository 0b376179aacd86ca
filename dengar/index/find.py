"""Search: one request for hits, facets and timeline; pages by a cursor on a point in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from dengar.index import facets as aggregated
from dengar.index.connection import PATIENTLY, IndexUnavailable, plain_errors
from dengar.index.cursor import KEEP_ALIVE, Cursor, digest, read_cursor
from dengar.index.names import MENTIONS, MESSAGES
from dengar.index.query import MAX_SIZE, ask, request
from dengar.index.results import Hit, QueryError, SearchPage
from dengar.index.shown import Shown
from dengar.index.syntax import explain
from dengar.policy import Policy, load_policy

Sort = Literal["relevance", "newest", "oldest", "likes"]


def search(
    client: Elasticsearch,
    query: str,
    *,
    filters: Mapping[str, str | Sequence[str]] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    include_messages: bool = False,
    sort: Sort = "relevance",
    size: int = 10,
    cursor: str | None = None,
    paged: bool = False,
    facets: Sequence[str] = (),
    timeline: aggregated.Step | None = None,
    policy: Policy | None = None,
    now: datetime | None = None,
) -> SearchPage:
    """One page of the live mentions that a query finds, `*` for all of them; docs/analyst.md has the language.

    `filters`: name of a field (dengar.index.fields) → a value, or several of which one must match. `since` is inclusive, `until`
    exclusive; both aware. `size`: 0 to 1,000. `paged` gives the page a cursor, which asks for the next one of the same request, on the
    index as it was at the first; it is good for five minutes. `facets` (FACETS) and `timeline` (hour, day, week, month; Jakarta's) are
    counted over all that was found. `policy` (default: of this stack's profile) decides what is shown; `now` is what 7d counts from.

    Raises QueryError for what cannot be asked, IndexUnavailable.
    """
    moment = now or datetime.now(UTC)
    rules = policy or own_policy()
    asked = ask(
        query, filters=filters, since=since, until=until, include_messages=include_messages, policy=rules, now=moment
    )
    body = request(asked, sort=sort, size=size)
    # Not the times: 7d is another moment a second later, and the point in time stays.
    of = digest({"query": query, "filters": dict(filters or {}), "sort": sort, "messages": include_messages})
    at = read_cursor(cursor, of) if cursor else None
    found = aggregated.ask(body, facets, timeline, asked.since, asked.until or moment)
    indices = [MENTIONS, MESSAGES] if include_messages else [MENTIONS]
    with plain_errors():
        try:
            pit = at.pit if at else _point_in_time(client, indices) if paged else None
            answer = _page(client, found.to_dict(), indices, pit, at)
        except NotFoundError as error:
            raise QueryError("The cursor has expired: begin again from the first page.") from error
        except BadRequestError as error:
            if at is not None:
                raise QueryError("The cursor is not one of this search: begin again from its first page.") from error
            if (sentence := explain(error.body, query)) is None:
                raise
            raise QueryError(sentence) from error
        if failed := answer["_shards"]["failed"]:
            raise IndexUnavailable(
                f"{failed} of {answer['_shards']['total']} parts of the index did not answer: see `dengar status`, then search again."
            )
        following = _next(client, answer, size, of) if pit else None
    shown = Shown(rules)
    hits = [_hit(hit, shown) for hit in answer["hits"]["hits"]]
    total = answer["hits"].get("total", {"value": 0, "relation": "eq"})
    counted = answer.get("aggregations", {})
    return SearchPage(
        total=total["value"],
        hits=hits,
        took_ms=answer["took"],
        total_is_exact=total["relation"] == "eq",
        complete=not answer["timed_out"],
        facets=aggregated.read_facets(counted, facets, rules),
        timeline=aggregated.read_timeline(counted, timeline),
        cursor=following,
        off={**asked.off, **shown.off},
        read_as=asked.read_as,
    )


def pages(client: Elasticsearch, query: str, *, size: int | None = None, **options: Any) -> Iterator[SearchPage]:
    """All pages of a search, of the index as it is now; `options` are those of `search`. Raises QueryError, IndexUnavailable."""
    cursor: str | None = None
    while True:
        page = search(client, query, size=size or MAX_SIZE, cursor=cursor, paged=True, **options)
        yield page
        cursor = page.cursor
        if cursor is None:
            return


def own_policy() -> Policy:
    """The policy of the stack that commands talk to."""
    from dengar.target import target

    return load_policy(target().policy_profile)


def _point_in_time(client: Elasticsearch, indices: list[str]) -> str:
    return str(client.open_point_in_time(index=indices, keep_alive=KEEP_ALIVE, ignore_unavailable=True)["id"])


def _page(
    client: Elasticsearch, body: dict[str, Any], indices: list[str], pit: str | None, at: Cursor | None
) -> dict[str, Any]:
    if pit is None:
        return dict(PATIENTLY(client.search, index=indices, ignore_unavailable=True, body=body))
    body = {**body, "pit": {"id": pit, "keep_alive": KEEP_ALIVE}, **({"search_after": at.after} if at else {})}
    return dict(client.search(body=body))


def _next(client: Elasticsearch, answer: dict[str, Any], size: int, of: str) -> str | None:
    hits = answer["hits"]["hits"]
    if size and len(hits) == size:
        return Cursor(answer["pit_id"], hits[-1]["sort"], of).text()
    client.close_point_in_time(id=answer["pit_id"])
    return None


def _hit(hit: dict[str, Any], shown: Shown) -> Hit:
    marked = {field: fragments[0] for field, fragments in hit.get("highlight", {}).items()}
    return Hit(hit["_score"] or 0.0, shown.of(hit["_source"]), marked)
