"""What is compared: dengar's search, and a plain `match` on one field analysed by `standard` or by Lucene's `indonesian`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from elasticsearch import Elasticsearch

from bench.relevance.measures import DEPTH
from dengar.enrich import Context, enrich_mentions
from dengar.index import search, write_records
from dengar.policy import load_policy
from dengar.records import ENRICHMENT_REVISION, pack_version, timestamp
from dengar.registers import Registers

System = Callable[[str], list[str]]
PUBLISHED = datetime(2012, 5, 1, tzinfo=UTC)
"""A month of its own, hence an index of its own: word counts of other mentions change nothing."""
_SYNTAX = re.compile(r'[()"]|NEAR/\d+|\b(?:exact|hashtag):')


def dengar(client: Elasticsearch, documents: Mapping[str, str]) -> System:
    """Documents go in as mentions through enrichment; the system gives the ids of the first ten."""
    tag = f"yt:video:{uuid.uuid4().hex}"
    context = Context(Registers(), b"0" * 16, "sandbox")
    mentions = enrich_mentions([_draft(tag, identity, text) for identity, text in documents.items()], context)
    write_records(client, [("mention", _mention(mention)) for mention in mentions])
    client.indices.refresh(index="mentions")
    policy = load_policy("sandbox")

    def find(query: str) -> list[str]:
        page = search(client, query, filters={"post": tag}, size=DEPTH, policy=policy)
        return [hit.mention["id"].rpartition("~")[2] for hit in page.hits]

    return find


def plain(client: Elasticsearch, documents: Mapping[str, str], analyzer: str) -> System:
    """As one gets it with nothing but Elasticsearch: any word may match, the best first. Signs of our language are taken out."""
    index = f"plain-{analyzer}-{uuid.uuid4().hex}"
    client.indices.create(index=index, mappings={"properties": {"text": {"type": "text", "analyzer": analyzer}}})
    lines: list[dict[str, object]] = []
    for identity, text in documents.items():
        lines += [{"index": {"_id": identity}}, {"text": text}]
    client.bulk(index=index, operations=lines, refresh=True)

    def find(query: str) -> list[str]:
        page = client.search(index=index, query={"match": {"text": _SYNTAX.sub(" ", query)}}, size=DEPTH)
        return [hit["_id"] for hit in page["hits"]["hits"]]

    return find


def remove(client: Elasticsearch) -> None:
    """Take down the indices of the baselines and the month of the judged mentions."""
    for pattern in ("plain-*", f"mentions-v1-youtube-{PUBLISHED:%Y.%m}"):
        for name in client.indices.get(index=pattern, allow_no_indices=True, ignore_unavailable=True):
            client.indices.delete(index=name)


def _draft(tag: str, identity: str, text: str) -> dict[str, object]:
    return {
        "id": f"yt:comment:{tag}~{identity}",
        "platform": "youtube",
        "kind": "comment",
        "text": text,
        "title": None,
        "post_id": tag,
        "conversation_id": f"yt:comment:{tag}~{identity}",
        "parent_id": tag,
        "published_at": timestamp(PUBLISHED),
        "author": {"id": None, "handle": None, "name": None},
        "provenance": {"raw": "bench", "formulas": {}},
    }


def _mention(mention: dict[str, object]) -> dict[str, object]:
    return mention | {
        "observed_at": timestamp(PUBLISHED),
        "expires_at": timestamp(PUBLISHED),
        "content_version": "1",
        "version": pack_version(PUBLISHED),
        "enrichment_revision": ENRICHMENT_REVISION,
        "label_revision": 0,
        "deleted": False,
    }
