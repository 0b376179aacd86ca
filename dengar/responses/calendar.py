"""The form of infra/working_time.yaml: which hours of which day are worked. Every mistake is one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from dengar.paths import INFRA
from dengar.yaml_file import read_yaml

FILE = INFRA / "working_time.yaml"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Span = tuple[int, int]
"""Minutes since local midnight: from, to (excluded), 0 <= from < to <= 1440."""
Week = Mapping[int, tuple[Span, ...]]
"""Weekday (Monday is 0) → the spans worked, in order, disjoint. A weekday left out is free."""


class WorkingTimeError(ValueError):
    """The working hours cannot be read or asked so; the message says what to repair."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which another week holds, both ends included."""

    name: str
    first: date
    last: date
    week: Week


@dataclass(frozen=True)
class Calendar:
    """What is worked on which day: `spans` answers. `known_to` is the last day whose holidays are decreed; None where nobody said."""

    zone: str
    ordinary: Week
    periods: Sequence[Period]
    local: Mapping[date, tuple[Span, ...] | None]
    """The local list: None is the weekday's own hours, in spite of a holiday; an empty tuple is a free day."""
    country: str | None
    categories: tuple[str, ...]
    known_to: date | None

    @cached_property
    def _holidays(self) -> Mapping[date, str]:
        if self.country is None:
            return {}
        import holidays

        try:
            return holidays.country_holidays(self.country, categories=self.categories)
        except (NotImplementedError, ValueError) as error:
            raise WorkingTimeError(
                f"working_time.yaml asks for holidays that the package does not have ({error}): correct country or categories."
            ) from error

    def spans(self, day: date) -> tuple[Span, ...]:
        """The spans worked on a local day. The local list wins over holidays, these over periods, these over the ordinary week."""
        own = self.local.get(day)
        if own is not None:
            return own
        if day not in self.local and day in self._holidays:
            return ()
        for period in self.periods:
            if period.first <= day <= period.last:
                return period.week.get(day.weekday(), ())
        return self.ordinary.get(day.weekday(), ())


def read(file: Path = FILE) -> Calendar:
    """Read and check the file. Raises WorkingTimeError."""
    return read_yaml(file, parse, WorkingTimeError)


def parse(body: Mapping[str, Any]) -> Calendar:
    """The calendar of a file's content. Raises WorkingTimeError, and KeyError or TypeError where a part is missing or of another kind."""
    weeks = {}
    for name, row in body["schedules"].items():
        _sourced(f"The schedule {name}", row)
        weeks[name] = _week(name, row["hours"])
    if "ordinary" not in weeks:
        raise WorkingTimeError("working_time.yaml has no schedule `ordinary`: add it, it holds outside all periods.")
    holidays = body.get("holidays") or {}
    return Calendar(
        body["zone"],
        weeks["ordinary"],
        _periods(body.get("periods") or (), weeks),
        _local(body.get("days") or ()),
        holidays.get("country"),
        tuple(holidays.get("categories") or ("public",)),
        _day("holidays.known_to", holidays["known_to"]) if holidays.get("known_to") else None,
    )


def _week(name: str, hours: Mapping[str, Any]) -> Week:
    if unknown := sorted(set(hours) - set(WEEKDAYS)):
        raise WorkingTimeError(f"The schedule {name} names a day {unknown[0]}: use {', '.join(WEEKDAYS)}.")
    return {WEEKDAYS.index(day): _worked(f"{day} of {name}", row) for day, row in hours.items()}


def _periods(rows: Sequence[Mapping[str, Any]], weeks: Mapping[str, Week]) -> list[Period]:
    found: list[Period] = []
    for row in rows:
        _sourced(f"The period {row['name']}", row)
        if row["schedule"] not in weeks:
            raise WorkingTimeError(
                f"The period {row['name']} follows the schedule {row['schedule']}, which is not there: add it to schedules."
            )
        first, last = _day(f"{row['name']}.from", row["from"]), _day(f"{row['name']}.to", row["to"])
        if last < first:
            raise WorkingTimeError(f"The period {row['name']} ends on {last}, before it begins: exchange from and to.")
        for other in found:
            if first <= other.last and other.first <= last:
                raise WorkingTimeError(
                    f"The periods {other.name} and {row['name']} overlap: let one end before the other."
                )
        found.append(Period(row["name"], first, last, weeks[row["schedule"]]))
    return found


def _local(rows: Sequence[Mapping[str, Any]]) -> dict[date, tuple[Span, ...] | None]:
    found: dict[date, tuple[Span, ...] | None] = {}
    for row in rows:
        day = _day("days.day", row["day"])
        _sourced(f"The day {day}", row)
        if day in found:
            raise WorkingTimeError(f"working_time.yaml lists the day {day} twice: keep one.")
        if not isinstance(row["closed"], bool) or (row["closed"] and row.get("hours")):
            raise WorkingTimeError(
                f"The day {day} is neither closed nor open: write closed: true, or closed: false with hours."
            )
        found[day] = () if row["closed"] else _worked(str(day), row["hours"]) if row.get("hours") else None
    return found


def _sourced(what: str, row: Mapping[str, Any]) -> None:
    if not row.get("source") or not isinstance(row.get("read"), date):
        raise WorkingTimeError(f"{what} of working_time.yaml has no source, or no day on which it was read: add both.")


def _day(what: str, value: object) -> date:
    if type(value) is not date:
        raise WorkingTimeError(f"{what} of working_time.yaml is {value!r}, which is no day: write it as 2026-11-24.")
    return value


def _worked(what: str, row: Mapping[str, Any]) -> tuple[Span, ...]:
    """The working spans less the breaks."""
    work, breaks = _ordered(what, row["work"]), _ordered(what, row.get("breaks") or ())
    for span in breaks:
        if not any(start <= span[0] and span[1] <= end for start, end in work):
            raise WorkingTimeError(f"A break on {what} lies outside working hours: move it inside one of them.")
    left: list[Span] = []
    for start, end in work:
        begins = start
        for pause, back in breaks:
            if start <= pause and back <= end:
                left.append((begins, pause))
                begins = back
        left.append((begins, end))
    return tuple(span for span in left if span[0] < span[1])


def _ordered(what: str, texts: Sequence[str]) -> list[Span]:
    spans = sorted(_span(what, text) for text in texts)
    if any(earlier[1] > later[0] for earlier, later in pairwise(spans)):
        raise WorkingTimeError(f"Two spans on {what} overlap: let one end before the next begins.")
    return spans


def _span(what: str, text: object) -> Span:
    ends = [_minute(part) for part in str(text).split("-")]
    match ends:
        case [int(start), int(end)] if start < end:
            return start, end
    raise WorkingTimeError(
        f'The hours {text!r} on {what} are none: write "07:30-16:00", the earlier first, 24:00 for midnight.'
    )


def _minute(text: str) -> int | None:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2 and int(minute) < 60):
        return None
    at = int(hour) * 60 + int(minute)
    return at if at <= 24 * 60 else None
