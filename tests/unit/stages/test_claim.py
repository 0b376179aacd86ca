"""Claims: what a run takes, and how it is shared out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.log import OffsetRange, Partition
from dengar.log.memory import MemoryLog
from dengar.stages.claim import ClaimError, _balance, claim


def filled(counts: dict[int, int], topic: str = "t") -> MemoryLog:
    """A log whose partition `number` holds so many records."""
    log = MemoryLog({topic: max(counts) + 1})
    keys: dict[int, str] = {}
    from dengar.log.kafka import partition_number

    for candidate in range(1000):
        keys.setdefault(partition_number(str(candidate), max(counts) + 1), str(candidate))
    for number, count in counts.items():
        for _ in range(count):
            log.append(topic, keys[number], b"", [])
    log.flush()
    return log


def spans(claims):
    return sorted((span["partition"], span["start"], span["end"]) for chunk in claims for span in chunk)


def test_nothing_to_claim_is_no_claim():
    assert claim(filled({0: 0, 1: 0}), "g", ["t"]) == []


def test_takes_from_committed_to_end_and_at_most_the_limit():
    log = filled({0: 10, 1: 30})
    log.commit("g", {Partition("t", 0): 4})
    assert spans(claim(log, "g", ["t"], limit=20)) == [(0, 4, 10), (1, 0, 20)]


def test_starts_at_what_retention_left(caplog):
    log = filled({0: 10})
    log.commit("g", {Partition("t", 0): 2})
    log.expire(Partition("t", 0), 6)
    assert spans(claim(log, "g", ["t"])) == [(0, 6, 10)]
    assert "4 records were removed by retention" in caplog.text


def test_small_backlogs_stay_together_and_large_ones_are_split():
    assert len(claim(filled({0: 5, 1: 5, 2: 5}), "g", ["t"])) == 1
    assert len(claim(filled({0: 900, 1: 900, 2: 900}), "g", ["t"], chunks=3, chunk_records=500)) == 3


def test_explicit_offsets_are_taken_as_they_are():
    rows = [{"topic": "t", "partition": 0, "start": 2, "end": 5}]
    assert spans(claim(filled({0: 10}), "g", ["t"], offsets=rows)) == [(0, 2, 5)]


@pytest.mark.parametrize(
    "row",
    [
        {"topic": "t", "partition": 0, "start": 0},
        {"topic": "t", "partition": 0, "start": 5, "end": 5},
        {"topic": "t", "partition": 0, "start": 0, "end": 99},
        {"topic": "t", "partition": 9, "start": 0, "end": 1},
        {"topic": "other", "partition": 0, "start": 0, "end": 1},
        {"topic": "t", "partition": "zero", "start": 0, "end": 1},
    ],
)
def test_malformed_offsets_are_refused(row):
    with pytest.raises(ClaimError):
        claim(filled({0: 10}), "g", ["t"], offsets=[row])


@given(st.lists(st.integers(1, 5000), max_size=12), st.integers(1, 5), st.integers(1, 2000))
def test_every_range_is_in_exactly_one_claim(sizes, chunks, chunk_records):
    ranges = [OffsetRange("t", number, 0, size) for number, size in enumerate(sizes)]
    claims = _balance(ranges, chunks, chunk_records)
    assert sorted((s for c in claims for s in c), key=lambda s: s.partition) == ranges
    assert len(claims) <= chunks
    assert all(claims)
