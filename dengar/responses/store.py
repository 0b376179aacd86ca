"""The indices `responses-v1` and, of direct messages, `private-responses-v1`: the desk's memory, one document a conversation. They are
copies; topics are the original.

A document is the record of topic `responses`, with what the queue searches and sorts by, and the desk's record beside it. One run writes at
a time; a write never puts an older version over a newer one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from dengar.index.bulk import Pause
from dengar.index.connection import IndexUnavailable, plain_errors
from dengar.index.copies import operation
from dengar.index.names import RESPONSE_INDICES, TOMBSTONE_INDEX, response_index
from dengar.index.paged import every_hit
from dengar.index.templates import ensure_indices
from dengar.index.written import write_all
from dengar.records import timestamp
from dengar.responses.actions import DeskRecord
from dengar.responses.classes import URGENCIES
from dengar.responses.conversation import Conversation
from dengar.responses.record import Response
from dengar.responses.state import OPEN

_BATCH = 500
_PAGE = 1_000
_BESIDE = (
    "members", "on_desk", "open", "due_at", "waiting_since", "first", "resolution_due_at", "urgency_rank", "mood_rank", "bands",
    "copies", "desk",
)  # fmt: skip
_MOODS = {"positive": 0, "neutral": 1, "negative": 2}


class Held(NamedTuple):
    """What the index holds of a conversation. A response of version 0 was never published: nobody asked for anything yet."""

    response: Response
    desk: DeskRecord | None

    def conversation(self) -> Conversation:
        """The state to fold further records into."""
        turns = {turn["id"]: turn for turn in self.response["turns"]}
        return Conversation(self.response["id"], self.response["platform"], self.response["post_id"], turns, self.desk)


def document(held: Held) -> dict[str, Any]:
    """The document of a conversation."""
    response = held.response
    resolution = response["resolution"]
    return {
        **response,
        "members": [turn["id"] for turn in response["turns"]],
        "on_desk": response["opened_at"] is not None,
        "open": response["state"] in OPEN,
        "due_at": due_of(response),
        "waiting_since": waiting_since(response),
        "first": {name: response["rounds"][0][name] for name in ("wall_ms", "ended_by")}
        if response["rounds"]
        else None,
        "resolution_due_at": resolution["due_at"] if resolution and resolution["ended_at"] is None else None,
        "urgency_rank": URGENCIES.index(response["urgency"]) if response["urgency"] else 0,
        "mood_rank": _MOODS.get(response["sentiment"]["last"] or response["sentiment"]["first"] or "neutral", 1),
        "bands": sorted({f"{n}{text[2 * n : 2 * n + 2]}" for text in response["signatures"] for n in range(8)}),
        "copies": sorted({turn["copy"] for turn in response["turns"] if turn["copy"] and turn["gone"] is None}),
        "desk": held.desk,
    }


def due_of(response: Response) -> str | None:
    """Until when an answer is due, as the record tells it; None where nobody waits."""
    waits = _waits(response)
    return waits[-1]["due_at"] if waits else None


def waiting_since(response: Response) -> str | None:
    """Since when somebody waits for an answer, as the record tells it; None where nobody waits."""
    waits = _waits(response)
    return waits[-1]["asked_at"] if waits else None


def _waits(response: Response) -> list[dict[str, Any]]:
    return [one for one in response["rounds"] if one["ended_at"] is None] if response["state"] in OPEN else []


def of_document(body: dict[str, Any]) -> Held:
    """What a document holds."""
    response = {name: value for name, value in body.items() if name not in _BESIDE}
    return Held(response, body.get("desk"))


def held(client: Elasticsearch, ids: Sequence[str]) -> dict[str, Held]:
    """id → what is held, read from the shard itself, so that a write of a moment ago is seen. Raises IndexUnavailable."""
    found: dict[str, Held] = {}
    with plain_errors():
        ensure_indices(client, RESPONSE_INDICES)
        for start in range(0, len(ids), _BATCH):
            wanted = [{"_index": response_index(name), "_id": name} for name in ids[start : start + _BATCH]]
            page = client.mget(docs=wanted)
            for entry in page["docs"]:
                if "error" in entry:
                    raise IndexUnavailable(
                        "Elasticsearch cannot read the desk's index: see `dengar status`, then run it again."
                    )
                if entry.get("found"):
                    found[entry["_id"]] = of_document(entry["_source"])
    return found


def write(client: Elasticsearch, entries: Sequence[Held], *, pause: Pause = time.sleep) -> None:
    """Write conversations. Raises IndexUnavailable, and RuntimeError where the index refuses one."""
    operations = [operation(response_index(entry.response["id"]), document(entry), "external_gte") for entry in entries]
    write_all(client, RESPONSE_INDICES, operations, "conversation", pause=pause)


def buried(client: Elasticsearch, mentions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Mention's id → version, reason, deleted_at and observed_at of its tombstone, read from the shard itself. Raises IndexUnavailable."""
    found: dict[str, dict[str, Any]] = {}
    wanted = ["version", "reason", "deleted_at", "observed_at"]
    with plain_errors():
        for start in range(0, len(mentions), _BATCH):
            page = client.mget(
                index=TOMBSTONE_INDEX, ids=list(mentions[start : start + _BATCH]), source_includes=wanted
            )
            for entry in page["docs"]:
                if "error" in entry and entry["error"]["type"] != "index_not_found_exception":
                    raise IndexUnavailable(
                        "Elasticsearch cannot read its tombstones: see `dengar status`, then run it again."
                    )
                if entry.get("found"):
                    found[entry["_id"]] = dict.fromkeys(wanted) | entry["_source"]
    return found


def owners(client: Elasticsearch, mentions: Sequence[str]) -> dict[str, str]:
    """Mention's id → id of the conversation that has a turn of it; absent where none has. Raises IndexUnavailable."""
    found: dict[str, str] = {}
    with plain_errors():
        client.indices.refresh(index=RESPONSE_INDICES, ignore_unavailable=True, allow_no_indices=True)
        for start in range(0, len(mentions), _BATCH):
            asked = set(mentions[start : start + _BATCH])
            query = {"bool": {"filter": [{"terms": {"members": sorted(asked)}}]}}
            for hit in _every(client, query, ["members"]):
                found.update(dict.fromkeys(asked.intersection(hit["_source"]["members"]), hit["_id"]))
    return found


def falling_due(client: Elasticsearch, now: datetime) -> list[str]:
    """Ids of conversations that wait and whose deadline has passed, a page at most, the oldest deadline first. Raises IndexUnavailable."""
    with plain_errors():
        client.indices.refresh(index=RESPONSE_INDICES, ignore_unavailable=True, allow_no_indices=True)
        page = client.search(
            index=RESPONSE_INDICES,
            ignore_unavailable=True,
            allow_no_indices=True,
            query={
                "bool": {
                    "filter": [{"terms": {"state": ["new", "waiting"]}}, {"range": {"due_at": {"lt": timestamp(now)}}}]
                }
            },
            sort=["due_at", "id"],
            size=_PAGE,
            source=False,
            track_total_hits=False,
        )
    return [hit["_id"] for hit in page["hits"]["hits"]]


def every(
    client: Elasticsearch, query: dict[str, Any], *, fields: Sequence[str] | None = None
) -> Iterator[dict[str, Any]]:
    """Documents that a query finds, by id, a page at a time: memory does not grow with their number. Raises IndexUnavailable."""
    with plain_errors():
        client.indices.refresh(index=RESPONSE_INDICES, ignore_unavailable=True, allow_no_indices=True)
        for hit in _every(client, query, fields):
            yield hit["_source"]


def _every(client: Elasticsearch, query: dict[str, Any], fields: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    return every_hit(client, RESPONSE_INDICES, query, ["id"], size=_PAGE, source_includes=fields)
