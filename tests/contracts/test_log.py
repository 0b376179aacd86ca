"""One suite for both logs: in memory, and Kafka on the embedded stack."""

from __future__ import annotations

import sys
import threading
import time
import uuid

import pytest

from dengar.log import LogError, OffsetRange, Partition
from dengar.log.kafka import KafkaLog, partition_number
from dengar.log.memory import MemoryLog
from dengar.settings import Settings


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.stack)])
def log(request):
    """A log with topic `mentions` (4 partitions) and others of topics.yaml."""
    if request.param == "memory":
        log = MemoryLog()
    else:
        stack = request.getfixturevalue("stack")
        log = KafkaLog(Settings.from_environment(stack.environment()))
    yield log
    log.close()


def new_key() -> str:
    return f"key-{uuid.uuid4()}"


def read_all(log, before, after):
    return [
        record
        for partition, end in after.items()
        for record in log.read(OffsetRange(partition.topic, partition.number, before[partition], end))
    ]


def test_what_is_appended_is_read_once_in_order(log):
    before = log.ends(["raw.youtube"])
    post = new_key()
    for number in range(50):
        log.append("raw.youtube", f"{post}-{number}", b"%d" % number, [("ce_id", b"x")], partition_by=post)
    log.flush()
    records = read_all(log, before, log.ends(["raw.youtube"]))
    mine = [record for record in records if record.key.startswith(post.encode())]
    assert [record.value for record in mine] == [b"%d" % number for number in range(50)]
    assert len({record.partition for record in mine}) == 1
    assert mine[0].headers == (("ce_id", b"x"),)
    assert mine[0].timestamp > 1_700_000_000_000


def test_threads_that_share_the_memory_log_lose_nothing():
    """As the receiver does: one thread keeps what is pushed, another what it looked up. Kafka's producer is made for it."""
    log = MemoryLog()
    before, name, often = log.ends(["raw.youtube"]), new_key(), sys.getswitchinterval()

    def write(worker: int) -> None:
        for number in range(200):
            log.append("raw.youtube", f"{name}-{worker}-{number}", b"x", [])
            log.flush()

    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(often)
    records = read_all(log, before, log.ends(["raw.youtube"]))
    mine = [record for record in records if record.key.startswith(name.encode())]
    assert len({record.key for record in mine}) == len({record.position for record in mine}) == len(mine) == 800


def test_range_stops_at_its_end(log):
    before = log.ends(["metrics"])
    key = new_key()
    for number in range(10):
        log.append("metrics", key, b"%d" % number, [])
    log.flush()
    partition = Partition("metrics", partition_number(key, 2))
    span = OffsetRange("metrics", partition.number, before[partition] + 2, before[partition] + 5)
    assert [record.value for record in log.read(span)][-3:] == [b"2", b"3", b"4"]
    assert len(list(log.read(span))) == 3
    assert list(log.read(OffsetRange("metrics", 0, 5, 5))) == []


def test_commit_moves_forward_only(log):
    group, partition = f"group-{uuid.uuid4()}", Partition("mentions", 1)
    assert log.committed(group, ["mentions"]) == {}
    log.commit(group, {partition: 5})
    log.commit(group, {partition: 3})
    assert log.committed(group, ["mentions"]) == {partition: 5}
    log.commit(group, {partition: 8, Partition("mentions", 0): 1})
    assert log.committed(group, ["mentions"]) == {partition: 8, Partition("mentions", 0): 1}


def test_tombstone_has_no_value(log):
    before = log.ends(["labels"])
    log.append("labels", new_key(), None, [])
    log.flush()
    assert [record.value for record in read_all(log, before, log.ends(["labels"]))][-1] is None


def test_unknown_topic_says_what_to_do(log):
    with pytest.raises(LogError, match="dengar topics apply"):
        log.ends(["no-such-topic"])


def test_partition_is_that_of_kafkas_own_clients():
    # Values of org.apache.kafka.common.utils.Utils.murmur2 in Kafka's UtilsTest.
    from kafka.partitioner.default import murmur2

    expected = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536}
    assert {key: (murmur2(key) ^ 0x80000000) - 0x80000000 for key in expected} == expected
    assert partition_number("foobar", 4) == (-790332482 & 0x7FFFFFFF) % 4


def test_memory_log_forgets_by_retention_and_compacts():
    log = MemoryLog({"t": 1})
    for number in range(4):
        log.append("t", "a" if number % 2 else "b", b"%d" % number, [])
    log.flush()
    log.compact("t")
    assert [(r.offset, r.value) for r in log.read(OffsetRange("t", 0, 0, 4))] == [(2, b"2"), (3, b"3")]
    log.expire(Partition("t", 0), 3)
    with pytest.raises(LogError, match="start at 3"):
        list(log.read(OffsetRange("t", 0, 0, 4)))


def test_a_moment_is_found_as_an_offset(log):
    key = new_key()
    partition = Partition("metrics", partition_number(key, 2))
    for number in range(3):
        log.append("metrics", key, b"%d" % number, [])
        log.flush()
        time.sleep(0.02)
    end = log.ends(["metrics"])[partition]
    stamps = [record.timestamp for record in log.read(OffsetRange(*partition, end - 3, end))]
    assert len(set(stamps)) == 3
    for back, stamp in zip((3, 2, 1), stamps, strict=True):
        assert log.at(["metrics"], stamp)[partition] == end - back
    assert log.at(["metrics"], stamps[-1] + 1)[partition] == end
    assert log.at(["metrics"], 0) == log.beginnings(["metrics"])
