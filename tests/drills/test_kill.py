"""Drills: kill a task in every stage, its supervisor, and the broker. Afterwards every collected id is in the index exactly once.

The time to recover is printed, never asserted.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import pytest
from upath import UPath

from bench.load import comments, raw_event
from dengar.demo.account import backlog
from dengar.index import client as open_client
from dengar.local.stack import Stack
from dengar.log.kafka import KafkaLog
from dengar.settings import Settings
from dengar.stages.journal import read_journal
from dengar.topics import ENRICH_GROUP, ENRICHED_TOPICS, INDEX_GROUP, RAW_TOPICS
from tests.drills.hunter import Hunter

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

Tell = Callable[[str], None]

seeds = itertools.count(int(time.time()) % 1_000_000)


def produce(log: KafkaLog, count: int) -> set[str]:
    """Append `count` comments with new ids; returns their mention ids."""
    ids = set()
    for video, item in itertools.islice(comments(next(seeds)), count):
        event = raw_event(video, item)
        log.append("raw.youtube", f"yt:video:{video}", event.data, event.headers())
        ids.add(event.subject)
    log.flush()
    return ids


def recovered(stack: Stack, ids: set[str], since: float, what: str, tell: Tell, patience: float = 180.0) -> None:
    """Wait until all is committed and every id is found once; fail with what is missing."""
    settings = Settings.from_environment(stack.environment())
    log, elasticsearch = KafkaLog(settings), open_client(settings)
    try:
        deadline = time.monotonic() + patience
        found: list[str] = []
        while time.monotonic() < deadline:
            if backlog(log, ENRICH_GROUP, RAW_TOPICS) == 0 and backlog(log, INDEX_GROUP, ENRICHED_TOPICS) == 0:
                elasticsearch.indices.refresh(index="mentions")
                query = {"ids": {"values": sorted(ids)}}
                answer = elasticsearch.search(index="mentions", query=query, size=10_000, source=False)
                found = [hit["_id"] for hit in answer["hits"]["hits"]]
                if set(found) == ids:
                    break
            time.sleep(0.5)
        tell(f"{what}: recovered {time.time() - since:.1f} s after the kill, {len(found)} of {len(ids)} ids found")
        assert set(found) == ids, f"{len(ids - set(found))} ids are missing after {what}"
        assert len(found) == len(ids), "an id is in two indices"
        journalled = {entry.subject for entry in read_journal(UPath(settings.stage) / "journal")}
        assert ids <= journalled
    finally:
        log.close()
        elasticsearch.close()


# One stage in `make test`, the one with most at stake: its outputs are out and its offsets are not. All of them in `make test-long`.
@pytest.mark.parametrize(
    "stage",
    ["publish", *(pytest.param(stage, marks=pytest.mark.long) for stage in ("claim", "enrich", "validate", "index"))],
)
def test_task_killed(stack: Stack, stage: str, drill_size: int, tell: Tell) -> None:
    drill(stack, Hunter(stack, stage), drill_size, f"SIGKILL of the task in {stage}", tell)


@pytest.mark.long
def test_supervisor_killed(stack: Stack, drill_size: int, tell: Tell) -> None:
    drill(stack, Hunter(stack, "enrich", supervisor=True), drill_size, "SIGKILL of the task's supervisor", tell)


@pytest.mark.long
def test_supervisor_killed_before_its_task_began(stack: Stack, drill_size: int, tell: Tell) -> None:
    drill(stack, Hunter(stack, "enrich", early=True), drill_size, "SIGKILL of a worker that had taken a task", tell)


def drill(stack: Stack, hunter: Hunter, size: int, what: str, tell: Tell) -> None:
    log = KafkaLog(Settings.from_environment(stack.environment()))
    hunter.start()
    ids: set[str] = set()
    try:
        for _ in range(20):
            ids |= produce(log, size // 20)
            hunter.join(timeout=2.0)
            if hunter.killed_at is not None and len(ids) >= size // 2:
                break
        hunter.join(timeout=60)
    finally:
        log.close()
    assert hunter.killed_at is not None, f"no task of stage {hunter.stage} could be caught"
    recovered(stack, ids, hunter.killed_at, what, tell)


def test_broker_killed(stack: Stack, drill_size: int, tell: Tell) -> None:
    log = KafkaLog(Settings.from_environment(stack.environment()))
    ids = produce(log, drill_size)
    record = stack.instance.process("kafka")
    assert record is not None
    broker = record.find()
    assert broker is not None
    broker.kill()
    killed = time.time()
    broker.wait(timeout=30)
    stack.up(("kafka",))
    tell(f"the broker answers again {time.time() - killed:.1f} s after its SIGKILL")
    ids |= produce(log, drill_size // 2)  # the same producer goes on
    log.close()
    recovered(stack, ids, killed, "SIGKILL of the broker", tell)
