"""The desk: one entry a record, states from journal, index and decisions, replays that neither loop nor double."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from dengar.log import Partition
from dengar.mapping import times
from dengar.quarantine.desk import Desk
from dengar.quarantine.entry import State
from dengar.quarantine.replay import plan, ranges, replay
from dengar.quarantine.selection import Selection
from dengar.schemas import validator
from dengar.stages.publish import append_record, quarantine
from tests.unit.quarantine.samples import Pipeline, item

BAD = "20 November 2026"


@pytest.fixture
def pipeline(tmp_path):
    made = Pipeline(tmp_path)
    made.collect(item(1), item(2, BAD), item(3), item(4, BAD), item(5, BAD))
    made.run("first")
    return made


@pytest.fixture
def repaired(monkeypatch):
    """The fix: dengar learns the form."""
    real = times._written

    def written(value):
        if value == BAD:
            return datetime(2026, 11, 20, tzinfo=UTC)
        return real(value)

    def repair():
        monkeypatch.setattr(times, "_written", written)

    return repair


def desk(pipeline: Pipeline, indexed=None) -> Desk:
    return Desk(pipeline.log, pipeline.journal, indexed)


def states(pipeline: Pipeline) -> dict[str, str]:
    return {entry.subject: entry.state.value for entry in desk(pipeline).entries()}


def work(pipeline: Pipeline, name: str):
    return lambda spans: pipeline.run(name, spans)


def test_each_record_is_one_entry_with_its_reason_and_place(pipeline):
    entries = Selection().of(desk(pipeline).entries())
    assert [entry.subject for entry in entries] == ["yt:comment:c2", "yt:comment:c4", "yt:comment:c5"]
    (first, *_) = entries
    assert (first.stage, first.reason, first.attempts, first.state) == ("map", "bad_time", 1, State.OPEN)
    assert (first.source, first.kind) == ("youtube.comments", "dengar.raw.youtube.comment")
    held = desk(pipeline).held(first)
    assert orjson.loads(held.value)["id"] == "c2"
    assert held.key == b"yt:video:v"
    assert dict(held.headers)["ce_via"] == b"youtube.comments"


def test_what_fails_again_keeps_one_entry_and_counts_its_attempts(pipeline):
    entries = desk(pipeline).entries()
    before = len(pipeline.records("quarantine"))
    assert list(replay(entries, work(pipeline, "again"))) == [3]
    assert len(pipeline.records("quarantine")) == before + 3, "one more each, not one more round"
    after = desk(pipeline).entries()
    assert {entry.id for entry in after} == {entry.id for entry in entries}
    assert [(entry.attempts, entry.state) for entry in after] == [(2, State.OPEN)] * 3
    # A task that was tried twice in the same run is one attempt.
    pipeline.run("again", ranges(entries))
    assert {entry.attempts for entry in desk(pipeline).entries()} == {2}


def test_after_the_fix_a_replay_gets_them_through_exactly_once(pipeline, repaired):
    assert sorted(pipeline.index) == ["yt:comment:c1", "yt:comment:c3"]
    repaired()
    entries = desk(pipeline).entries()
    list(replay(entries, work(pipeline, "after")))
    assert sorted(pipeline.index) == [f"yt:comment:c{number}" for number in range(1, 6)]
    assert states(pipeline) == dict.fromkeys(("yt:comment:c2", "yt:comment:c4", "yt:comment:c5"), "replayed")
    assert {entry.outcome for entry in desk(pipeline).entries()} == {"mention"}
    held, committed = dict(pipeline.index), pipeline.log.committed("g", ["raw.youtube"])
    list(replay(entries, work(pipeline, "once more")))
    assert pipeline.index == held
    assert pipeline.log.committed("g", ["raw.youtube"]) == committed
    # Equal ids and versions: a subscriber drops the repeats.
    ids = [dict(record.headers)["ce_id"] for record in pipeline.records("mentions")]
    assert len(set(ids)) == 5


def test_what_passed_and_fails_again_later_is_open_again(pipeline, repaired, monkeypatch):
    repaired()
    entries = desk(pipeline).entries()
    list(replay(entries, work(pipeline, "after")))
    monkeypatch.undo()
    list(replay(entries, work(pipeline, "worse")))
    assert set(states(pipeline).values()) == {"open"}


def test_a_decision_is_an_event_that_stands_until_it_is_taken_back(pipeline):
    (first, *others) = Selection().of(desk(pipeline).entries())
    desk(pipeline).decide([first], "discarded", "uji coba", "operator-1")
    assert states(pipeline)[first.subject] == "discarded"
    assert [entry.id for entry in Selection().of(desk(pipeline).entries())] == [entry.id for entry in others]
    (found,) = Selection(state=State.DISCARDED).of(desk(pipeline).entries())
    assert found.decision == {"action": "discarded", "because": "uji coba", "by": "operator-1"}
    assert orjson.loads(desk(pipeline).held(found).value)["id"] == "c2", "its bytes are still there"
    record = pipeline.records("quarantine")[-1]
    written = [r for r in pipeline.records("quarantine") if orjson.loads(r.value).get("decision")]
    assert [validator("quarantine").is_valid(orjson.loads(r.value)) for r in written] == [True]
    assert record is not None
    list(replay([first], work(pipeline, "again")))
    assert states(pipeline)[first.subject] == "discarded", "a failure more does not undo a decision"
    desk(pipeline).decide([found], "reopened", "salah", "operator-1")
    assert states(pipeline)[first.subject] == "open"


def test_filters_narrow_by_all_that_is_given(pipeline):
    now = datetime.now(UTC)
    entries = desk(pipeline).entries()
    assert len(Selection(reason="bad_*", stage="map", topic="raw.*", source="youtube.comments").of(entries)) == 3
    assert Selection(reason="no_post").of(entries) == []
    assert Selection(stage="parse").of(entries) == []
    assert Selection(source="instagram.*").of(entries) == []
    assert Selection(topic="raw.instagram").of(entries) == []
    assert len(Selection(since=now - timedelta(hours=1), until=now + timedelta(hours=1)).of(entries)) == 3
    assert Selection(until=now - timedelta(hours=1)).of(entries) == []
    assert Selection(since=now + timedelta(hours=1)).of(entries) == []
    assert not Selection().narrows
    assert Selection(ids=(entries[0].id,)).of(entries) == [entries[0]]


def test_neighbours_are_worked_on_together_and_what_retention_took_is_told(pipeline):
    entries = Selection().of(desk(pipeline).entries())
    spans = ranges(entries)
    assert [(span.start, span.end) for span in spans] == [(1, 2), (3, 5)]
    pipeline.log.expire(Partition("raw.youtube", spans[0].partition), 2)
    todo = plan(pipeline.log, entries)
    assert [entry.subject for entry in todo.gone] == ["yt:comment:c2"]
    assert len(todo.entries) == 2
    assert todo.elsewhere == []


def test_what_the_index_refused_has_passed_once_it_holds_that_version(tmp_path):
    pipeline = Pipeline(tmp_path)
    append_record(pipeline.log, "mention", {"id": "yt:comment:c", "post_id": "yt:video:v", "version": 9})
    pipeline.log.flush()
    (record,) = pipeline.records("mentions")
    quarantine(pipeline.log, record, "index", "index.mapper_parsing_exception", "refused", run="r")
    pipeline.log.flush()

    def state(held):
        (entry,) = desk(pipeline, lambda ids: held).entries()
        return entry.state.value, entry.outcome

    assert state({}) == ("open", None)
    assert state({"yt:comment:c": 8}) == ("open", None)
    assert state({"yt:comment:c": 9}) == ("replayed", "indexed")
    assert plan(pipeline.log, desk(pipeline).entries()).entries, "an enriched range is indexed again"


def test_records_of_before_runs_were_named_and_records_that_are_none(pipeline):
    body = {
        "id": "raw.youtube/9/9", "stage": "map", "reason": "no_post", "detail": "d", "topic": "raw.youtube", "partition": 9,
        "offset": 9, "key": None, "headers": [["ce_subject", base64.b64encode(b"yt:comment:old").decode()]], "value": None,
        "quarantined_at": "2026-11-20T00:00:00.000Z", "expires_at": "2026-12-20T00:00:00.000Z",
    }  # fmt: skip
    for value in (orjson.dumps(body), orjson.dumps(body), b"{", b"[]", None):
        pipeline.log.append("quarantine", body["id"], value, [])
    pipeline.log.flush()
    (old,) = [entry for entry in desk(pipeline).entries() if entry.id == body["id"]]
    assert (old.attempts, old.subject, old.row()["runs"]) == (2, "yt:comment:old", [])
    assert old.state is State.OPEN
