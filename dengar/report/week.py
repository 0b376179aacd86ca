"""An ISO week in Western Indonesian Time: Monday 00:00 to the next Monday 00:00."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dengar.records import JAKARTA

LINE = 13
"""Weeks of a line: the week told and the twelve before it."""
_FORM = re.compile(r"(\d{4})-?[Ww](\d{2})")


class WeekError(ValueError):
    """No such week; the message shows the form."""


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """`monday` is its first day in Jakarta."""

    monday: date

    @classmethod
    def parse(cls, text: str) -> Week:
        """The week of `2026-W47`. Raises WeekError."""
        found = _FORM.fullmatch(text.strip())
        try:
            if found:
                return cls(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError:
            pass
        raise WeekError(f"{text!r} is no week: write it as 2026-W47, the ISO week that begins on a Monday.")

    @classmethod
    def of(cls, moment: datetime) -> Week:
        """The week that holds an aware moment."""
        day = moment.astimezone(JAKARTA).date()
        return cls(day - timedelta(days=day.weekday()))

    @property
    def name(self) -> str:
        """`2026-W47`."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def since(self) -> datetime:
        """Its first instant, UTC."""
        return datetime.combine(self.monday, time(), JAKARTA).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """The first instant after it, UTC."""
        return self.back(-1).since

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    def back(self, weeks: int) -> Week:
        """The week so many weeks earlier."""
        return Week(self.monday - timedelta(weeks=weeks))

    def line(self) -> list[Week]:
        """The last LINE weeks, this one last."""
        return [self.back(weeks) for weeks in range(LINE - 1, -1, -1)]
