"""The study's figures from the indices: mentions and messages of a period, the desk's conversations, the newest reach of each post."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch

from dengar.index.names import MENTIONS, MESSAGES, METRICS
from dengar.index.paged import every_hit
from dengar.records import timestamp
from dengar.responses.measured import conversations, period
from dengar.responses.study import Tally, tallied

_PAGE = 5_000
_FIELDS = (
    "id", "platform", "kind", "post_format", "post_id", "author.role", "author.key", "purpose.label", "intent.label", "sentiment.label",
    "category.label", "campaigns", "collected.ownership",
)  # fmt: skip


def studied(client: Elasticsearch, now: datetime, since: datetime | None, until: datetime | None) -> dict[str, Tally]:
    """What dengar.responses.study counts, of what was published or opened in [since, until). Raises IndexUnavailable."""
    return tallied(
        _mentions(client, since, until), conversations(client, period(since, until)), _reach(client, until), now
    )


def _mentions(client: Elasticsearch, since: datetime | None, until: datetime | None) -> Iterator[dict[str, Any]]:
    edges = {name: timestamp(at) for name, at in (("gte", since), ("lt", until)) if at is not None}
    filters: list[dict[str, Any]] = [{"term": {"deleted": False}}]
    if edges:
        filters.append({"range": {"published_at": edges}})
    yield from _every(client, [MENTIONS, MESSAGES], {"bool": {"filter": filters}}, ["published_at", "id"], _FIELDS)


def _reach(client: Elasticsearch, until: datetime | None) -> dict[str, int]:
    """Post's id → its reach as last told; a post of which none was told is absent."""
    filters: list[dict[str, Any]] = [{"term": {"period": "lifetime"}}, {"exists": {"field": "values.reach"}}]
    if until is not None:
        filters.append({"range": {"observed_at": {"lt": timestamp(until)}}})
    query = {"bool": {"filter": filters}}
    fields = ("object_id", "values.reach")
    pages = _every(client, [METRICS], query, ["observed_at", "id"], fields)
    return {row["object_id"]: row["values"]["reach"] for row in pages if row["values"].get("reach") is not None}


def _every(
    client: Elasticsearch, index: list[str], query: dict[str, Any], sort: list[str], fields: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    hits = every_hit(client, index, query, sort, size=_PAGE, source_includes=list(fields))
    return (hit["_source"] for hit in hits)
