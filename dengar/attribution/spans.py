"""Periods that figures are told of, in days of Asia/Jakarta: a day, its week from Monday on, and a campaign up to the end of a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dengar.records import JAKARTA
from dengar.registers import Campaign

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """First moment, aware."""
        return datetime.combine(self.first, time(), JAKARTA)

    @property
    def end(self) -> datetime:
        """After the last moment, aware."""
        return datetime.combine(self.last + _DAY, time(), JAKARTA)

    def __iter__(self) -> Iterator[date]:
        for number in range((self.last - self.first).days + 1):
            yield self.first + number * _DAY

    @property
    def before(self) -> Days | None:
        """The same without its last day, None where nothing is left."""
        return Days(self.first, self.last - _DAY) if self.first < self.last else None


def day_at(moment: datetime) -> date:
    """The day in Jakarta of an aware moment."""
    return moment.astimezone(JAKARTA).date()


def touched(start: datetime, end: datetime) -> Days:
    """The days that [start, end) touches."""
    return Days(day_at(start), day_at(end - timedelta(milliseconds=1)))


def of_day(day: date) -> Days:
    """The day alone."""
    return Days(day, day)


def week_to(day: date) -> Days:
    """From the week's Monday to a day: what the week's figures are merged of."""
    return Days(day - timedelta(days=day.weekday()), day)


def whole_week(day: date) -> Days:
    """The week that a day lies in: what its figures are told of."""
    monday = day - timedelta(days=day.weekday())
    return Days(monday, monday + timedelta(days=6))


def so_far(campaign: Campaign, day: date) -> Days | None:
    """A campaign up to a day that it runs on; None on other days, and where its first day is not known."""
    runs = campaign.start is not None and campaign.start <= day and (campaign.end is None or day <= campaign.end)
    return Days(campaign.start, day) if runs and campaign.start is not None else None
