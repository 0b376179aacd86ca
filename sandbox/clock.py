"""The sandbox's own time: it stands still until somebody moves it, and never runs backwards."""

from __future__ import annotations

from datetime import datetime, timedelta


class ClockError(ValueError):
    """The clock cannot be moved there."""


class Clock:
    """Virtual time, aware UTC."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def move(self, to: datetime) -> datetime:
        """Set the time. Raises ClockError for a naive time or one in the past."""
        if to.tzinfo is None:
            raise ClockError("give the time with a zone, such as 2026-11-16T12:00:00Z")
        if to < self.now:
            raise ClockError(f"the sandbox is already at {self.now.isoformat()}; time does not run backwards")
        self.now = to
        return self.now

    def advance(self, seconds: float) -> datetime:
        """Move forward by seconds. Raises ClockError if negative."""
        return self.move(self.now + timedelta(seconds=seconds))
