"""The card of a session: a live, a question round or a story, its questions and how each was answered."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from elasticsearch import Elasticsearch

from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS, METRICS
from dengar.labels.mentions import indexed_mentions
from dengar.responses.measured import conversations
from dengar.responses.record import Response

COUNTERS = ("reach", "views", "replies", "comments", "likes", "shares", "navigation")


def card(client: Elasticsearch, post_id: str) -> dict[str, Any]:
    """How many questions were asked below a post, how each was answered, what is open or settled otherwise, and its counters as last told.

    A session ends with its last line by anybody: platforms tell no end of a live once it is over. `during` is up to then. Counters of a
    story stay as they were last read before it expired; null where none was told. Raises IndexUnavailable.
    """
    post = indexed_mentions(client, [post_id]).get(post_id)
    known = post is not None and not post["deleted"]
    ended = _last_line(client, post_id)
    counts: Counter[str] = Counter()
    query = {"bool": {"filter": [{"term": {"on_desk": True}}, {"term": {"post_id": post_id}}]}}
    for response in conversations(client, query):
        counts["questions"] += 1
        counts[_how(response, ended)] += 1
    names = ("questions", "answered_during", "answered_after", "answered_orally", "open", "other")
    return {
        "post_id": post_id,
        "format": post.get("post_format") if post is not None and known else None,
        "title": post.get("title") if post is not None and known else None,
        "published_at": post["published_at"] if post is not None and known else None,
        "last_line_at": ended,
        **{name: counts[name] for name in names},
        **_counters(client, post_id),
    }


def _how(response: Response, ended: str | None) -> str:
    by = {one["ended_by"]: one["ended_at"] for one in reversed(response["rounds"])}
    if "orally" in by:
        return "answered_orally"
    if "answer" in by:
        at, last = datetime.fromisoformat(by["answer"]), ended and datetime.fromisoformat(ended)
        return "answered_during" if last and at <= last else "answered_after"
    return "open" if any(one["ended_at"] is None for one in response["rounds"]) else "other"


def _last_line(client: Elasticsearch, post_id: str) -> str | None:
    lines = [{"term": {"post_id": post_id}}, {"terms": {"kind": ["chat", "comment"]}}]
    with plain_errors():
        page = client.search(
            index=MENTIONS,
            ignore_unavailable=True,
            query={"bool": {"filter": [*lines, {"term": {"deleted": False}}]}},
            sort=[{"published_at": "desc"}],
            size=1,
            source_includes=["published_at"],
            track_total_hits=False,
        )
    hits = page["hits"]["hits"]
    return hits[0]["_source"]["published_at"] if hits else None


def _counters(client: Elasticsearch, post_id: str) -> dict[str, Any]:
    asked = [{"term": {"object_id": post_id}}, {"term": {"period": "lifetime"}}]
    with plain_errors():
        page = client.search(
            index=METRICS,
            ignore_unavailable=True,
            allow_no_indices=True,
            query={"bool": {"filter": asked}},
            sort=[{"observed_at": "desc"}],
            size=20,
            source_includes=["values", "observed_at"],
            track_total_hits=False,
        )
    told: dict[str, Any] = {"counters": dict.fromkeys(COUNTERS), "counters_at": None}
    for hit in reversed(page["hits"]["hits"]):
        found = {
            name: value for name, value in hit["_source"]["values"].items() if name in COUNTERS and value is not None
        }
        if found:
            told["counters"] |= found
            told["counters_at"] = hit["_source"]["observed_at"]
    return told
