"""A week in fast time with everything going wrong: the quota runs dry each day, two calls in a hundred fail, the token expires, the hub
is out for half a day, webhooks are repeated, things are edited and deleted. What could be had is had; the rest is a counted gap.

Real Kafka, real listener and receiver processes, the sandbox for both platforms.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import yaml

from dengar.demo.play import Polls, forget_listeners
from dengar.demo.players import PLATFORMS, Players
from dengar.events import read_event
from dengar.local.stack import Stack
from dengar.log import OffsetRange, Partition
from dengar.log.kafka import KafkaLog
from dengar.paths import PROJECT
from dengar.settings import Settings
from dengar.topics import RAW_TOPICS
from listeners.metrics import StateReader

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.timeout(3_000)]
STEP = timedelta(hours=4)
DAILY_UNITS = 600


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """The Kemensos week with a YouTube quota that cannot last a day of it."""
    week = yaml.safe_load((PROJECT / "sandbox" / "scenarios" / "kemensos_week.yaml").read_text())
    file = tmp_path / "soak.yaml"
    file.write_text(yaml.safe_dump(week | {"quota": {"default": DAILY_UNITS}}))
    return file


@pytest.fixture
def players(stack: Stack, scenario: Path, tmp_path: Path) -> Iterator[Players]:
    with Players(stack, 11, scenario, tmp_path) as started:
        yield started


def events(log: KafkaLog, first: dict[Partition, int]) -> Iterator[tuple[str, str]]:
    """(subject, kind) of every raw record since `first`."""
    for partition, end in log.ends(RAW_TOPICS).items():
        for record in log.read(OffsetRange(partition.topic, partition.number, first[partition], end)):
            event = read_event(record.headers, record.value)
            yield event.subject or "", event.type.rpartition(".")[2]


def test_a_week_with_everything_going_wrong(stack: Stack, players: Players, tell: Callable[[str], None]) -> None:
    log = KafkaLog(Settings.from_environment(stack.environment()))
    try:
        forget_listeners(log)
        first = log.ends(RAW_TOPICS)
        players.start()
        http = httpx.Client(base_url=players.sandbox, timeout=120)

        def control(route: str, /, **body: Any) -> None:
            http.post(f"/sandbox/{route}", json=body).raise_for_status()

        state = http.get("/sandbox/state").json()
        start, end = datetime.fromisoformat(state["start"]), datetime.fromisoformat(state["end"])
        control("faults", status=500, share=0.02, seed=11)
        control("replays", share=0.1, seed=11)
        hub_out = (start + timedelta(days=1, hours=6), start + timedelta(days=1, hours=18))
        token_out = (start + timedelta(days=3), start + timedelta(days=3, hours=8))
        control("outages", what="hub", begin=hub_out[0].isoformat(), end=hub_out[1].isoformat())
        control("outages", what="token", begin=token_out[0].isoformat(), end=token_out[1].isoformat())

        polls, now, memory = Polls(log), start, list[int]()
        while now < end:
            now = min(now + STEP, end)
            control("clock", to=now.isoformat())
            await_polls(polls, players)
            memory.append(players.memory())
        control("faults", status=500, share=0)
        # The day after: quota is there again, and everything is walked once more.
        control("clock", to=(end + timedelta(days=1)).isoformat())
        players.last_walk(600)
        time.sleep(5)  # the hydrator reads what the last pushes pointed to

        collected: dict[str, set[str]] = {}
        for subject, kind in events(log, first):
            collected.setdefault(subject, set()).add(kind)
        reader = StateReader(log)
        reader.refresh()
        gaps = dict(reader.state.items("gap/"))
        items = http.get("/sandbox/obtainable").json()["items"]
        truth = http.get("/sandbox/truth?final=true").json()["items"]
        refused = http.get("/sandbox/state").json()["youtube_quota"]["refused"]
    finally:
        log.close()

    there = {
        identity: row
        for identity, row in items.items()
        if row["visible_to"] is None and {"poll", "discovery", "tags"} & set(row["via"])
    }
    lost = sorted(there.keys() - collected.keys())
    tell(f"soak: {len(collected)} ids collected, {len(there)} still there at the end, lost {len(lost)}")
    assert lost == []

    missed = {
        truth[identity]["post_id"]
        for identity, row in items.items()
        if "chat" in row["via"] and identity not in collected
    }
    told = {key.split("/")[2] for key in gaps if key.endswith("/live_chat_missed")}
    tell(f"soak: {len(gaps)} gaps, {len(missed)} live chats with messages that nobody could read")
    assert missed <= told, "messages are missing of a chat that is no counted gap"

    deleted = {
        identity
        for identity, kinds in collected.items()
        if identity in truth and truth[identity]["deleted"] and truth[identity]["kind"] in ("post", "comment", "reply")
        and truth[identity]["format"] != "story" and kinds & {"video", "comment", "comment_thread"}
    }  # fmt: skip
    own = {identity for identity in deleted if identity.startswith("yt:")}
    unnoticed = sorted(identity for identity in own if not collected[identity] & {"gone", "websub_deleted"})
    tell(f"soak: {len(own)} deletions on YouTube, unnoticed {len(unnoticed)}")
    assert unnoticed == []

    assert len(refused) >= 5, "the quota was meant to run dry every day"
    after = {day: count - 1 for day, count in refused.items() if count > 1}
    tell(f"soak: quota refused on {len(refused)} days, calls after the refusal {sum(after.values())}")
    assert after == {}

    half = np.array(memory[len(memory) // 2 :], dtype=float) / 2**20
    slope = float(np.polyfit(np.arange(len(half)), half, 1)[0])
    tell(
        f"soak: memory {memory[0] / 2**20:.0f} → {memory[-1] / 2**20:.0f} MiB in all, slope {slope:+.2f} MiB a step in the second half"
    )
    assert half[-1] < 1.3 * half[0]


def await_polls(polls: Polls, players: Players, seconds: float = 120.0) -> None:
    """Wait for a poll of each platform that began after now."""
    since, deadline = time.time(), time.monotonic() + seconds
    while time.monotonic() < deadline:
        players.check()
        polls.refresh()
        if all(polls.started.get(platform, 0.0) >= since for platform in PLATFORMS):
            return
        time.sleep(0.1)
    raise AssertionError(f"no poll of both platforms within {seconds:.0f} s")
