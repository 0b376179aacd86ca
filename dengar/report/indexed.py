"""`Source` from Elasticsearch: composite aggregations for counts, point-in-time pages for documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl import query as q

from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS, METRICS, TOMBSTONES
from dengar.index.paged import every_hit
from dengar.records import JAKARTA, timestamp
from dengar.report.source import HOUR, WEEK, Cell, Cube, Seen, Span, Where
from dengar.report.week import Week

PAGE = 5_000
PRECISION = 40_000
"""Up to so many distinct authors Elasticsearch counts exactly enough (HyperLogLog++, its `precision_threshold`)."""
_DEADLINE = "60s"
_TRENDS, _POSTS, _SNAPSHOTS, _FIGURES = 50, 500, 8, 1_000
_BULKY = ("members", "bands", "desk", "signatures")
_TURN = ("key", "role", "copy", "gone")


class IndexSource:
    """The index behind a client."""

    def __init__(self, client: Elasticsearch) -> None:
        self._client = client

    def cube(self, keys: Sequence[str], span: Span, where: Where) -> Cube:
        """See `Source`."""
        return Counter({key: bucket["doc_count"] for key, bucket in self._buckets(keys, span, where, {})})

    def distinct(self, keys: Sequence[str], span: Span, where: Where) -> Mapping[Cell, int]:
        """See `Source`."""
        authors = {"authors": A("cardinality", field="author.key", precision_threshold=PRECISION)}
        return {key: bucket["authors"]["value"] for key, bucket in self._buckets(keys, span, where, authors)}

    def _buckets(
        self, keys: Sequence[str], span: Span, where: Where, inner: Mapping[str, Any]
    ) -> Iterator[tuple[Cell, Any]]:
        after = None
        while True:
            paging: dict[str, Any] = {} if after is None else {"after": after}
            cells = A("composite", sources=[{f"k{at}": _key(key)} for at, key in enumerate(keys)], size=PAGE, **paging)
            for name, told in inner.items():
                cells.bucket(name, told)
            asked = Search().filter(_asked(span, where)).extra(size=0, track_total_hits=False, timeout=_DEADLINE)
            asked.aggs.bucket("cells", cells)
            page = self._search(MENTIONS, asked.to_dict()).get("aggregations", {}).get("cells", {"buckets": []})
            for bucket in page["buckets"]:
                yield tuple(_value(key, bucket["key"][f"k{at}"]) for at, key in enumerate(keys)), bucket
            after = page.get("after_key")
            if after is None:
                return

    def mentions(self, span: Span, where: Where, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """See `Source`."""
        asked = Search().filter(_asked(span, where)).source(includes=list(fields)).sort("published_at", "id")
        body = asked.extra(size=PAGE, track_total_hits=False).to_dict()
        while True:
            hits = self._search(MENTIONS, body)["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < PAGE:
                return
            body["search_after"] = hits[-1]["sort"]

    def counters(self, posts: Iterable[str]) -> Mapping[str, Mapping[str, int | None]]:
        """See `Source`."""
        found: dict[str, dict[str, int | None]] = {}
        left = iter(posts)
        # Public counters and insights of one post come in snapshots of their own: each metric is taken from the newest that has it.
        newest = {"name": "newest", "size": _SNAPSHOTS, "sort": [{"observed_at": "desc"}], "_source": ["values"]}
        while asked := list(islice(left, _POSTS)):
            own = Search().filter("terms", object_id=asked).filter("term", period="lifetime").source(["object_id"])
            collapse = {"field": "object_id", "inner_hits": newest}
            body = own.extra(size=len(asked), collapse=collapse, track_total_hits=False).to_dict()
            for hit in self._search(METRICS, body)["hits"]["hits"]:
                values = found.setdefault(hit["_source"]["object_id"], {})
                for one in hit["inner_hits"]["newest"]["hits"]["hits"]:
                    for name, value in one["_source"]["values"].items():
                        values.setdefault(name, value)
        return found

    def texts(self, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
        """See `Source`."""
        fields = ["id", "platform", "kind", "text", "published_at", "permalink", "title"]
        asked = Search().filter("ids", values=list(ids)).filter("term", deleted=False).source(includes=fields)
        hits = self._search(MENTIONS, asked.extra(size=max(1, len(ids))).to_dict())["hits"]["hits"]
        return {hit["_source"]["id"]: hit["_source"] for hit in hits}

    def sources(self, span: Span) -> Sequence[Seen]:
        """See `Source`."""
        asked = Search().filter("term", deleted=False).extra(size=0, track_total_hits=False)
        both = [{"platform": {"terms": {"field": "platform"}}}, {"via": {"terms": {"field": "collected.via"}}}]
        cells = asked.aggs.bucket("cells", A("composite", sources=both, size=PAGE))
        cells.metric("last", "max", field="observed_at")
        cells.bucket("told", A("filter", filter=_between(span)))
        buckets = self._search(MENTIONS, asked.to_dict()).get("aggregations", {}).get("cells", {}).get("buckets", [])
        return [
            Seen(
                bucket["key"]["platform"],
                bucket["key"]["via"],
                bucket["told"]["doc_count"],
                datetime.fromtimestamp(bucket["last"]["value"] / 1000, UTC),
            )
            for bucket in buckets
        ]

    def trends(self, span: Span) -> Sequence[dict[str, Any]] | None:
        """See `Source`."""
        from dengar.trends.store import ALIAS

        with plain_errors():
            if not self._client.indices.exists_alias(name=ALIAS):
                return None
        lasting = Q("bool", must_not=[Q("exists", field="end")]) | Q("range", end={"gte": timestamp(span.since)})
        asked = Search().filter("range", start={"lt": timestamp(span.until)}).filter(lasting)
        body = asked.sort("-severity", "start").extra(size=_TRENDS, track_total_hits=False).to_dict()
        return [hit["_source"] for hit in self._search(ALIAS, body)["hits"]["hits"]]

    def conversations(self, span: Span) -> Sequence[dict[str, Any]]:
        """See `Source`."""
        from dengar.responses.store import every

        opened = Q("range", opened_at={"gte": timestamp(span.since), "lt": timestamp(span.until)})
        found = []
        for body in every(self._client, opened.to_dict()):
            turns = [{name: turn[name] for name in _TURN} for turn in body["turns"]]
            found.append({name: value for name, value in body.items() if name not in _BULKY} | {"turns": turns})
        return found

    def attribution(self, span: Span, campaign: str | None) -> Sequence[dict[str, Any]]:
        """See `Source`."""
        from dengar.attribution.store import ALIAS

        with plain_errors():
            if not self._client.indices.exists_alias(name=ALIAS):
                return []
        touches = {"period.start": {"lt": timestamp(span.until)}, "period.end": {"gt": timestamp(span.since)}}
        filters: list[dict[str, Any]] = [{"range": {name: bound}} for name, bound in touches.items()]
        of = {"exists": {"field": "campaign"}}
        about: dict[str, Any] = {"must_not": [of]} if campaign is None else {"must": [{"term": {"campaign": campaign}}]}
        query = {"bool": {"filter": filters, **about}}
        order: list[str | dict[str, Any]] = [{"period.end": "desc"}, "id"]
        return [hit["_source"] for hit in every_hit(self._client, ALIAS, query, order, size=_FIGURES)]

    def deletions(self, since: datetime) -> Mapping[str, int]:
        """See `Source`."""
        asked = Search().filter("range", observed_at={"gte": timestamp(since)}).extra(size=0, track_total_hits=False)
        asked.aggs.bucket("platforms", A("terms", field="platform"))
        found = self._search(TOMBSTONES, asked.to_dict()).get("aggregations", {}).get("platforms", {"buckets": []})
        return {bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]}

    def _search(self, index: str, body: dict[str, Any]) -> dict[str, Any]:
        """Raises IndexUnavailable, also where the server answered for a part of the index only: a report of a part would be a false one."""
        from dengar.index.connection import IndexUnavailable

        with plain_errors():
            page = self._client.search(
                index=index, ignore_unavailable=True, allow_partial_search_results=False, body=body
            )
        if page["timed_out"]:
            raise IndexUnavailable("Elasticsearch did not finish in time: try again when it is less busy.")
        return dict(page)


def _key(name: str) -> dict[str, Any]:
    if name == WEEK:
        return {
            "date_histogram": {"field": "published_at", "calendar_interval": "1w", "time_zone": JAKARTA.key},
        }
    if name == HOUR:
        return {"date_histogram": {"field": "published_at", "fixed_interval": "1h"}}
    return {"terms": {"field": name, "missing_bucket": True}}


def _value(name: str, told: Any) -> str | bool | None:
    if name == WEEK:
        return Week.of(datetime.fromtimestamp(told / 1000, UTC)).name
    if name == HOUR:
        return datetime.fromtimestamp(told / 1000, UTC).isoformat()
    found: str | bool | None = told
    return found


def _between(span: Span) -> q.Query:
    return Q("range", published_at={"gte": timestamp(span.since), "lt": timestamp(span.until)})


def _asked(span: Span, where: Where) -> q.Query:
    filters = [Q("term", deleted=False), _between(span)]
    filters += [Q("terms", **{field: list(values)}) for field, values in where.having.items()]
    if where.campaign is not None:
        below = Q("terms", post_id=sorted(where.posts)) if where.posts else Q("match_none")
        filters.append(Q("bool", should=[Q("term", campaigns=where.campaign), below], minimum_should_match=1))
    refused = [Q("terms", **{field: list(values)}) for field, values in where.lacking.items()]
    return Q("bool", filter=filters, must_not=refused)
