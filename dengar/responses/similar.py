"""Cases like this one that an official account has answered, with the answer that was given. Found, not written: no text is generated."""

from __future__ import annotations

from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS
from dengar.labels.mentions import indexed_mentions
from dengar.responses import store
from dengar.responses.record import Response

_LOOKED_AT = 100


class Case(NamedTuple):
    """An answered conversation: what was asked, and the official answer; both are mentions as they stand now."""

    response: Response
    asked: dict[str, Any]
    answer: dict[str, Any]


def similar_cases(client: Elasticsearch, response: Response, asked: dict[str, Any], size: int = 5) -> list[Case]:
    """Up to `size` answered conversations whose question is most like `asked` (a mention) by Elasticsearch's BM25, most alike first.

    Only public questions of the same platform. Raises IndexUnavailable.
    """
    text = asked.get("text_normalised") or asked["text"]
    filters = [
        {"term": {"deleted": False}},
        {"term": {"platform": asked["platform"]}},
        {"terms": {"author.role": ["public", "unknown"]}},
    ]
    query = {
        "bool": {
            "must": [{"match": {"text_normalised.id": {"query": text, "minimum_should_match": "30%"}}}],
            "filter": filters,
            "must_not": [{"term": {"conversation_id": response["id"]}}],
        }
    }
    with plain_errors():
        page = client.search(
            index=MENTIONS, ignore_unavailable=True, query=query, size=_LOOKED_AT, track_total_hits=False
        )
    questions = {hit["_source"]["conversation_id"]: hit["_source"] for hit in reversed(page["hits"]["hits"])}
    ordered = list(dict.fromkeys(hit["_source"]["conversation_id"] for hit in page["hits"]["hits"]))
    entries = store.held(client, ordered)
    answered = {name: answer for name, entry in entries.items() if (answer := _answer(entry.response))}
    texts = indexed_mentions(client, list(answered.values()))
    found = []
    for identity in ordered:
        given = texts.get(answered[identity]) if identity in answered else None
        if given is not None and not given["deleted"]:
            found.append(Case(entries[identity].response, questions[identity], given))
    return found[:size]


def _answer(response: Response) -> str | None:
    """The answer that ended the last wait that one ended."""
    return next((one["answer"] for one in reversed(response["rounds"]) if one["ended_by"] == "answer"), None)
