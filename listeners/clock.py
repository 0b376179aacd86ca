"""The platform's clock: quotas reset and leases end by it, not by ours. Told by the `Date` header of its answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx


class PlatformClock:
    """Aware UTC now of a platform. Before its first answer, and where it sends no date, our own clock serves."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._told: datetime | None = None
        self._at = 0.0

    def hear(self, date: str | None) -> None:
        """Take an HTTP date (`Wed, 25 Nov 2026 01:00:00 GMT`); one that cannot be read changes nothing."""
        try:
            told = parsedate_to_datetime(date or "")
        except ValueError:
            return
        self._told, self._at = told.astimezone(UTC), self._monotonic()

    def ask(self, url: str) -> None:
        """Hear the time from any answer of a server, an error page too. One that does not answer changes nothing."""
        try:
            self.hear(httpx.head(url, timeout=5).headers.get("date"))
        except httpx.HTTPError:
            return

    def now(self) -> datetime:
        """The platform's time, to the second."""
        if self._told is None:
            return datetime.now(UTC)
        return self._told + timedelta(seconds=self._monotonic() - self._at)
