"""What each profile leaves in a real index, asked by Elasticsearch's own words: which documents have a field."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from upath import UPath

from dengar.index import apply_templates, client, known_versions, newest_versions, refresh, write_records
from dengar.local.stack import Stack
from dengar.log.memory import MemoryLog
from dengar.schemas import load
from dengar.settings import Settings
from tests.histories import FORMS, Delivery, at
from tests.stages_run import Stages

pytestmark = pytest.mark.stack
DERIVED = sorted(
    name for name, rule in load("mention")["properties"].items() if rule.get("x-dengar-class") == "derived"
)


@pytest.mark.parametrize(("profile", "judged"), [("strict", {"instagram"}), ("sandbox", {"youtube", "instagram"})])
def test_documents_with_a_judgement_are_of_these_platforms_alone(
    stack: Stack, tmp_path: Path, profile: str, judged: set[str]
) -> None:
    elasticsearch = client(Settings(elasticsearch_url=stack.environment()["DENGAR_ELASTICSEARCH_URL"]))
    apply_templates(elasticsearch)
    log, chance = MemoryLog(), random.SystemRandom()
    stages = Stages(
        log,
        UPath(tmp_path),
        known=lambda ids: known_versions(elasticsearch, ids),
        versions=lambda ids: newest_versions(elasticsearch, ids),
        write=lambda items: write_records(elasticsearch, items),
        refresh=lambda: refresh(elasticsearch),
        profile=profile,
        validated=False,
    )
    ids = []
    for form in FORMS:
        one = Delivery(form, chance.randrange(10**6, 10**7), 0)
        event = one.item().event(at(0))
        log.append(one.item().topic, one.item().key, event.data, event.headers())
        ids.append(one.id)
    log.flush()
    stages.enrich()
    stages.index()
    fields = [{"exists": {"field": name}} for name in DERIVED]
    own = {"bool": {"filter": [{"ids": {"values": ids}}]}}
    having = {"bool": {"filter": [{"ids": {"values": ids}}], "should": fields, "minimum_should_match": 1}}
    marked = {"bool": {"filter": [{"ids": {"values": ids}}, {"term": {"origin": "derived"}}]}}

    def platforms(query: dict[str, object]) -> set[str]:
        page = elasticsearch.search(index="mentions,messages", query=query, size=100, source_includes=["platform"])
        return {hit["_source"]["platform"] for hit in page["hits"]["hits"]}

    assert platforms(own) == {"youtube", "instagram"}
    assert platforms(having) == judged
    assert platforms(marked) == judged
    elasticsearch.close()
