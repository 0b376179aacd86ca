"""Labels on real servers: the event on both logs, the look-up index, the queue of mentions to label.

Every test uses ids of its own: the servers may be shared, and DAG apply_labels may be at work on them.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from dengar.index import refresh, write_records
from dengar.index.names import LABEL_INDEX
from dengar.labels import TOPIC, held
from dengar.labels.apply import apply_labels
from dengar.labels.decisions import merge
from dengar.labels.event import NotALabelError, append_label, read_label
from dengar.labels.held import every_label, indexed_labels, standing, write_labels
from dengar.labels.mentions import current, indexed_mentions, published
from dengar.labels.queue import sample, uncertain
from dengar.log import OffsetRange
from dengar.log.kafka import KafkaLog
from dengar.log.memory import MemoryLog
from dengar.records import deletion_version, timestamp
from dengar.settings import Settings
from dengar.stages.publish import append_record
from tests.unit.labels.samples import START, label, mention


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.stack)])
def log(request):
    if request.param == "memory":
        log: Any = MemoryLog()
    else:
        log = KafkaLog(Settings.from_environment(request.getfixturevalue("stack").environment()))
    yield log
    log.close()


def new_id() -> str:
    return f"yt:comment:{uuid.uuid4().hex}"


def appended(log, before):
    return [
        raw
        for partition, end in log.ends([TOPIC]).items()
        for raw in log.read(OffsetRange(*partition, before[partition], end))
    ]


def test_a_label_is_read_as_it_was_published(log):
    before = log.ends([TOPIC])
    one = label(about=mention(identity=new_id()), intent="question", language="jv")
    append_label(log, one)
    log.flush()
    (raw,) = [raw for raw in appended(log, before) if raw.key == one["id"].encode()]
    assert read_label(raw) == one


def test_what_is_no_label_says_why(log):
    before = log.ends([TOPIC])
    one = label(about=mention(identity=new_id()), intent="question")
    append_label(log, one | {"revision": 0})
    log.append(TOPIC, one["id"], None, [])
    log.flush()
    mine = [raw for raw in appended(log, before) if raw.key == one["id"].encode()]
    reasons = []
    for raw in mine:
        with pytest.raises(NotALabelError) as refused:
            read_label(raw)
        assert one["id"] not in str(refused.value)
        reasons.append(refused.value.reason)
    assert reasons == ["label.schema", "not_an_event"]


@pytest.mark.stack
def test_a_label_stands_from_the_moment_it_is_acknowledged(log, elasticsearch):
    """Also while DAG apply_labels takes it from the tail into the index."""
    identity = new_id()
    one = label(about=mention(identity=identity), by="sari", intent="question")
    other = label(about=mention(identity=identity), by="budi", sentiment="neutral")
    for each in (one, other):
        append_label(log, each)
    log.flush()
    for _ in range(20):
        now = standing(log, lambda ids: indexed_labels(elasticsearch, ids), [identity, new_id()])
        assert {key: value["labels"] for key, value in now.items()} == {identity: merge(one, other)["labels"]}


@pytest.mark.stack
def test_an_older_label_never_overwrites_a_newer_one(elasticsearch):
    first = label(about=mention(identity=new_id()), intent="question")
    second = label(first, about=mention(identity=first["id"]), intent="report")
    for order in ((first, second), (second, first), (second, second)):
        for each in order:
            write_labels(elasticsearch, [each])
        assert indexed_labels(elasticsearch, [first["id"], new_id()]) == {first["id"]: second}


@pytest.mark.stack
def test_labels_of_an_index_that_is_not_there_are_none(elasticsearch, monkeypatch):
    monkeypatch.setattr(held, "LABEL_INDEX", f"{LABEL_INDEX}-{uuid.uuid4().hex}")
    assert indexed_labels(elasticsearch, [new_id()]) == {}
    assert list(every_label(MemoryLog(), elasticsearch)) == []


@pytest.mark.stack
def test_every_label_is_told_once_over_pages_and_with_those_on_their_way(elasticsearch, monkeypatch):
    monkeypatch.setattr(held, "_BATCH", 2)
    log = MemoryLog()
    written = [label(about=mention(identity=new_id()), intent="question") for _ in range(5)]
    write_labels(elasticsearch, written)
    newer = label(written[2], about=mention(identity=written[2]["id"]), second=9, urgency="urgent")
    unseen = label(about=mention(identity=new_id()), intent="hoax")
    for each in (newer, unseen):
        append_label(log, each)
    log.flush()
    mine = {each["id"]: each for each in [*written, newer, unseen]}
    told = [each for each in every_label(log, elasticsearch) if each["id"] in mine]
    assert {each["id"]: each for each in told} == mine
    assert len(told) == 6


@pytest.mark.stack
def test_mentions_are_as_index_and_tail_have_them(log, elasticsearch):
    indexed, edited, gone, fresh = (new_id() for _ in range(4))
    write_records(elasticsearch, [("mention", mention(identity=each)) for each in (indexed, edited, gone)])
    refresh(elasticsearch)
    starts = log.ends(["mentions"])
    append_record(log, "mention", mention(9, identity=edited))
    append_record(log, "mention", mention(1, identity=edited))
    append_record(log, "mention", mention(identity=fresh))
    observed = timestamp(START)
    append_record(
        log,
        "deletion",
        {
            "id": gone, "platform": "youtube", "post_id": "yt:video:contoh", "conversation_id": None, "deleted": True,
            "reason": "not_found", "deleted_at": None, "observed_at": observed, "version": deletion_version(START),
            "provenance": {"raw": "raw.youtube/0/1", "formulas": {}},
        },
    )  # fmt: skip
    log.flush()
    ids = [indexed, edited, gone, fresh, new_id()]
    seen = current(log, lambda asked: indexed_mentions(elasticsearch, asked), ids)
    assert set(seen) == {indexed, edited, gone, fresh}
    assert seen[edited]["content_version"] == "content-9"
    assert seen[gone]["deleted"] is True
    assert seen[indexed] == mention(identity=indexed)
    tail = published(log, starts, ids)
    assert tail[edited].newest["version"] > tail[edited].last["version"]


@pytest.mark.stack
def test_the_queue_draws_what_is_unlabelled_least_certain_first_and_by_seed(elasticsearch):
    batch = uuid.uuid4().hex
    since = START.replace(year=2027)  # nothing else in the index is of that year

    def one(number: int, score: float, doubt: bool) -> dict[str, Any]:
        intent = {"label": "complaint", "score": score, "uncertain": doubt, "origin": "model"}
        published_at = timestamp(since.replace(minute=number))
        return mention(
            identity=f"yt:comment:{batch}-{number}",
            published_at=published_at,
            intent=intent,
        )

    mentions = [one(number, 0.3 + number / 100, number % 3 == 0) for number in range(30)]
    labelled = apply_labels(mentions[0], label(about=mentions[0], intent="praise"))
    assert write_records(elasticsearch, [("mention", each) for each in [*mentions, labelled]]).rejected == []
    refresh(elasticsearch)

    doubtful = [each["id"] for each in uncertain(elasticsearch, 100, since=since) if batch in each["id"]]
    assert doubtful == [f"yt:comment:{batch}-{number}" for number in range(3, 30, 3)]
    assert len(uncertain(elasticsearch, 2, since=since)) == 2

    drawn = [each["id"] for each in sample(elasticsearch, 10, since=since, seed=4)]
    assert len(set(drawn)) == 10
    assert drawn == [each["id"] for each in sample(elasticsearch, 10, since=since, seed=4)]
    assert drawn != [each["id"] for each in sample(elasticsearch, 10, since=since, seed=5)]
    everyone = {each["id"] for each in sample(elasticsearch, 1_000, since=since, seed=1)}
    assert labelled["id"] not in everyone
    assert {each["id"] for each in mentions[1:]} <= everyone
