"""A series of counts from CSV `timestamp,value`, and its events. No service."""

from __future__ import annotations

import csv
import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from dengar.trends.detector import Detector
from dengar.trends.events import Event, Events

HEADER = ["timestamp", "value"]
_JUDGED = 50


class SeriesError(ValueError):
    """The series cannot be read; the message names the line and what to repair."""


class Bin(NamedTuple):
    """Start of a bin and what was counted in it."""

    moment: datetime
    value: float


def read_series(lines: Iterable[str]) -> list[Bin]:
    """Bins of a CSV with a header row, in order of time. Raises SeriesError. A bin without a value is left out: it was not observed."""
    rows = csv.reader(lines)
    header = [name.strip().lower() for name in next(rows, [])]
    if header != HEADER:
        raise SeriesError("The first line must be the header timestamp,value.")
    bins = [one for number, row in enumerate(rows, 2) if row and (one := _bin(number, row)) is not None]
    if len({one.moment.tzinfo is None for one in bins}) > 1:
        raise SeriesError("Some times have an offset and some have none: write them alike.")
    bins.sort(key=lambda one: one.moment)
    for before, after in pairwise(bins):
        if before.moment == after.moment:
            raise SeriesError(f"The bin of {after.moment.isoformat()} is there twice: add its counts up.")
    return bins


def _bin(number: int, row: Sequence[str]) -> Bin | None:
    if len(row) != len(HEADER):
        raise SeriesError(f"Line {number} has {len(row)} columns, not the two of timestamp,value.")
    try:
        moment = datetime.fromisoformat(row[0].strip())
    except ValueError:
        raise SeriesError(
            f"Line {number}: {row[0][:40]!r} is no time; write it as 2026-11-24T09:00:00+07:00."
        ) from None
    if not row[1].strip():
        return None
    try:
        count = float(row[1])
    except ValueError:
        count = math.nan
    if not math.isfinite(count) or count < 0:
        raise SeriesError(
            f"Line {number}: {row[1][:40]!r} is no count; write a number from 0, or nothing where none was taken."
        )
    return Bin(moment, count)


def step_of(bins: Sequence[Bin]) -> timedelta:
    """Length of a bin: the median distance of the first ones. Raises SeriesError for fewer than two bins, and for bins over a day."""
    if len(bins) < 2:
        raise SeriesError("A series needs at least two bins.")
    step = timedelta(
        seconds=statistics.median((b.moment - a.moment).total_seconds() for a, b in pairwise(bins[:_JUDGED]))
    )
    if step > timedelta(days=1):
        raise SeriesError("The bins are longer than a day: count by the day or finer.")
    return step


def detect(bins: Sequence[Bin]) -> Iterator[Event]:
    """Events in order of detection; the last one may still last (`end` None). Raises SeriesError."""
    detector, events = Detector(step_of(bins)), Events()
    for moment, count in bins:
        reading = detector.observe(moment, count)
        if reading is not None and (ended := events.follow(reading)) is not None:
            yield ended
    if events.current is not None:
        yield events.current
