"""Moves from one moment to the next and delivers what the platforms would have pushed in between."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from datetime import datetime

import httpx

from sandbox.faults import Faults
from sandbox.push.delivery import Outbox
from sandbox.push.events import push_events
from sandbox.push.webhooks import Webhooks
from sandbox.push.websub import Hub
from sandbox.scenario.world import World


class Dispatcher:
    """All pushes of one sandbox. What happens while nobody is subscribed is never pushed, as on the platforms."""

    def __init__(self, world: World, client: httpx.AsyncClient | None = None, faults: Faults | None = None) -> None:
        """`client`: only to send through another transport."""
        self._faults = Faults() if faults is None else faults
        self.outbox = Outbox(client) if client is not None else Outbox()
        self.hub = Hub(world, self.outbox.client)
        self.webhooks = Webhooks(world, self.outbox.client)
        self._events = push_events(world)
        self._times = [event.at for event in self._events]
        self._reached = world.start
        self._lock = asyncio.Lock()

    async def deliver(self, now: datetime) -> None:
        """Deliver what became due since the last call, after what failed before; returns when all have answered."""
        async with self._lock:
            low, high = bisect_right(self._times, self._reached), bisect_right(self._times, now)
            due = self._events[low:high]
            self._reached = max(now, self._reached)
            out = self._faults.out
            pushed = self.hub.pushes([event for event in due if not out("hub", event.at)])
            pushed += self.webhooks.pushes([event for event in due if not out("webhooks", event.at)])
            self.outbox.waiting.extend(self._faults.with_replays(pushed))
            await self.outbox.flush(now)

    async def close(self) -> None:
        """Close the connections."""
        await self.outbox.client.aclose()
