"""Which mentions a person should label next: those of which the machine is uncertain, then a random sample of the rest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch

from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS
from dengar.labels import Mention
from dengar.records import timestamp

UNCERTAIN_FIELDS = ("intent", "category", "sentiment", "purpose")
MAX_DRAWN = 10_000


def uncertain(client: Elasticsearch, size: int, *, since: datetime | None = None) -> list[Mention]:
    """Up to `size` unlabelled mentions of which the machine is uncertain, the least certain intent first. Raises IndexUnavailable."""
    doubts = [{"term": {f"{field}.uncertain": True}} for field in UNCERTAIN_FIELDS]
    query = {"bool": {"filter": _unlabelled(since), "should": doubts, "minimum_should_match": 1}}
    sort = [{"intent.score": {"order": "asc", "missing": "_last"}}, {"published_at": "desc"}, "id"]
    return _search(client, query, sort, size)


def sample(client: Elasticsearch, size: int, *, since: datetime | None = None, seed: int) -> list[Mention]:
    """Up to `size` unlabelled mentions drawn evenly: the same seed draws the same while nothing new comes. Raises IndexUnavailable."""
    drawn = {"random_score": {"seed": seed, "field": "id"}, "boost_mode": "replace"}
    query = {"function_score": {"query": {"bool": {"filter": _unlabelled(since)}}, **drawn}}
    return _search(client, query, ["_score", "id"], size)


def _unlabelled(since: datetime | None) -> list[dict[str, Any]]:
    filters: list[dict[str, Any]] = [{"term": {"deleted": False}}, {"term": {"label_revision": 0}}]
    if since is not None:
        filters.append({"range": {"published_at": {"gte": timestamp(since)}}})
    return filters


def _search(client: Elasticsearch, query: dict[str, Any], sort: list[Any], size: int) -> list[Mention]:
    with plain_errors():
        page = client.search(
            index=MENTIONS,
            ignore_unavailable=True,
            query=query,
            sort=sort,
            size=min(MAX_DRAWN, size),
            track_total_hits=False,
        )
    return [hit["_source"] for hit in page["hits"]["hits"]]
