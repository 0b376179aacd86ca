"""The weekly report on the real server: its figures are those of the same documents in memory, and the verb freezes and revises them.

The documents lie in a week of 2017, which no other test writes to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from upath import UPath

from dengar.index import apply_templates, client, write_records
from dengar.policy import load_policy
from dengar.records import deletion_version, timestamp
from dengar.registers import load_registers
from dengar.report.indexed import IndexSource
from dengar.report.make import settled
from dengar.report.scope import Scope
from dengar.report.sections import all_figures
from dengar.report.shelf import Shelf
from dengar.report.targets import read
from dengar.report.week import Week
from dengar.settings import Settings
from tests.command_line import dengar, environment_of
from tests.unit.report.corpus import MemorySource, corpus

pytestmark = pytest.mark.stack
WEEK = Week.parse("2017-W20")
ROWS = corpus(weeks=3, per_day=2, week=WEEK)
NOW = WEEK.until + timedelta(days=2)
OF_THE_WHOLE_INDEX = {"silent_source"}


@pytest.fixture(scope="module")
def elasticsearch(request: pytest.FixtureRequest) -> Iterator[Elasticsearch]:
    stack = request.getfixturevalue("stack")
    connected = client(Settings(elasticsearch_url=stack.environment()["DENGAR_ELASTICSEARCH_URL"]))
    apply_templates(connected)
    report = write_records(connected, (("mention", row) for row in ROWS))
    assert not report.rejected, report.rejected[:3]
    connected.indices.refresh(index="mentions")
    yield connected
    for month in ("2017.04", "2017.05"):
        for platform in ("youtube", "instagram"):
            connected.indices.delete(index=f"mentions-v1-{platform}-{month}", ignore_unavailable=True)
    connected.close()


def scope(source: Any) -> Scope:
    return Scope(WEEK, load_policy("sandbox"), load_registers(), source, read(), NOW)


def told(source: Any) -> dict[Any, Any]:
    rows = {row.name: row.as_dict() for row in all_figures(scope(source)) if row.id not in OF_THE_WHOLE_INDEX}
    return json.loads(json.dumps({"/".join(str(part) for part in name): row for name, row in rows.items()}))


def test_the_server_counts_what_memory_counts(elasticsearch):
    memory, server = told(MemorySource(ROWS)), told(IndexSource(elasticsearch))
    assert server.keys() == memory.keys()
    assert [name for name in memory if server[name] != memory[name]] == []


def test_each_counter_is_the_newest_that_was_told(elasticsearch):
    post, common = (
        ROWS[0]["id"],
        {"platform": "instagram", "object_type": "post", "period": "lifetime", "end_time": None, "unavailable": {}},
    )
    snapshots = [(0, {"likes": 5, "comments": 2}), (1, {"views": 900}), (2, {"likes": 7, "comments": None})]
    rows = [
        {
            "id": f"{post}@{at}", "object_id": post, "post_id": post, "observed_at": timestamp(WEEK.since + timedelta(hours=at)),
            "expires_at": timestamp(NOW), "values": values, "version": at + 1, **common,
        }
        for at, values in snapshots
    ]  # fmt: skip
    write_records(elasticsearch, [("metrics", row) for row in rows])
    elasticsearch.indices.refresh(index="metrics")
    assert IndexSource(elasticsearch).counters([post]) == {post: {"likes": 7, "comments": None, "views": 900}}
    elasticsearch.indices.delete(index="metrics-v1-2017.05", ignore_unavailable=True)


def test_a_deletion_on_the_server_becomes_a_revision(elasticsearch, tmp_path):
    source, shelf = IndexSource(elasticsearch), Shelf(UPath(tmp_path))
    first = settled(scope(source), shelf)
    examples = [identity for row in first.figures.all("grievance") for identity in row.detail["samples"]]
    assert set(source.texts(examples)) == set(examples)
    gone = {
        "id": examples[0], "platform": "youtube" if examples[0].startswith("yt:") else "instagram", "post_id": "yt:post:1",
        "conversation_id": None, "deleted": True, "reason": "not_found", "deleted_at": None,
        "observed_at": timestamp(NOW + timedelta(hours=1)),
        "version": deletion_version(NOW + timedelta(hours=1)), "provenance": {"raw": "raw.youtube/0/2", "formulas": {}},
    }  # fmt: skip
    write_records(elasticsearch, [("deletion", gone)])
    elasticsearch.indices.refresh(index="mentions,tombstones")
    second = settled(scope(source), shelf)
    assert (first.version, second.version) == (1, 2)
    assert second.figures.value("mentions") == first.figures.value("mentions") - 1
    assert examples[0] not in source.texts(examples)


def test_the_verb_writes_the_file(elasticsearch, stack, tmp_path):
    # Of a week that lasts nothing is frozen: the stack's own stage stays as it is.
    path, week = tmp_path / "laporan.pdf", Week.of(datetime.now(UTC)).name
    asked = ("report", "weekly", "--week", week, "--format", "pdf", "--output", str(path))
    told = dengar(environment_of(stack), *asked)
    assert path.read_bytes().startswith(b"%PDF")
    assert "provisional" in told
