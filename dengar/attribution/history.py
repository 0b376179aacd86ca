"""The last posts of an account and how reactions to them grew, as the index holds them: what overperformance is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from dengar.attribution.source import Mention
from dengar.index.names import MENTIONS, METRICS
from dengar.records import timestamp

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

Readings = tuple[tuple[datetime, int | None], ...]
"""Times of reading (aware) and engagement, likes + comments; None where one of them is hidden."""
PAGE, _BATCH = 5_000, 100
_FIELDS = ["id", "post_format", "purpose.label", "published_at"]


class History(Protocol):
    """Both raise IndexUnavailable."""

    def last_posts(self, author: str, until: datetime, most: int) -> Sequence[Mention]:
        """The newest posts of an author key published before `until`, stories left out, newest first."""

    def readings(self, posts: Iterable[str]) -> Mapping[str, Readings]:
        """Post → its readings, oldest first."""


class IndexHistory:
    """`History` from Elasticsearch."""

    def __init__(self, client: Elasticsearch) -> None:
        self._client = client

    def last_posts(self, author: str, until: datetime, most: int) -> Sequence[Mention]:
        """See `History`."""
        from dengar.index.connection import plain_errors

        filters: list[dict[str, Any]] = [
            {"term": {"deleted": False}},
            {"term": {"kind": "post"}},
            {"term": {"author.key": author}},
            {"range": {"published_at": {"lt": timestamp(until)}}},
        ]
        query = {"bool": {"filter": filters, "must_not": [{"term": {"post_format": "story"}}]}}
        with plain_errors():
            page = self._client.search(
                index=MENTIONS, query=query, size=most, sort=[{"published_at": "desc"}, "id"], source_includes=_FIELDS,
                ignore_unavailable=True, allow_no_indices=True, track_total_hits=False,
            )  # fmt: skip
        return [hit["_source"] for hit in page["hits"]["hits"]]

    def readings(self, posts: Iterable[str]) -> Mapping[str, Readings]:
        """See `History`."""
        from dengar.index.paged import every_hit

        found: dict[str, dict[datetime, int | None]] = {}
        asked = sorted(set(posts))
        for start in range(0, len(asked), _BATCH):
            of = [{"terms": {"object_id": asked[start : start + _BATCH]}}, {"term": {"period": "lifetime"}}]
            told = [{"exists": {"field": "values.likes"}}, {"exists": {"field": "values.comments"}}]
            query = {"bool": {"filter": [*of, *told]}}
            fields = ["object_id", "observed_at", "values.likes", "values.comments"]
            for hit in every_hit(
                self._client, METRICS, query, ["observed_at", "id"], size=PAGE, source_includes=fields
            ):
                body = hit["_source"]
                values = body["values"]
                at = datetime.fromisoformat(body["observed_at"])
                found.setdefault(body["object_id"], {})[at] = values["likes"] + values["comments"]
        return {post: tuple(sorted(rows.items())) for post, rows in found.items()}
