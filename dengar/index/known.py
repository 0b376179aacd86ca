"""What the index holds of an id: enough to tell a new record from a repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from dengar.index.connection import PATIENTLY, plain_errors
from dengar.index.names import ACCOUNTS, MENTIONS, MESSAGES, METRICS, TOMBSTONES

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Known:
    """The highest version held. `deleted`: it is a tombstone; then there is no content version. `edits`: the changes that were seen."""

    version: int
    content_version: str | None
    deleted: bool
    edits: Mapping[str, Any] | None = None


def known_versions(client: Elasticsearch, ids: Sequence[str]) -> dict[str, Known]:
    """id -> Known for the ids that the index holds, live or deleted; one search per 1,000 ids, over every month.

    A search sees a write after the next refresh: whoever must see all that was written calls `refresh` first.
    Raises IndexUnavailable.
    """
    held: dict[str, Known] = {}
    with plain_errors():
        for start in range(0, len(ids), _BATCH):
            asked = list(ids[start : start + _BATCH])
            page = PATIENTLY(
                client.search,
                index=[MENTIONS, MESSAGES, TOMBSTONES],
                ignore_unavailable=True,
                query={"ids": {"values": asked}},
                source_includes=["version", "content_version", "deleted", "edits"],
                size=min(10_000, len(asked) * 10),
                track_total_hits=False,
                request_cache=False,
                allow_partial_search_results=False,
            )
            for hit in page["hits"]["hits"]:
                body = hit["_source"]
                deleted = body["deleted"]
                found = Known(
                    body["version"], None if deleted else body.get("content_version"), deleted, body.get("edits")
                )
                best = held.get(hit["_id"])
                # A copy buried because its post moved has its successor's version: the live one is the truth.
                if best is None or (found.version, not found.deleted) > (best.version, not best.deleted):
                    held[hit["_id"]] = found
    return held


def newest_versions(client: Elasticsearch, ids: Sequence[str]) -> dict[str, int]:
    """id → highest version held of a mention, a deletion, counters or an account; one search per 1,000 ids. Raises IndexUnavailable.

    A search sees a write after the next refresh, as with `known_versions`.
    """
    held: dict[str, int] = {}
    with plain_errors():
        for start in range(0, len(ids), _BATCH):
            asked = list(ids[start : start + _BATCH])
            page = PATIENTLY(
                client.search,
                index=[MENTIONS, MESSAGES, METRICS, TOMBSTONES, ACCOUNTS],
                ignore_unavailable=True,
                query={"ids": {"values": asked}},
                source_includes=["version"],
                size=min(10_000, len(asked) * 10),
                track_total_hits=False,
                request_cache=False,
                allow_partial_search_results=False,
            )
            for hit in page["hits"]["hits"]:
                held[hit["_id"]] = max(hit["_source"]["version"], held.get(hit["_id"], 0))
    return held


def refresh(client: Elasticsearch) -> None:
    """Make everything written so far visible to searches. Raises IndexUnavailable."""
    with plain_errors():
        client.indices.refresh(
            index=[MENTIONS, MESSAGES, TOMBSTONES, ACCOUNTS], ignore_unavailable=True, allow_no_indices=True
        )
