"""The main job end to end, as a person runs it: `dengar demo` on a small day, searches, recorded files, a replay."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from upath import UPath

from bench.freshness import drain
from dengar.demo.account import live_documents
from dengar.index import client as open_client
from dengar.local.stack import Stack
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings
from dengar.stages.journal import read_journal
from dengar.topics import ENRICH_GROUP, ENRICHED_TOPICS, RAW_TOPICS
from tests.command_line import json_lines
from tests.dag_run import succeeded

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "sandbox" / "scenarios" / "small_day.yaml"


def dengar(stack: Stack, *arguments: str, status: int = 0) -> str:
    """Run the command line against the test stack; its stdout. Fails with its stderr where the exit status is another."""
    environment = {**os.environ, "DENGAR_STATE": str(stack.instance.state_dir)}
    command = [sys.executable, "-m", "dengar", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, timeout=600, check=False)
    assert done.returncode == status, done.stderr[-3000:]
    return done.stdout


def drained(stack: Stack) -> None:
    log = KafkaLog(Settings.from_environment(stack.environment()))
    try:
        drain(log)
    finally:
        log.close()


@pytest.fixture(scope="module")
def demo(stack: Stack) -> dict:
    """The figures of the demo's first run."""
    return json.loads(dengar(stack, "demo", "--seed", "3", "--scenario", str(SCENARIO)).splitlines()[-1])


def test_every_record_has_one_outcome_and_none_is_lost(demo):
    assert demo["collected"] > 400
    assert sum(demo["outcomes"].values()) == demo["collected"]
    assert demo["lost"] == 0
    assert demo["indexed"] > 300
    assert demo["outcomes"]["deletion"] > 0
    assert demo["outcomes"]["quarantined"] == 0
    assert demo["freshness_p95_s"] is not None


def test_the_same_seed_again_leaves_the_same_documents_however_often_one_looks(stack, demo):
    asked = ("demo", "--seed", "3", "--scenario", str(SCENARIO), "--step-hours", "12")
    again = json.loads(dengar(stack, *asked).splitlines()[-1])
    assert (again["indexed"], again["content"], again["lost"]) == (demo["indexed"], demo["content"], 0)


def test_search_finds_by_words_and_filters(stack, demo):
    hits = json_lines(dengar(stack, "search", "bansos OR bantuan", "--json", "--size", "50"))
    assert hits
    assert all("deleted" not in hit or not hit["deleted"] for hit in hits)
    only = dengar(stack, "search", "bansos OR bantuan", "--platform", "youtube", "--json")
    assert {hit["platform"] for hit in json_lines(only)} == {"youtube"}
    assert dengar(stack, "search", '"kata yang tidak pernah ada xyzzy"', "--json") == ""
    dengar(stack, "search", '"unfinished', status=2)


def test_no_planted_personal_datum_is_in_the_index(stack, demo):
    """Looks for every NIK, KK, phone number and e-mail address that the scenario planted."""
    from sandbox.scenario import build_world
    from sandbox.scenario.truth import truth

    world = build_world(3, SCENARIO)
    planted = {
        datum["value"]
        for row in truth(world)["items"].values()
        for datum in row["labels"].get("pii", [])
        if datum["kind"] in ("nik", "kk", "phone", "email")
    }
    assert len(planted) > 10
    elasticsearch = open_client(Settings.from_environment(stack.environment()))
    from elasticsearch.helpers import scan

    texts = [
        f"{hit['_source'].get('title')} {hit['_source']['text']} {hit['_source']['text_normalised']}"
        for hit in scan(elasticsearch, query={"query": {"term": {"deleted": False}}}, index="mentions,messages")
    ]
    elasticsearch.close()
    assert len(texts) == demo["indexed"]
    assert [value for value in planted if any(value in text for text in texts)] == []


def test_replaying_everything_changes_nothing(stack, demo):
    settings = Settings.from_environment(stack.environment())
    log, elasticsearch = KafkaLog(settings), open_client(settings)
    before = live_documents(elasticsearch)
    topics = (*RAW_TOPICS, *ENRICHED_TOPICS)
    beginnings = log.beginnings(topics)
    offsets = [
        {"topic": topic, "partition": number, "start": beginnings[topic, number], "end": end}
        for (topic, number), end in log.ends(topics).items()
        if end > beginnings[topic, number]
    ]
    committed = log.committed(ENRICH_GROUP, RAW_TOPICS)
    assert "in=" in succeeded(settings, "replay_topic", {"offsets": offsets})
    drained(stack)
    elasticsearch.indices.refresh(index="mentions,messages")
    assert live_documents(elasticsearch) == before
    assert log.committed(ENRICH_GROUP, RAW_TOPICS) == committed
    log.close()
    elasticsearch.close()


def test_recorded_files_end_in_the_index_or_the_quarantine(stack, shared, demo):
    files = [
        str(path) for path in sorted((shared / "data" / "fixtures").rglob("*")) if path.suffix in (".json", ".xml")
    ]
    settings = Settings.from_environment(stack.environment())
    log = KafkaLog(settings)
    first = log.ends(RAW_TOPICS)
    published = json.loads(dengar(stack, "import", "--json", *files))
    drained(stack)
    last = log.ends(RAW_TOPICS)
    assert published["files"] == len(files)
    assert sum(last.values()) - sum(first.values()) == published["collected"]
    entries = [
        entry
        for entry in read_journal(UPath(settings.stage) / "journal")
        if first[entry.topic, entry.partition] <= entry.offset < last[entry.topic, entry.partition]
    ]
    assert len(entries) == published["collected"], "every item has exactly one outcome"
    quarantined = [entry for entry in entries if entry.outcome == "quarantined"]
    assert all(entry.reason for entry in quarantined)
    mentions = {entry.record_id for entry in entries if entry.outcome == "mention"}
    assert mentions
    elasticsearch = open_client(settings)
    answer = elasticsearch.search(
        index="mentions,messages", query={"ids": {"values": sorted(mentions)}}, size=10_000, source=False
    )
    assert {hit["_id"] for hit in answer["hits"]["hits"]} == mentions
    listed = dengar(stack, "quarantine", "list", "--json", "--limit", "10000")
    assert {f"{e.topic}/{e.partition}/{e.offset}" for e in quarantined} <= {row["id"] for row in json_lines(listed)}
    log.close()
    elasticsearch.close()
