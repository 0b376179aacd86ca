"""Play the scenario: move the sandbox's clock step by step, and let both pollers look at every step."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import orjson

from dengar.demo.players import PLATFORMS, DemoError, Players
from dengar.demo.truth import Sandbox
from dengar.log import Log, OffsetRange, Partition

STATE_TOPIC = "listener-state"
KEEP_UP = 300


def forget_listeners(log: Log) -> None:
    """Clear what listeners know: the sandbox's world begins anew, and they must meet it as strangers."""
    keys = {
        record.key.decode()
        for partition, end in log.ends([STATE_TOPIC]).items()
        for record in log.read(
            OffsetRange(STATE_TOPIC, partition.number, log.beginnings([STATE_TOPIC])[partition], end)
        )
        if record.key
    }
    for key in sorted(keys):
        log.append(STATE_TOPIC, key, None, [])
    log.flush()


class Polls:
    """Follows the poll reports that the listeners leave in `listener-state`."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._positions: dict[Partition, int] = dict(log.ends([STATE_TOPIC]))
        self.started: dict[str, float] = {}

    def refresh(self) -> None:
        """Read new reports: platform → when (epoch seconds) its last finished poll began."""
        for partition, end in self._log.ends([STATE_TOPIC]).items():
            span = OffsetRange(partition.topic, partition.number, self._positions.get(partition, 0), end)
            for record in self._log.read(span) if len(span) else ():
                if record.key and record.value and record.key.startswith(b"poll/"):
                    report = orjson.loads(record.value)
                    platform = record.key.decode().removeprefix("poll/")
                    self.started[platform] = datetime.fromisoformat(report["started_at"]).timestamp()
            self._positions[partition] = end


def play(
    sandbox: Sandbox,
    players: Players,
    log: Log,
    step: timedelta,
    tell: Callable[[datetime, int, int], None],
    backlog: Callable[[], int],
    *,
    patience: float = 120.0,
) -> Sequence[datetime]:
    """Advance to the end of the scenario; returns the virtual moments at which both listeners completed a poll.

    `tell(now, step number, steps)` is called at every step. The clock waits while `backlog()` (records that are not enriched yet) is
    above KEEP_UP: a week in a minute is a flood that no week is, and its freshness would tell of the queue alone.
    Raises DemoError when a poll does not complete, or the backlog does not shrink, within `patience` seconds.
    """
    polls = Polls(log)
    now, end = sandbox.now(), sandbox.end()
    moments = []
    steps = -(-(end - now) // step)
    number = 0
    while True:
        tell(now, number, steps)
        await_polls(polls, players, time.time(), patience)
        moments.append(now)
        if now >= end:
            return moments
        _keep_up(backlog, players, patience)
        now = min(now + step, end)
        number += 1
        sandbox.advance(now)


def _keep_up(backlog: Callable[[], int], players: Players, patience: float) -> None:
    deadline, lowest = time.monotonic() + patience, backlog()
    while (behind := backlog()) > KEEP_UP:
        players.check()
        if behind < lowest:
            deadline, lowest = time.monotonic() + patience, behind
        if time.monotonic() > deadline:
            raise DemoError(
                f"{behind} records wait to be enriched and nothing moves: `dengar logs airflow-scheduler` may say why."
            )
        time.sleep(0.2)


def await_polls(polls: Polls, players: Players, since: float, patience: float) -> None:
    """Wait until each platform has completed a poll that began after `since` (epoch seconds). Raises DemoError after `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        players.check()
        polls.refresh()
        if all(polls.started.get(platform, 0.0) >= since for platform in PLATFORMS):
            return
        time.sleep(0.1)
    late = [platform for platform in PLATFORMS if polls.started.get(platform, 0.0) < since]
    raise DemoError(
        f"No poll of {' and '.join(late)} was completed within {patience:.0f} s: see its log, {players.log('listener-' + late[0])}."
    )
