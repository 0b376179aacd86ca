"""Alarms → events: when a rise began, when that was known, its peak, its end, how severe it was."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dengar.trends.detector import WINDOWS, Reading
from dengar.trends.threshold import FLOOR

CALM = 0.5
CALM_FOR, ALARM_FOR = timedelta(hours=1), timedelta(hours=3)
"""An event ends after an hour below half its threshold, or three hours without a new alarm."""
RISEN = 2.0
SEVEREST = 10.0
"""A score of FLOOR is severity 1, of so many times FLOOR 10, on a logarithmic scale."""


@dataclass
class Event:
    """A rise. Times are the bins' own. `score` is the peak's distance from `expected` in standard deviations; `expected` and `observed`
    are the counts of the window that showed the peak. `end` is the last restless bin, None while the event lasts."""

    start: datetime
    detected_at: datetime
    peak_at: datetime
    end: datetime | None
    severity: int
    score: float
    expected: float
    observed: float

    def as_dict(self) -> dict[str, Any]:
        """JSON form: times as ISO 8601, figures rounded to a thousandth."""
        times = {name: _iso(getattr(self, name)) for name in ("start", "detected_at", "peak_at", "end")}
        figures = {name: round(getattr(self, name), 3) for name in ("score", "expected", "observed")}
        return {**times, "severity": self.severity, **figures}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


class Events:
    """Follows the readings of one series. `current` is the event that lasts, None in quiet times."""

    def __init__(self) -> None:
        self.current: Event | None = None
        self._restless: datetime | None = None
        self._alarmed: datetime | None = None
        self._recent: deque[Reading] = deque()

    def follow(self, reading: Reading) -> Event | None:
        """The event that this reading ended; None where it ended none. What begins is in `current`."""
        self._remember(reading)
        ended = None
        if self.current is not None and self._is_over(reading):
            ended, self.current = self.current, None
            ended.end = max(self._restless or ended.peak_at, ended.peak_at)
        if reading.alarm:
            self._alarmed = reading.moment
        if reading.score > CALM * reading.threshold:
            self._restless = reading.moment
        if self.current is not None:
            self._raise(self.current, reading)
        elif reading.alarm:
            self.current = Event(self._onset(), reading.moment, reading.moment, None, 1, 0.0, 0.0, 0.0)
            self._raise(self.current, reading)
        return ended

    def _is_over(self, reading: Reading) -> bool:
        if reading.alarm or self._restless is None or self._alarmed is None:
            return False
        return reading.moment - self._restless > CALM_FOR or reading.moment - self._alarmed > ALARM_FOR

    def _remember(self, reading: Reading) -> None:
        self._recent.append(reading)
        while reading.moment - self._recent[0].moment > WINDOWS[-1]:
            self._recent.popleft()

    def _onset(self) -> datetime:
        """The first of the latest bins that stray upwards without a break, an hour back at most."""
        onset = self._recent[-1].moment
        for reading in reversed(self._recent):
            if (reading.count - reading.mean) / math.sqrt(reading.mean + 1) < RISEN:
                break
            onset = reading.moment
        return onset

    def _raise(self, event: Event, reading: Reading) -> None:
        if reading.score <= event.score:
            return
        event.peak_at, event.score = reading.moment, reading.score
        event.expected, event.observed = reading.expected, reading.observed
        event.severity = max(event.severity, severity(reading.score))


def severity(score: float) -> int:
    """1 to 10 of a peak so many standard deviations above what was expected."""
    return max(1, min(10, 1 + round(9 * math.log(max(score / FLOOR, 1.0)) / math.log(SEVEREST))))
