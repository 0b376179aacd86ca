"""The breaker: which batches stop, at which stage, and that nothing is committed then."""

from __future__ import annotations

from collections import Counter

import orjson
import pytest

from dengar.index.report import Rejected, WriteReport
from dengar.log import OffsetRange, Record
from dengar.log.memory import MemoryLog
from dengar.mapping import times
from dengar.records import Outcome
from dengar.stages.breaker import LIMITS, BatchStoppedError, LimitError, override, stop, watch
from dengar.stages.index import index
from dengar.stages.publish import append_record
from dengar.stages.stagefile import Row
from tests.unit.quarantine.samples import Pipeline, item


def rows(good: int, bad: int) -> list[Row]:
    made = []
    for number in range(good + bad):
        row = Row(Record("raw.youtube", 0, number, 1_700_000_000_000, b"k", b"{}", ()))
        if number < bad:
            row.quarantine("map", "bad_time", "publishedAt is not a time dengar knows")
        else:
            row.outcome = Outcome.NOTICE
        made.append(row)
    return made


@pytest.mark.parametrize("stage", LIMITS)
def test_two_in_five_stop_and_one_in_five_do_not(stage):
    with pytest.raises(
        BatchStoppedError, match=r"80 of 200 records would be quarantined \(bad_time 80\).*limit of 25%"
    ):
        watch(stage, rows(120, 80))
    watch(stage, rows(160, 40))


def test_a_small_batch_is_never_stopped():
    watch("enrich", rows(0, 99))
    with pytest.raises(BatchStoppedError):
        watch("enrich", rows(0, 100))


def test_an_operator_sets_another_share():
    watch("enrich", rows(0, 200), share=1.0)
    with pytest.raises(BatchStoppedError, match="limit of 0%"):
        watch("enrich", rows(199, 1), share=0.0)
    assert override({}) is None
    assert override({"quarantine_limit": "0.4"}) == 0.4
    for wrong in ("all", 40, -1, [], {}):
        with pytest.raises(LimitError):
            override({"quarantine_limit": wrong})


def test_the_sentence_says_why_and_what_to_do_and_names_the_commonest_reasons():
    with pytest.raises(BatchStoppedError) as stopped:
        stop("index", Counter(a=1, b=2, c=3, d=4, e=5, f=100), 200)
    assert "f 100, e 5, d 4, c 3, b 2" in str(stopped.value)
    assert "a 1" not in str(stopped.value)
    assert '{"quarantine_limit": 1.0}' in str(stopped.value)


@pytest.mark.parametrize(("refused", "stops"), [(80, True), (20, False)])
def test_index_commits_and_quarantines_nothing_of_a_batch_that_the_index_refuses(refused, stops):
    log = MemoryLog()
    for number in range(200):
        append_record(log, "mention", {"id": f"yt:comment:{number}", "post_id": "yt:video:v", "version": 5 << 21})
    log.flush()
    span = next(OffsetRange(p.topic, p.number, 0, end) for p, end in log.ends(["mentions"]).items() if end)

    def write(items):
        every = [record["id"] for _, record in items]
        rejected = [Rejected(identity, "index.mapper_parsing_exception", "refused") for identity in every[:refused]]
        return WriteReport(indexed=len(every) - refused, rejected=rejected)

    def run(**options):
        return index(log, [span], write, lambda: None, group="g", **options)

    if stops:
        with pytest.raises(BatchStoppedError, match="80 of 200"):
            run()
        assert sum(log.ends(["quarantine"]).values()) == 0
        assert log.committed("g", ["mentions"]) == {}
    assert run(limit=1.0, run="r")["quarantined"] == refused
    assert sum(log.ends(["quarantine"]).values()) == refused
    assert log.committed("g", ["mentions"])
    held = [r for p, end in log.ends(["quarantine"]).items() for r in log.read(OffsetRange(p.topic, p.number, 0, end))]
    assert {orjson.loads(record.value)["run"] for record in held} == {"r"}


def test_a_batch_with_two_bad_in_five_drains_after_the_fix_and_every_document_is_there_once(tmp_path, monkeypatch):
    pipeline = Pipeline(tmp_path)
    written = ["2026-11-20T02:00:00+00:00" if number % 5 < 2 else "2026-11-20T02:00:00Z" for number in range(200)]
    pipeline.collect(*(item(number, time) for number, time in enumerate(written)))
    real = times._written

    def broken(value):
        if value.endswith("+00:00"):  # a deploy that forgot a form
            raise ValueError("defect")
        return real(value)

    monkeypatch.setattr(times, "_written", broken)
    with pytest.raises(BatchStoppedError, match=r"80 of 200 records would be quarantined \(bad_time 80\)"):
        pipeline.run("broken", breaker=True)
    assert pipeline.log.committed("g", ["raw.youtube"]) == {}
    assert [sum(pipeline.log.ends([topic]).values()) for topic in ("mentions", "quarantine")] == [0, 0]
    assert not pipeline.journal.exists()
    assert pipeline.index == {}

    monkeypatch.undo()
    assert pipeline.run("repaired", breaker=True)["outcomes"]["mention"] == 200
    assert pipeline.backlog() == []
    assert len(pipeline.index) == 200
    held = dict(pipeline.index)
    ends = pipeline.log.ends(["raw.youtube"]).items()
    pipeline.run("again", [OffsetRange(*p, 0, end) for p, end in ends if end], breaker=True)
    assert pipeline.index == held
    assert len({dict(record.headers)["ce_id"] for record in pipeline.records("mentions")}) == 200
