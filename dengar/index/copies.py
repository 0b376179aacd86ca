"""Live copies of an id, and their burial.

An id normally has one document. It has more where the platform moved a post's publication (a scheduled video that goes public), because
the month decides the index. A deletion names neither month nor kind, so it looks for all of them.

Burial overwrites a document in place with a soft-deleted body: a hard delete is forgotten after a minute, and a late write would
bring the text back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from dengar.index.bulk import Operation
from dengar.index.connection import PATIENTLY, IndexUnavailable
from dengar.index.names import MENTIONS, MESSAGES, TOMBSTONE_INDEX, written_as

_BATCH = 1_000
_MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Copy:
    """A document of an id in mentions or messages."""

    id: str
    index: str
    version: int
    deleted: bool
    remains: dict[str, Any]


def operation(index: str, record: dict[str, Any], version_type: str = "external") -> Operation:
    """The versioned write of a record. Raises orjson.JSONEncodeError (a TypeError) where it is not JSON."""
    action = {
        "index": {"_index": index, "_id": record["id"], "version": record["version"], "version_type": version_type}
    }
    return Operation(record["id"], orjson.dumps(action), orjson.dumps(record))


def live_copies(client: Elasticsearch, ids: Sequence[str]) -> list[Copy]:
    """Every document of these ids behind mentions and messages, those of the last moment too (a refresh comes first)."""
    if not ids:
        return []
    where: dict[str, Any] = {"index": [MENTIONS, MESSAGES], "ignore_unavailable": True, "allow_no_indices": True}
    client.indices.refresh(**where)
    found = []
    for start in range(0, len(ids), _BATCH):
        asked = list(ids[start : start + _BATCH])
        page = PATIENTLY(
            client.search,
            **where,
            query={"ids": {"values": asked}},
            source_includes=["id", "platform", "kind", "post_id", "conversation_id", "version", "deleted"],
            size=min(10_000, len(asked) * 10),
            track_total_hits=False,
            request_cache=False,
            allow_partial_search_results=False,
        )
        for hit in page["hits"]["hits"]:
            body = hit["_source"]
            version, deleted = body.pop("version"), body.pop("deleted")
            found.append(Copy(hit["_id"], written_as(hit["_index"]), version, deleted, body))
    return found


def burial(copy: Copy, version: int, reason: str, observed_at: str | None = None) -> Operation:
    """Overwrite a copy by what remains of it: ids and the fact. No text, no author."""
    body = {**copy.remains, "deleted": True, "deletion_reason": reason, "version": version}
    if observed_at is not None:
        body["observed_at"] = observed_at
    # An equal version may be overwritten too: a moved copy can be of the same observation as its successor.
    return operation(copy.index, body, "external_gte")


def strays(copies: Iterable[Copy]) -> list[Operation]:
    """Burials of all but the newest copy of each id."""
    by_id: dict[str, list[Copy]] = {}
    for copy in copies:
        by_id.setdefault(copy.id, []).append(copy)
    burials = []
    for group in by_id.values():
        if len(group) > 1:
            newest = max(group, key=lambda copy: (copy.version, not copy.deleted))
            burials += [
                burial(copy, newest.version, _MOVED) for copy in group if copy is not newest and not copy.deleted
            ]
    return burials


def tombstones(client: Elasticsearch, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """id -> tombstone, read from the shard itself, so that one written a moment ago is seen. Raises IndexUnavailable."""
    held: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids), _BATCH):
        page = client.mget(
            index=TOMBSTONE_INDEX,
            ids=list(ids[start : start + _BATCH]),
            source_includes=["version", "reason", "observed_at"],
        )
        for entry in page["docs"]:
            if "error" in entry and entry["error"]["type"] != "index_not_found_exception":
                raise IndexUnavailable(
                    "Elasticsearch cannot read its tombstones: see `dengar status`, then run it again."
                )
            if entry.get("found"):
                held[entry["_id"]] = entry["_source"]
    return held
