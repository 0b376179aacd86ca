"""A replay's plan, slices, pace and memory, on the log in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

from dengar.events import Event
from dengar.log import OffsetRange, Partition
from dengar.log.memory import MemoryLog
from dengar.replay import PlanError, ReplayError
from dengar.replay.dag import conf, figures
from dengar.replay.mute import mute
from dengar.replay.plan import next_slice, spans_between, spans_named, topics_of, without
from dengar.replay.run import Done, run
from dengar.replay.state import known, load, new, save

TOPIC = "raw.youtube"


def filled(count: int) -> MemoryLog:
    """raw.youtube with `count` records over its partitions."""
    log = MemoryLog()
    for number in range(count):
        log.append(TOPIC, f"post{number % 13}", b"{}", [])
    log.flush()
    return log


def whole(log: MemoryLog) -> list[OffsetRange]:
    return spans_between(log, [TOPIC], None, None)


def test_topics_come_by_name_and_by_platform():
    assert topics_of(["mentions"], ["instagram"]) == ["mentions", "raw.instagram", "raw.messages"]
    with pytest.raises(PlanError, match=r"raw\.youtube"):
        topics_of(["labels"], [])
    with pytest.raises(PlanError, match="youtube or instagram"):
        topics_of([], ["tiktok"])


def test_moments_become_offsets_and_what_is_gone_is_left_out():
    log = filled(40)
    everything = whole(log)
    assert sum(map(len, everything)) == 40
    now = datetime.now(UTC)
    assert spans_between(log, [TOPIC], now - timedelta(minutes=1), None) == everything
    assert spans_between(log, [TOPIC], now + timedelta(minutes=1), None) == []
    assert spans_between(log, [TOPIC], None, now - timedelta(minutes=1)) == []
    first = everything[0]
    log.expire(Partition(TOPIC, first.partition), 2)
    assert spans_between(log, [TOPIC], None, None)[0].start == 2
    with pytest.raises(PlanError, match="before"):
        spans_between(log, [TOPIC], now, now)


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        (["raw.youtube"], "write topic/partition:start-end"),
        (["raw.youtube/0:5-5"], "holds offsets"),
        (["raw.youtube/0:0-9999"], "holds offsets"),
        (["raw.youtube/9:0-1"], "has no partition 9"),
        (["labels/0:0-1"], "cannot be replayed"),
        (["raw.youtube/0:0-3", "raw.youtube/0:2-4"], "overlap"),
    ],
)
def test_offsets_that_are_not_there_are_told(named, sentence):
    with pytest.raises(PlanError, match=sentence):
        spans_named(filled(60), named)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(1, 30)), min_size=1, max_size=8),
    st.integers(1, 40),
    st.dictionaries(st.integers(0, 3), st.integers(0, 80), max_size=2),
)
def test_slices_cover_every_offset_once_and_in_order(drawn, size, gone):
    at, spans = dict.fromkeys(range(4), 0), []
    for partition, gap, length in drawn:
        start = at[partition] + gap
        spans.append(OffsetRange(TOPIC, partition, start, start + length))
        at[partition] = start + length
    spans.sort(key=lambda span: (span.partition, span.start))
    kept = {Partition(TOPIC, number): first for number, first in gone.items()}
    left, seen = spans, []
    while taken := list(next_slice(left, size, kept)):
        assert sum(map(len, taken)) <= max(size, len(taken))
        seen += [(span.partition, offset) for span in taken for offset in range(span.start, span.end)]
        left = without(left, taken, kept)
    wanted = [
        (span.partition, offset)
        for span in spans
        for offset in range(span.start, span.end)
        if offset >= gone.get(span.partition, 0)
    ]
    assert sorted(seen) == sorted(wanted)
    for partition in range(4):
        own = [offset for number, offset in seen if number == partition]
        assert own == sorted(own)


def test_a_replay_is_done_in_slices_and_remembered(tmp_path):
    log, worked = filled(100), []

    def work(replay, spans):
        worked.append(list(spans))
        return Done({"mention": sum(map(len, spans))}, f"run-{len(worked)}")

    told = []
    done = run(log, new("mine", whole(log)), UPath(tmp_path), work, rate=3.0, sleep=told.append, clock=lambda: 0.0)
    assert (done.done, done.waiting, done.counts) == (100, 0, {"mention": 100})
    assert len(worked) >= 4
    assert all(sum(map(len, spans)) <= 30 for spans in worked)
    assert sum(told) == pytest.approx((100 - sum(map(len, worked[-1]))) / 3.0), "the pace is kept between slices"
    assert load("mine", UPath(tmp_path)) == done
    assert [one.name for one in known(UPath(tmp_path))] == ["mine"]
    assert len(done.runs) <= 20


def test_an_interrupted_replay_goes_on_where_it_was(tmp_path):
    log, worked = filled(100), []

    def work(replay, spans):
        if len(worked) == 2:
            raise ReplayError("Airflow is away.")
        worked.append(list(spans))
        return Done({})

    with pytest.raises(ReplayError):
        run(log, new("mine", whole(log)), UPath(tmp_path), work, rate=3.0, sleep=lambda _: None)
    half = load("mine", UPath(tmp_path))
    assert half.done == sum(map(len, worked[0] + worked[1]))
    assert half.finished_at is None
    more = []
    done = run(log, half, UPath(tmp_path), lambda _, spans: more.append(list(spans)) or Done({}))
    assert done.finished_at is not None
    covered = [(s.partition, o) for spans in worked + more for s in spans for o in range(s.start, s.end)]
    assert sorted(covered) == sorted((s.partition, o) for s in whole(log) for o in range(s.start, s.end))


def test_what_retention_takes_meanwhile_is_counted(tmp_path):
    log = filled(100)
    span = whole(log)[0]

    def work(replay, spans):
        log.expire(Partition(TOPIC, span.partition), span.end)
        return Done({})

    done = run(log, new("mine", [span]), UPath(tmp_path), work, rate=0.1, sleep=lambda _: None)
    assert (done.gone, done.waiting) == (len(span) - 1, 0)


def test_names_are_checked(tmp_path):
    for name in ("Mine", "a/b", "-x", "x" * 64):
        with pytest.raises(PlanError, match="name"):
            new(name, [])
    with pytest.raises(PlanError, match="--list"):
        load("nobody", UPath(tmp_path))
    save(new(None, []), UPath(tmp_path))
    assert known(UPath(tmp_path))[0].name.startswith("replay-2")


def test_a_run_is_asked_for_what_the_replay_says():
    planned = new("mine", [], revision=7, quarantine_limit=1.0)
    asked = conf(planned, [OffsetRange(TOPIC, 0, 1, 2)])
    assert asked == {
        "offsets": [{"topic": TOPIC, "partition": 0, "start": 1, "end": 2}],
        "replay": "mine",
        "enrichment_revision": 7,
        "quarantine_limit": 1.0,
    }
    assert figures("in=3 mention=2 kept_last=1 in 4.2 s raw.youtube/0:0-3") == {"in": 3, "mention": 2, "kept_last": 1}


def test_alerts_are_mute_for_replays_and_for_history():
    def event(**extensions: str) -> Event:
        return Event("i", "s", "dengar.mention", datetime.now(UTC), b"{}", extensions=extensions)

    fresh = {"collected": {"backfill": False}}
    assert not mute(event(contentversion="a"), fresh)
    assert mute(event(replay="mine"), fresh)
    assert mute(event(), {"collected": {"backfill": True}})
    assert not mute(event(), {"id": "a deletion has no source"})
