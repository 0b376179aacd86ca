"""Snapshots and samples of topics: what a subscriber starts from."""

from __future__ import annotations

import json

import jsonschema_rs
import orjson
import pytest
from typer.testing import CliRunner

from dengar.cli import build
from dengar.log import Partition
from dengar.log.memory import MemoryLog
from dengar.schemas import load
from dengar.schemas.envelope import header_schema
from dengar.topics import TopicsError, topics
from dengar.topics_snapshot import snapshot, span_of


def taken(log, topic):
    head, *records, end = [orjson.loads(orjson.dumps(line)) for line in snapshot(log, span_of(log, topics()[topic]))]
    assert end["end"]["records"] == len(records)
    return head["snapshot"], records, end["end"]


def put(log, identity, version, *, post="p", topic="mentions", **more):
    body = {"id": identity, "version": version, "deleted": False, **more}
    log.append(topic, identity, orjson.dumps(body), [("ce_type", b"dengar.mention")], partition_by=post)
    log.flush()


def test_the_newest_version_of_each_id_with_the_offsets_to_go_on_from():
    log = MemoryLog()
    put(log, "a", 10, text="first")
    put(log, "b", 7, post="q")
    put(log, "a", 30, text="corrected")
    put(log, "a", 20, text="late")
    put(log, "c", 5)
    put(log, "c", 9, deleted=True)
    head, records, end = taken(log, "mentions")
    assert {line["key"]: line["value"]["version"] for line in records} == {"a": 30, "b": 7, "c": 9}
    assert [line["value"]["text"] for line in records if line["key"] == "a"] == ["corrected"]
    assert [line["value"]["deleted"] for line in records if line["key"] == "c"] == [True]
    assert records[0]["headers"] == {"ce_type": "dengar.mention"}
    assert head["topic"] == "mentions"
    assert head["continue_from"] == {str(number): end for (_, number), end in log.ends(["mentions"]).items()}
    assert end == {"records": 3, "unreadable": 0}


def test_of_equal_versions_the_last_and_a_hard_tombstone_removes():
    log = MemoryLog()
    put(log, "a", 10, text="once")
    put(log, "a", 10, text="again")
    put(log, "b", 10)
    log.append("mentions", "b", None, [], partition_by="p")
    log.append("mentions", "x", b"{broken", [], partition_by="p")
    log.flush()
    _, records, end = taken(log, "mentions")
    assert [(line["key"], line["value"]["text"]) for line in records] == [("a", "again")]
    assert end == {"records": 1, "unreadable": 1}


def test_every_observation_of_metrics_stays_and_records_without_a_version_are_the_last_of_their_id():
    log = MemoryLog()
    for moment in (1, 2):
        body = {"id": f"v@{moment}", "version": moment, "object_id": "v"}
        log.append("metrics", "v", orjson.dumps(body), [])
    for revision in (1, 2):
        log.append("labels", "m", orjson.dumps({"id": "m", "revision": revision}), [])
    log.flush()
    assert [line["value"]["id"] for line in taken(log, "metrics")[1]] == ["v@1", "v@2"]
    assert [line["value"]["revision"] for line in taken(log, "labels")[1]] == [2]


def test_what_expired_is_not_read_and_an_empty_topic_is_a_whole_snapshot():
    log = MemoryLog()
    put(log, "a", 10)
    (partition,) = [one for one, end in log.ends(["mentions"]).items() if end]
    log.expire(Partition("mentions", partition.number), 1)
    assert taken(log, "mentions")[1] == []
    assert taken(MemoryLog(), "accounts")[2] == {"records": 0, "unreadable": 0}


@pytest.mark.parametrize("topic", ["raw.youtube", "raw.messages", "quarantine", "listener-state"])
def test_raw_class_topics_are_refused(topic):
    with pytest.raises(TopicsError, match="not for subscribers"):
        span_of(MemoryLog(), topics()[topic])


@pytest.mark.parametrize(
    "topic", [name for name, topic in topics().items() if topic.subject and topic.subject != ("raw",)]
)
def test_samples_keep_the_schemas_of_value_and_headers(topic):
    done = CliRunner().invoke(build(), ["topics", "sample", topic, "--json"])
    assert done.exit_code == 0
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    subjects = {row["headers"]["ce_type"].removeprefix("dengar.") for row in rows}
    assert subjects == set(topics()[topic].subject)
    for row in rows:
        subject = row["headers"]["ce_type"].removeprefix("dengar.")
        jsonschema_rs.validator_for(load(subject), validate_formats=True).validate(row["value"])
        jsonschema_rs.validator_for(header_schema(subject), validate_formats=True).validate(row["headers"])
        assert row["key"] == row["value"][topics()[topic].key]


@pytest.mark.parametrize(
    ("topic", "sentence"),
    [("no-such", "`dengar topics list` names them all"), ("raw.youtube", "verbatim")],
)
def test_what_cannot_be_sampled_is_told(topic, sentence):
    failed = CliRunner().invoke(build(), ["topics", "sample", topic])
    assert failed.exit_code == 1
    assert sentence in str(failed.exception)
