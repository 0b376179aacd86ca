"""When people speak: soon after a post, by day more than by night (Western Indonesian Time)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random

WIB = timezone(timedelta(hours=7))
# relative activity of the 24 hours of a day in WIB
_ACTIVITY = (2, 1, 1, 1, 2, 4, 6, 8, 8, 9, 9, 9, 10, 9, 8, 8, 9, 9, 10, 12, 12, 11, 8, 4)


def after(moment: datetime, mean_hours: float, random: Random) -> datetime:
    """A time after `moment`, exponentially distributed with this mean, thinned by the hour of the day."""
    for _ in range(8):
        candidate = moment + timedelta(milliseconds=random.expovariate(1 / (mean_hours * 3_600_000)) + 20_000)
        if random.random() * 12 < _ACTIVITY[candidate.astimezone(WIB).hour]:
            break
    return whole(candidate)


def between(start: datetime, end: datetime, random: Random) -> datetime:
    """A time in [start, end), likelier at busy hours."""
    span = (end - start).total_seconds()
    for _ in range(8):
        candidate = start + timedelta(seconds=random.random() * span)
        if random.random() * 12 < _ACTIVITY[candidate.astimezone(WIB).hour]:
            break
    return whole(candidate)


def office(moment: datetime, median_minutes: float, random: Random) -> datetime:
    """When an official account answers: log-normal with this median, between 07:00 and 22:00 WIB."""
    answer = moment + timedelta(minutes=median_minutes * random.lognormvariate(0, 0.9))
    local = answer.astimezone(WIB)
    if 7 <= local.hour < 22:
        return whole(answer)
    morning = local.replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=local.hour >= 22)
    return whole(morning + timedelta(minutes=random.random() * 60))


def whole(moment: datetime) -> datetime:
    """Platforms tell times in whole seconds; the world keeps them in UTC."""
    return moment.astimezone(UTC).replace(microsecond=0)
