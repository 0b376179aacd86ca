"""Moves from one moment to the next and delivers what the platforms would have pushed in between."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from datetime import datetime

import httpx

from sandbox.push.delivery import Outbox
from sandbox.push.events import push_events
from sandbox.push.webhooks import Webhooks
from sandbox.push.websub import Hub
from sandbox.scenario.world import World


class Dispatcher:
    """All pushes of one sandbox. What happens while nobody is subscribed is never pushed, as on the platforms."""

    def __init__(self, world: World, client: httpx.AsyncClient | None = None) -> None:
        """`client`: only to send through another transport."""
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
            self.outbox.waiting.extend(self.hub.pushes(due))
            self.outbox.waiting.extend(self.webhooks.pushes(due))
            await self.outbox.flush(now)

    async def close(self) -> None:
        """Close the connections."""
        await self.outbox.client.aclose()
