"""Stage files, journal, publishing and the quarantine limit, on the log in memory."""

import base64

import orjson
import pytest
from upath import UPath

from dengar.log import LogError, OffsetRange, Partition, Record
from dengar.log.memory import MemoryLog
from dengar.records import Outcome
from dengar.stages.journal import read_journal
from dengar.stages.publish import append_record, publish
from dengar.stages.stagefile import Row, read_stage, write_stage
from dengar.topics import MENTION_TOPICS


def raw(offset: int, partition: int = 0) -> Record:
    return Record("raw.youtube", partition, offset, 1_700_000_000_000, b"k", b"\xff\x00{}", (("ce_id", b"1"),))


def mention(number: int) -> dict:
    return {"id": f"yt:comment:{number}", "post_id": "yt:video:v", "version": (1_700_000_000_000 + number) << 21}


def rows() -> list[Row]:
    good = Row(raw(0), "yt:comment:0", Outcome.MENTION, record_type="mention", record=mention(0))
    good.fan_out = [("metrics", {"id": "m@1", "object_id": "yt:video:v", "version": 5 << 21})]
    bad = Row(raw(1), "yt:comment:1")
    bad.quarantine("map", "no_post", "the item names no post")
    return [good, bad, Row(raw(2), "yt:comment:2", Outcome.NOTICE)]


def test_stage_file_returns_what_was_written(tmp_path):
    path = UPath(tmp_path) / "a" / "b.parquet"
    write_stage(rows(), path)
    assert read_stage(path) == rows()
    write_stage(rows()[:1], path)
    assert len(read_stage(path)) == 1
    assert [p.name for p in path.parent.iterdir()] == ["b.parquet"]


def publish_rows(log, tmp_path, **options):
    span = OffsetRange("raw.youtube", 0, 0, 3)
    return publish(log, rows(), [span], group="g", journal=UPath(tmp_path) / "journal", run="run:1", **options)


@pytest.mark.parametrize("kind", ["mention", "deletion"])
def test_a_direct_message_has_a_topic_of_its_own(kind):
    log = MemoryLog()
    body = mention(0) | {"id": "ig:message:m0", "post_id": "ig:thread:a~b", "trace_id": None}
    append_record(log, kind, body)
    log.flush()
    assert {topic: sum(log.ends([topic]).values()) for topic in MENTION_TOPICS} == {"mentions": 0, "messages": 1}


def test_publish_sends_outputs_quarantine_and_commits(tmp_path):
    log = MemoryLog()
    summary = publish_rows(log, tmp_path)
    assert summary["in"] == 3
    assert summary["outcomes"] == {
        "mention": 1, "metrics": 0, "account": 0, "deletion": 0, "notice": 1, "duplicate": 0, "quarantined": 1,
    }  # fmt: skip
    assert log.committed("g", ["raw.youtube"]) == {Partition("raw.youtube", 0): 3}
    assert sum(log.ends(["mentions"]).values()) == 1
    assert sum(log.ends(["metrics"]).values()) == 1
    held = [r for n in range(2) for r in log.read(OffsetRange("quarantine", n, 0, 1))]
    body = orjson.loads(held[0].value)
    assert (body["reason"], body["stage"], body["id"]) == ("no_post", "map", "raw.youtube/0/1")
    assert base64.b64decode(body["value"]) == b"\xff\x00{}"


def test_a_replay_commits_nothing_and_the_first_outcome_stands(tmp_path):
    log = MemoryLog()
    publish_rows(log, tmp_path)
    log.commit("g", {Partition("raw.youtube", 0): 3})
    publish(
        log,
        [Row(raw(0), "yt:comment:0", Outcome.DUPLICATE)],
        [OffsetRange("raw.youtube", 0, 0, 1)],
        group="g",
        journal=UPath(tmp_path) / "journal",
        run="run:2",
        commit=False,
    )
    entries = list(read_journal(UPath(tmp_path) / "journal"))
    assert [(e.offset, e.outcome) for e in entries] == [
        (0, Outcome.MENTION), (1, Outcome.QUARANTINED), (2, Outcome.NOTICE),
    ]  # fmt: skip


def test_nothing_is_committed_when_the_broker_does_not_acknowledge(tmp_path):
    class Broken(MemoryLog):
        def flush(self):
            raise LogError("away")

    log = Broken()
    with pytest.raises(LogError):
        publish_rows(log, tmp_path)
    assert log.committed("g", ["raw.youtube"]) == {}
    assert list(read_journal(UPath(tmp_path) / "journal")) == []


def test_enriched_records_carry_a_cloud_event_id_that_tells_repeats_from_changes(tmp_path):
    log = MemoryLog()
    publish_rows(log, tmp_path)
    held = [r for n in range(4) for r in log.read(OffsetRange("mentions", n, 0, 1))]
    headers = dict(held[0].headers)
    assert headers["ce_id"].decode() == f"yt:comment:0@{mention(0)['version']}"
    assert headers["ce_type"] == b"dengar.mention"
    assert held[0].key == b"yt:comment:0"
