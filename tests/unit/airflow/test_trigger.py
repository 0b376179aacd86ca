"""KafkaLagTrigger with a scripted lag and a clock of its own: no broker, no Airflow process."""

import asyncio
from collections.abc import Iterator

import pytest

pytest.importorskip("airflow")

from dengar.airflow.trigger import KafkaLagTrigger
from dengar.log import LogError, Partition

P0, P1 = Partition("raw.youtube", 0), Partition("raw.youtube", 1)


class Scripted(KafkaLagTrigger):
    """Answers the lags of a script, one a probe; its clock moves by what it sleeps; it stops when the script ends."""

    def __init__(self, script, **arguments):
        super().__init__(topics=["raw.youtube"], group="g", **arguments)
        self.script: Iterator = iter(script)
        self.clock = 0.0
        self.slept = []

    def _probe(self):
        try:
            answer = next(self.script)
        except StopIteration:
            raise asyncio.CancelledError from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _now(self):
        return self.clock

    async def _sleep(self, seconds):
        self.slept.append(seconds)
        self.clock += seconds


def fire(trigger):
    """[(virtual second, unread)] of all events until the script ends."""

    async def collect():
        events = []
        try:
            async for event in trigger.run():
                events.append((trigger.clock, event.payload["unread"]))
        except asyncio.CancelledError:
            pass
        return events

    return asyncio.run(collect())


def lag(committed, end):
    return {P0: (committed, end)}


def test_fires_at_once_when_the_backlog_is_large():
    trigger = Scripted([lag(0, 0), lag(0, 600)], min_messages=500, max_wait=60, poll_interval=1)
    assert fire(trigger) == [(1.0, 600)]


def test_fires_for_a_single_record_after_max_wait():
    trigger = Scripted([lag(0, 1)] * 5, min_messages=500, max_wait=3, poll_interval=1)
    assert fire(trigger) == [(3.0, 1)]


def test_waits_anew_while_someone_commits():
    script = [lag(0, 9), lag(2, 9), lag(4, 9), lag(4, 9), lag(4, 9), lag(4, 9)]
    trigger = Scripted(script, min_messages=500, max_wait=3, poll_interval=1)
    assert fire(trigger) == [(5.0, 5)]


def test_is_silent_without_backlog():
    assert fire(Scripted([lag(5, 5)] * 10, max_wait=0)) == []


def test_announces_again_only_after_the_commit():
    script = [lag(0, 10), lag(0, 20), lag(0, 30), lag(10, 30), lag(10, 30)]
    trigger = Scripted(script, min_messages=1, max_wait=0, poll_interval=1)
    assert fire(trigger) == [(0.0, 10), (3.0, 20)]


def test_announces_again_when_the_run_it_woke_never_commits():
    trigger = Scripted([lag(0, 10)] * 8, min_messages=1, max_wait=0, poll_interval=1, refire_after=5)
    assert fire(trigger) == [(0.0, 10), (5.0, 10)]


def test_sums_over_partitions_and_waits_for_all_of_them():
    script = [{P0: (0, 3), P1: (0, 4)}, {P0: (3, 5), P1: (0, 4)}, {P0: (3, 5), P1: (4, 4)}]
    trigger = Scripted(script, min_messages=1, max_wait=0, poll_interval=1)
    assert fire(trigger) == [(0.0, 7), (2.0, 2)]


def test_backs_off_while_the_broker_is_away_and_recovers():
    script = [LogError("away"), LogError("away"), LogError("away"), lag(0, 1), lag(0, 1)]
    trigger = Scripted(script, min_messages=1, max_wait=0, poll_interval=0.5)
    assert fire(trigger) == [(7.0, 1)]
    assert trigger.slept[:3] == [1.0, 2.0, 4.0]


def test_serializes_to_plain_json_and_back():
    trigger = KafkaLagTrigger(["raw.youtube"], "g", min_messages=3)
    path, arguments = trigger.serialize()
    assert path == f"{KafkaLagTrigger.__module__}.{KafkaLagTrigger.__name__}"
    assert KafkaLagTrigger(**arguments).serialize() == trigger.serialize()
