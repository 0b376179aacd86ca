"""Working time between two instants, and the instant at which so much of it has passed. Exact to the microsecond, in any zone.

An hour that a change to summer time skips is not worked; one that comes twice is, where it lies inside a span. A span's end that comes
twice is its first occurrence. Cost: the time between two instants is a difference of sums over whole days, worked out once a year of the
calendar; a deadline takes one step a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dengar.responses.calendar import Calendar, WorkingTimeError, read

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
FARTHEST = 3660
"""Days that a deadline is looked for; an office that never opens has none."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """An amount of working days, at least one. The day of the start is not counted; the last one ends with its office hours."""

    days: int

    def __post_init__(self) -> None:
        if self.days < 1:
            raise WorkingTimeError(f"{self.days} working days are no time to wait: use one or more.")


class WorkingTime:
    """A calendar in a zone: `zone` is an IANA name or WIB, WITA, WIT; default is the calendar's own. Hours are local to it."""

    def __init__(self, calendar: Calendar, zone: str | None = None) -> None:
        name = zone or calendar.zone
        try:
            self.zone = ZoneInfo(ZONES.get(name, name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise WorkingTimeError(
                f"There is no time zone {name}: use WIB, WITA, WIT or a name such as Asia/Jakarta."
            ) from None
        self.calendar = calendar
        self._spans = lru_cache(maxsize=4096)(self._spans_of)
        self._sums = lru_cache(maxsize=64)(self._sums_of)

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """What is worked on a local day, in UTC, in order, disjoint."""
        return self._spans(day)

    def _spans_of(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        at = [(self._instant(day, start), self._instant(day, end)) for start, end in self.calendar.spans(day)]
        return tuple(span for span in at if span[0] < span[1])

    def _instant(self, day: date, minute: int) -> datetime:
        day += timedelta(days=minute // 1440)
        return datetime.combine(day, time(minute % 1440 // 60, minute % 60), self.zone).astimezone(UTC)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`, negative where `end` is the earlier. Raises WorkingTimeError for naive times."""
        start, end = _utc(start), _utc(end)
        if end < start:
            return -self.working_time_between(end, start)
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        if first == last:
            return self._worked(first, start, end)
        return self._worked(first, start, end) + self._whole_days(first + _DAY, last) + self._worked(last, start, end)

    def _worked(self, day: date, start: datetime, end: datetime) -> timedelta:
        """What is worked on a day between two instants."""
        within = (min(closes, end) - max(opens, start) for opens, closes in self._spans(day))
        return sum((one for one in within if one > timedelta()), timedelta())

    def _whole_days(self, first: date, end: date) -> timedelta:
        """What is worked on the days from `first` to `end` (excluded)."""
        passed = (
            self._sums(end.year)[end.timetuple().tm_yday - 1] - self._sums(first.year)[first.timetuple().tm_yday - 1]
        )
        return passed + sum((self._sums(year)[-1] for year in range(first.year, end.year)), timedelta())

    def _sums_of(self, year: int) -> list[timedelta]:
        """What is worked in a year before each of its days, and in all of it."""
        sums, day = [timedelta()], date(year, 1, 1)
        while day.year == year:
            sums.append(sums[-1] + sum((closes - opens for opens, closes in self._spans(day)), timedelta()))
            day += _DAY
        return sums

    def deadline(self, start: datetime, amount: timedelta | WorkingDays) -> datetime:
        """The first instant (UTC) at which so much working time has passed since `start`; zero is `start` itself.

        Raises WorkingTimeError for naive times, negative amounts, and where FARTHEST days hold too little working time.
        """
        start = _utc(start)
        day = start.astimezone(self.zone).date()
        if isinstance(amount, WorkingDays):
            return self._end_of(day, amount.days)
        if amount < timedelta():
            raise WorkingTimeError("A deadline lies after its start: the amount must not be negative.")
        if not amount:
            return start
        for _ in range(FARTHEST):
            for opens, closes in self._spans(day):
                worked = max(closes - max(opens, start), timedelta())
                if worked >= amount:
                    return max(opens, start) + amount
                amount -= worked
            day += _DAY
        raise WorkingTimeError(
            f"{FARTHEST} days hold too little working time: are there working hours in working_time.yaml?"
        )

    def _end_of(self, day: date, left: int) -> datetime:
        for _ in range(FARTHEST):
            day += _DAY
            if spans := self._spans(day):
                left -= 1
                if not left:
                    return spans[-1][1]
        raise WorkingTimeError(
            f"{FARTHEST} days hold too few working days: are there working hours in working_time.yaml?"
        )

    def certain(self, moment: datetime) -> bool:
        """Whether the holidays up to a moment are decreed, not estimated."""
        known_to = self.calendar.known_to
        return known_to is None or _utc(moment).astimezone(self.zone).date() <= known_to


@lru_cache(maxsize=8)
def working_time(zone: str | None = None) -> WorkingTime:
    """The shipped calendar (infra/working_time.yaml) in a zone, read once. Raises WorkingTimeError."""
    return WorkingTime(read(), zone)


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise WorkingTimeError(
            f"{moment.isoformat()} has no time zone: give an aware time, such as {moment.isoformat()}+07:00."
        )
    return moment.astimezone(UTC)
