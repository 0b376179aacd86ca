"""Send a push, count its fate, keep what failed for another try."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx

GIVE_UP = timedelta(hours=36)
_TIMEOUT = httpx.Timeout(20.0)


class PushError(ValueError):
    """An address cannot be used; the message says why."""


def check_loopback(url: str) -> str:
    """The URL, if it points at this machine. Raises PushError: a sandbox talks to nobody else."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise PushError(f"{url} is not on this machine; give an http://127.0.0.1:<port>/ address")
    return url


@dataclass(frozen=True, slots=True)
class Push:
    """One POST: where, what, and since when (virtual time)."""

    url: str
    body: bytes
    headers: dict[str, str]
    since: datetime
    events: int = 1


@dataclass
class Outbox:
    """Sends pushes in order; those that fail wait for the next flush, for at most 36 hours of virtual time."""

    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False))
    waiting: deque[Push] = field(default_factory=deque)
    delivered: int = 0
    failed: int = 0
    dropped: int = 0

    def counts(self) -> dict[str, int]:
        """Events delivered, failed attempts, events given up, pushes waiting."""
        return {
            "delivered": self.delivered,
            "failed": self.failed,
            "dropped": self.dropped,
            "waiting": len(self.waiting),
        }

    async def flush(self, now: datetime) -> None:
        """Try everything that waits, once, in order."""
        for _ in range(len(self.waiting)):
            push = self.waiting.popleft()
            if now - push.since > GIVE_UP:
                self.dropped += push.events
            elif await self._send(push):
                self.delivered += push.events
            else:
                self.failed += 1
                self.waiting.append(push)

    async def _send(self, push: Push) -> bool:
        try:
            answer = await self.client.post(push.url, content=push.body, headers=push.headers)
        except httpx.HTTPError:
            return False
        return answer.is_success
