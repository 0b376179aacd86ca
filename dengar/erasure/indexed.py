"""Elasticsearch: mentions and messages are buried by the tombstones of topic `mentions`; other documents are deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from dengar.erasure.person import Person
from dengar.erasure.requests import Request
from dengar.erasure.stores import Found, How
from dengar.index.connection import plain_errors
from dengar.index.names import ACCOUNTS, LABEL_INDEX, MENTIONS, MESSAGES, METRICS, TOMBSTONES
from dengar.index.templates import templates

_BATCH = 1_000
_FAMILIES = (MENTIONS, MESSAGES, METRICS, ACCOUNTS, TOMBSTONES, LABEL_INDEX.partition("-v")[0])


class MentionsIndex:
    """Aliases mentions and messages. What it finds is buried together with what the topic holds (compacted.MentionsTopic)."""

    name, how = "indices mentions, messages", How.TOMBSTONE

    def __init__(self, client: Elasticsearch) -> None:
        self._client = client

    def find(self, person: Person) -> Found:
        """Live documents by the person, or in a direct exchange with them."""
        by = [
            {"terms": {"author.key": sorted(person.names)}},
            {"wildcard": {"conversation_id": f"ig:thread:*{person.thread}"}},
            {"ids": {"values": sorted(person.mentions)[:10_000]}},
        ]
        query = {"bool": {"filter": [{"term": {"deleted": False}}], "should": by, "minimum_should_match": 1}}
        found, where = Found(), f"{MENTIONS},{MESSAGES}"
        with plain_errors():
            self._client.indices.refresh(index=where, ignore_unavailable=True, allow_no_indices=True)
            found.searched = self._client.count(index=where, ignore_unavailable=True)["count"]
        fields = ["id", "platform", "post_id", "conversation_id", "version"]
        for hit in _hits(self._client, where, query, fields):
            person.take(hit["_source"])
            found.found += 1
        return found

    def remove(self, person: Person, request: Request) -> int:
        """Buried by the topic's tombstones; here the merge is asked for that takes the old documents off the disk."""
        with plain_errors():
            self._client.indices.forcemerge(
                index=f"{MENTIONS},{MESSAGES}",
                only_expunge_deletes=True,
                ignore_unavailable=True,
                allow_no_indices=True,
            )
        return 0


class OtherIndices:
    """Counters, accounts, hand labels and results: documents whose key or any keyword names the person are deleted."""

    name, how = "indices metrics, accounts, labels, results", How.DELETE

    def __init__(self, client: Elasticsearch) -> None:
        self._client = client
        self._hits: list[tuple[str, str]] = []

    def find(self, person: Person) -> Found:
        """Documents of or about the person."""
        names, ids = sorted(person.names | {person.account}), sorted(person.mentions)
        found = Found()
        self._hits = []
        for where, query in self._searches(names, ids):
            with plain_errors():
                self._client.indices.refresh(index=where, ignore_unavailable=True, allow_no_indices=True)
                found.searched += self._client.count(index=where, ignore_unavailable=True)["count"]
            self._hits += [(hit["_index"], hit["_id"]) for hit in _hits(self._client, where, query, [], sort="_doc")]
        self._hits = list(dict.fromkeys(self._hits))
        found.found = len(self._hits)
        return found

    def remove(self, person: Person, request: Request) -> int:
        """Delete what was found. A late write of it is found by the second search."""
        from elasticsearch.helpers import bulk

        with plain_errors():
            actions = ({"_op_type": "delete", "_index": index, "_id": identity} for index, identity in self._hits)
            done, _ = bulk(self._client, actions, raise_on_error=False, refresh=True)
        return int(done)

    def _searches(self, names: Sequence[str], ids: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        for keys in [[*names, *ids[start : start + _BATCH]] for start in range(0, max(1, len(ids)), _BATCH)]:
            yield METRICS, {"terms": {"object_id": keys}}
            yield ACCOUNTS, {"ids": {"values": keys}}
            yield LABEL_INDEX, {"ids": {"values": keys}}
            if others := self._others():
                yield ",".join(others), {"ids": {"values": keys}}
        if others := self._others():
            said = " OR ".join(f'"{name}"' for name in names)
            yield ",".join(others), {"query_string": {"query": said, "lenient": True}}

    def _others(self) -> list[str]:
        """Indices of results: those of our own templates that are no family with a search of its own. Other people's stay untouched."""
        patterns = [pattern for body in templates().values() for pattern in body.get("index_patterns", [])]
        results = [pattern for pattern in patterns if pattern.partition("-v")[0] not in _FAMILIES]
        if not results:
            return []
        with plain_errors():
            return sorted(self._client.indices.get(index=results, allow_no_indices=True, filter_path="*.aliases"))


def _hits(
    client: Elasticsearch, where: str, query: dict[str, Any], fields: list[str], sort: str = "id"
) -> Iterator[dict[str, Any]]:
    """Every hit, over a point in time: what is deleted while it is read moves nothing."""
    with plain_errors():
        opened = client.open_point_in_time(index=where, keep_alive="2m", ignore_unavailable=True)
        after: list[Any] | None = None
        try:
            while True:
                page = client.search(
                    pit={"id": opened["id"], "keep_alive": "2m"},
                    query=query,
                    sort=[sort],
                    search_after=after,
                    size=_BATCH,
                    source_includes=fields or None,
                    source=None if fields else False,
                    track_total_hits=False,
                )
                hits = page["hits"]["hits"]
                yield from hits
                if len(hits) < _BATCH:
                    return
                after = hits[-1]["sort"]
        finally:
            client.close_point_in_time(id=opened["id"])
