"""Trace contexts: taken over where valid, begun anew where not, carried through listeners and stages."""

from __future__ import annotations

import base64

import orjson
import pytest
from upath import UPath

from dengar.enrich import Context
from dengar.events import Event, read_event
from dengar.log import OffsetRange, Record
from dengar.log.memory import MemoryLog
from dengar.records import moment
from dengar.registers import Registers
from dengar.schemas import validator
from dengar.stages.enrich import enrich
from dengar.stages.publish import append_record, publish
from dengar.stages.stagefile import Row, read_stage, write_stage
from dengar.trace import Trace, accept, read, resume, start
from listeners.item import RawItem
from listeners.publish import Publisher
from listeners.receiver.notices import notice_of

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ID = "0af7651916cd43dd8448eb211c80319c"


def test_a_valid_context_is_taken_over_unchanged():
    assert accept([PARENT], ["a=1", "b=2"]) == Trace(PARENT, "a=1,b=2")
    assert accept([PARENT]).id == ID
    assert accept([f"  {PARENT} "]).parent == PARENT
    # A later version is read as far as it is known.
    assert accept([f"01-{PARENT[3:]}-more"]).id == ID


@pytest.mark.parametrize(
    "parents",
    [
        [],
        [""],
        [PARENT, PARENT],
        [PARENT.upper()],
        [PARENT[:-1]],
        [f"{PARENT}-more"],
        ["ff" + PARENT[2:]],
        [f"00-{'0' * 32}-b7ad6b7169203331-01"],
        [f"00-{ID}-{'0' * 16}-01"],
        ["x" * 100_000],
        ["00-\u0660\u0661-é"],
    ],
)
def test_anything_else_begins_a_trace(parents):
    first, second = accept(parents), accept(parents)
    assert ID not in (first.id, second.id)
    assert first.id != second.id
    assert read(first.attributes()) == first


def test_an_endless_state_is_no_reason_to_read_it():
    assert accept([PARENT], ["a=" + "x" * 600]).state is None


def test_a_repeat_resumes_under_the_same_span():
    assert resume(ID, "yt:comment:c@1") == resume(ID, "yt:comment:c@1") != resume(ID, "yt:comment:c@2")
    resumed = resume(ID, "yt:comment:c@1")
    assert resumed is not None
    assert read(resumed.attributes()) == resumed
    assert resume(None, "e") is None


def item(number: int, **more: object) -> RawItem:
    payload = {
        "kind": "youtube#comment",
        "id": f"c{number}",
        "snippet": {
            "textOriginal": f"bansos belum cair {number}",
            "publishedAt": "2026-11-20T02:00:00Z",
            "updatedAt": "2026-11-20T02:00:00Z",
        },
    }
    return RawItem(
        "youtube", "comment", f"yt:comment:c{number}", payload, "youtube/comments.list", "youtube.comments",
        post_id="yt:video:v", **more,
    )  # fmt: skip


def records(log: MemoryLog, topic: str) -> list[Record]:
    return [record for p, end in log.ends([topic]).items() for record in log.read(OffsetRange(topic, p.number, 0, end))]


def traces(log: MemoryLog, topic: str) -> list[str]:
    found = []
    for record in records(log, topic):
        trace = read(read_event(record.headers, record.value).extensions)
        found.append(trace.id if trace else "none")
    return found


def test_a_page_begins_one_trace_and_a_request_hands_its_own_on():
    log = MemoryLog()
    Publisher(log).publish([item(1), item(2)])
    assert len(set(traces(log, "raw.youtube"))) == 1
    assert "none" not in traces(log, "raw.youtube")
    Publisher(log).publish([item(3)])
    assert len(set(traces(log, "raw.youtube"))) == 2
    Publisher(log).publish([item(4)], Trace(PARENT))
    assert ID in traces(log, "raw.youtube")


def test_a_notice_that_is_found_again_keeps_its_trace():
    log = MemoryLog()
    payload = {"field": "comments", "value": {"id": "17", "media": {"id": "18"}}}
    notice = RawItem("instagram", "webhook_change", "ig:comment:17", payload, "instagram/webhook", "instagram.webhook")
    Publisher(log).publish([notice], Trace(PARENT, "a=1"))
    (record,) = records(log, "raw.instagram")
    found = notice_of(record)
    assert found is not None
    assert found.trace == Trace(PARENT, "a=1")


def test_stages_carry_it_into_records_headers_stage_file_journal_and_quarantine(tmp_path):
    log = MemoryLog()
    bad = item(2, trace=None)
    bad.payload["snippet"]["publishedAt"] = "kapan-kapan"
    Publisher(log).publish([item(1), bad], Trace(PARENT, "a=1"))
    spans = [OffsetRange(p.topic, p.number, 0, end) for p, end in log.ends(["raw.youtube"]).items() if end]
    context = Context(Registers(), b"a key of at least sixteen bytes", "sandbox")
    rows = enrich(log, spans, context, lambda ids: {}, index_group="i")
    path = UPath(tmp_path) / "stage.parquet"
    write_stage(rows, path)
    rows = read_stage(path)
    publish(log, rows, spans, group="g", journal=UPath(tmp_path) / "journal", run="run:1")

    (mention,) = records(log, "mentions")
    record = orjson.loads(mention.value)
    assert record["trace_id"] == ID
    assert validator("mention").is_valid(record), [str(error) for error in validator("mention").iter_errors(record)]
    assert read(read_event(mention.headers, mention.value).extensions) == Trace(PARENT, "a=1")

    (quarantined,) = records(log, "quarantine")
    body = orjson.loads(quarantined.value)
    assert (body["trace_id"], body["subject"], body["run"]) == (ID, "yt:comment:c2", "run:1")
    assert validator("quarantine").is_valid(body)
    assert base64.b64decode(body["value"])

    import pyarrow.parquet as pq

    journal = [
        row for file in (UPath(tmp_path) / "journal").glob("*/*/*.parquet") for row in pq.read_table(file).to_pylist()
    ]
    assert {row["trace_id"] for row in journal} == {ID}


def test_a_record_that_is_published_again_without_its_raw_record_keeps_the_trace():
    log = MemoryLog()
    record = {"id": "yt:comment:c", "post_id": "yt:video:v", "version": 5 << 21, "trace_id": ID}
    append_record(log, "mention", record)
    append_record(log, "mention", {**record, "trace_id": None})
    log.flush()
    assert traces(log, "mentions") == [ID, "none"]


def test_a_record_without_a_trace_is_worked_on_all_the_same():
    log = MemoryLog()
    event = item(1).event(moment(1_796_000_000_000))
    assert "traceparent" not in event.extensions
    log.append("raw.youtube", "k", event.data, event.headers())
    extensions = dict(event.extensions) | {"traceparent": "\u2028"}
    other = orjson.dumps(item(2).payload)
    hostile = Event("e", "s", event.type, event.time, other, "yt:comment:c2", extensions=extensions)
    log.append("raw.youtube", "k", hostile.data, hostile.headers())
    log.flush()
    spans = [OffsetRange(p.topic, p.number, 0, end) for p, end in log.ends(["raw.youtube"]).items() if end]
    rows: list[Row] = enrich(
        log, spans, Context(Registers(), b"a key of at least sixteen bytes", "sandbox"), lambda ids: {}, index_group="i"
    )
    assert [(row.outcome.value, row.trace_id) for row in rows] == [("mention", None), ("mention", None)]
    assert start().id != start().id
