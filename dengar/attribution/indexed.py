"""`Source` from Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch

from dengar.attribution.source import COMMENTS, Counters, Mention
from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS, METRICS
from dengar.index.paged import every_hit
from dengar.records import timestamp

PAGE = 5_000
FIELDS = (
    "id", "platform", "kind", "post_id", "campaigns", "author.key", "author.role", "author.handle", "published_at", "spam.label",
    "sentiment.label", "intent.label", "deleted", "expires_at",
)  # fmt: skip
_POSTS, _SNAPSHOTS = 500, 8
_WHERE: dict[str, Any] = {"ignore_unavailable": True, "allow_no_indices": True}
_FOLLOWERS = ("followers", "subscribers")


class IndexSource:
    """The index behind a client, refreshed when this is made."""

    def __init__(self, client: Elasticsearch, fields: Sequence[str] = FIELDS) -> None:
        self._client, self._fields = client, list(fields)
        with plain_errors():
            client.indices.refresh(index=[MENTIONS, METRICS], **_WHERE)

    def mentions(
        self, start: datetime, end: datetime, kinds: Sequence[str] | None = None, *, platform: str | None = None
    ) -> Iterator[Mention]:
        """See `Source`."""
        named = {"kind": list(kinds) if kinds else None, "platform": [platform] if platform else None}
        query = _all(_between(start, end), *({"terms": {name: told}} for name, told in named.items() if told))
        hits = every_hit(self._client, MENTIONS, query, ["published_at", "id"], size=PAGE, source_includes=self._fields)
        for hit in hits:
            yield _whole(hit["_source"])

    def posts(self, ids: Iterable[str]) -> Mapping[str, Mention]:
        """See `Source`."""
        found: dict[str, Mention] = {}
        for asked in _batches(ids):
            query = _all({"ids": {"values": asked}}, {"term": {"kind": "post"}})
            for hit in self._search(MENTIONS, query=query, size=10 * len(asked), source_includes=self._fields):
                found[hit["_source"]["id"]] = _whole(hit["_source"])
        return found

    def seen(self, posts: Iterable[str]) -> Mapping[str, int]:
        """See `Source`."""
        found: dict[str, int] = {}
        for asked in _batches(posts):
            below: list[dict[str, Any]] = [
                {"terms": {"post_id": asked}},
                {"terms": {"kind": list(COMMENTS)}},
                {"exists": {"field": "author.key"}},
            ]
            with plain_errors():
                page = self._client.search(
                    index=MENTIONS, query=_all(*below), size=0, **_WHERE,
                    aggregations={"posts": {"terms": {"field": "post_id", "size": len(asked)}}},
                )  # fmt: skip
            buckets = page.get("aggregations", {}).get("posts", {}).get("buckets", [])
            found.update((bucket["key"], bucket["doc_count"]) for bucket in buckets)
        return found

    def counters(self, objects: Iterable[str]) -> Mapping[str, Counters]:
        """See `Source`."""
        found: dict[str, dict[str, int | None]] = {}
        newest = {"name": "newest", "size": _SNAPSHOTS, "sort": [{"observed_at": "desc"}], "_source": ["values"]}
        for asked in _batches(objects):
            query = {"bool": {"filter": [{"terms": {"object_id": asked}}, {"term": {"period": "lifetime"}}]}}
            collapse = {"field": "object_id", "inner_hits": newest}
            hits = self._search(METRICS, query=query, size=len(asked), collapse=collapse, source_includes=["object_id"])
            for hit in hits:
                values = found.setdefault(hit["_source"]["object_id"], {})
                for one in hit["inner_hits"]["newest"]["hits"]["hits"]:
                    for name, value in one["_source"]["values"].items():
                        values.setdefault(name, value)
        return found

    def followers(self, accounts: Mapping[str, datetime]) -> Mapping[str, tuple[int | None, datetime]]:
        """See `Source`."""
        found = {}
        for account, at in accounts.items():
            before = self._followers(account, {"lte": timestamp(at)}, "desc")
            told = before or self._followers(account, {"gt": timestamp(at)}, "asc")
            if told is not None:
                found[account] = told
        return found

    def _followers(self, account: str, when: dict[str, str], order: str) -> tuple[int | None, datetime] | None:
        told = [{"exists": {"field": f"values.{name}"}} for name in _FOLLOWERS]
        of = [{"term": {"object_id": account}}, {"range": {"observed_at": when}}]
        query = {"bool": {"filter": of, "should": told, "minimum_should_match": 1}}
        hits = self._search(
            METRICS, query=query, size=1, sort=[{"observed_at": order}], source_includes=["values", "observed_at"]
        )
        if not hits:
            return None
        body = hits[0]["_source"]
        value = next((body["values"][name] for name in _FOLLOWERS if body["values"].get(name) is not None), None)
        return value, datetime.fromisoformat(body["observed_at"])

    def volume(
        self, platform: str, start: datetime, end: datetime, step: timedelta, having: Mapping[str, str] | None = None
    ) -> Sequence[int]:
        """See `Source`."""
        labels = [{"term": {f"{name}.label": value}} for name, value in (having or {}).items()]
        query = _all(
            _between(start, end), {"term": {"platform": platform}}, {"terms": {"author.role": ["public", "unknown"]}}, *labels
        )  # fmt: skip
        first, length = start.timestamp() * 1000, step / timedelta(milliseconds=1)
        counts = [0] * -(-int((end - start) / timedelta(milliseconds=1)) // int(length))
        bins = {"field": "published_at", "fixed_interval": f"{int(length // 1000)}s", "min_doc_count": 1}
        bins["offset"] = f"{int(first % length)}ms"
        with plain_errors():
            page = self._client.search(
                index=MENTIONS, query=query, size=0, aggregations={"bins": {"date_histogram": bins}}, **_WHERE
            )
        for bucket in page.get("aggregations", {}).get("bins", {}).get("buckets", []):
            counts[int((bucket["key"] - first) // length)] += bucket["doc_count"]
        return counts

    def _search(self, index: str, **asked: Any) -> list[dict[str, Any]]:
        with plain_errors():
            found: list[dict[str, Any]] = self._client.search(index=index, track_total_hits=False, **_WHERE, **asked)[
                "hits"
            ]["hits"]
        return found


def _all(*filters: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"filter": [{"term": {"deleted": False}}, *filters]}}


def _between(start: datetime, end: datetime) -> dict[str, Any]:
    return {"range": {"published_at": {"gte": timestamp(start), "lt": timestamp(end)}}}


def _whole(body: dict[str, Any]) -> Mention:
    """What the index leaves out of a document because it is null, or has no value, is there again."""
    body.setdefault("campaigns", [])
    author = body.setdefault("author", {})
    author.setdefault("key", None)
    author.setdefault("role", "unknown")
    return body


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    left = iter(ids)
    while asked := list(islice(left, _POSTS)):
        yield asked
