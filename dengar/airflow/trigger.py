"""KafkaLagTrigger: wake a DAG when a consumer group lags.

It is a probe, not a consumer: it never joins the group and carries no work. The run that it wakes claims what is there. So an
event that is lost, merged with another or delivered twice costs at most one wake-up, and `AssetOrTimeSchedule` sweeps behind it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from dengar.log import Log, LogError, Partition
from dengar.settings import Settings

log_ = logging.getLogger(__name__)

LONGEST_BACKOFF = 30.0


class KafkaLagTrigger(BaseEventTrigger):
    """Fires when `group` has at least `min_messages` unread in `topics`, or any unread and no commit for `max_wait` seconds.

    It stays silent while work that it announced is not committed, for at most `refire_after` seconds. All arguments are plain
    JSON, because Airflow compares triggers by them.
    """

    def __init__(
        self,
        topics: list[str],
        group: str,
        min_messages: int = 500,
        max_wait: float = 0.25,
        poll_interval: float = 0.25,
        refire_after: float = 120.0,
    ) -> None:
        super().__init__()
        self.topics, self.group = topics, group
        self.min_messages, self.max_wait = min_messages, max_wait
        self.poll_interval, self.refire_after = poll_interval, refire_after
        self._log: Log | None = None

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments."""
        names = ("topics", "group", "min_messages", "max_wait", "poll_interval", "refire_after")
        return "dengar.airflow.trigger.KafkaLagTrigger", {name: getattr(self, name) for name in names}

    def _open(self) -> Log:
        from dengar.log.kafka import KafkaLog

        return KafkaLog(Settings.from_environment())

    def _probe(self) -> dict[Partition, tuple[int, int]]:
        """partition → (committed, end), blocking. An uncommitted partition counts from its first kept offset."""
        if self._log is None:
            self._log = self._open()
        ends = self._log.ends(self.topics)
        committed = self._log.committed(self.group, self.topics)
        if len(committed) < len(ends):
            committed = {**self._log.beginnings(self.topics), **committed}
        return {partition: (committed[partition], end) for partition, end in ends.items()}

    def _now(self) -> float:
        return time.monotonic()

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Probe for ever. A broker that cannot be reached is asked again, with a growing pause."""
        announced: dict[Partition, int] = {}
        since: float | None = None
        read_so_far = -1
        fired, pause = 0.0, self.poll_interval
        while True:
            try:
                lag = await asyncio.to_thread(self._probe)
            except LogError as error:
                pause = min(LONGEST_BACKOFF, pause * 2)
                log_.warning("cannot read the lag of %s, next try in %.0f s: %s", self.group, pause, error)
                await self._sleep(pause)
                continue
            pause, now = self.poll_interval, self._now()
            unread = sum(end - position for position, end in lag.values())
            if (read := sum(position for position, _ in lag.values())) != read_so_far:
                read_so_far, since = read, None  # someone is at work: the wait begins anew
            since = (since if since is not None else now) if unread else None
            due = unread >= self.min_messages or (since is not None and now - since >= self.max_wait)
            busy = any(lag[partition][0] < end for partition, end in announced.items() if partition in lag)
            if due and unread and (not busy or now - fired >= self.refire_after):
                announced, fired, since = {partition: end for partition, (_, end) in lag.items()}, now, None
                yield TriggerEvent({"group": self.group, "unread": unread})
            await self._sleep(pause)

    async def cleanup(self) -> None:
        """Close the connection when the trigger stops or moves to another triggerer."""
        if self._log is not None:
            await asyncio.to_thread(self._log.close)
