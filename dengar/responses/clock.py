"""The first-response clock of items: what was waited, by when an answer was promised, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dengar.responses.classes import Classes
from dengar.responses.measures import FORMULA, Wait, waits_of, within_target
from dengar.responses.worktime import WorkingTime


class ItemError(ValueError):
    """A line that is no item; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One item's clock. Seconds run until the answer, or until now; `state` is answered, waiting or overdue.

    `within_target` is None while the deadline is to come; `due_certain` is false where holidays up to it are not decreed yet.
    """

    id: str
    service: str
    state: str
    wall_seconds: float
    working_seconds: float
    due_at: datetime
    within_target: bool | None
    due_certain: bool

    def as_dict(self) -> dict[str, Any]:
        """JSON form, as `dengar responses clock` tells it."""
        return {
            "id": self.id,
            "class": self.service,
            "state": self.state,
            "wall_seconds": _whole(self.wall_seconds),
            "working_seconds": _whole(self.working_seconds),
            "due_at": self.due_at.isoformat(),
            "within_target": self.within_target,
            "due_certain": self.due_certain,
        }


def read_clock(row: Mapping[str, Any], classes: Classes, working: WorkingTime, now: datetime) -> Reading:
    """The clock of one item {"id", "asked_at", "answered_at", "category"?, "urgency"?, "now"?}. Raises ItemError."""
    name = row.get("id")
    if not isinstance(name, str) or not name:
        raise ItemError('has no "id" as a text')
    asked = _time(row, "asked_at")
    if asked is None:
        raise ItemError('has no "asked_at": write the platform\'s time, such as 2026-11-25T09:00:00+07:00')
    answered = _time(row, "answered_at")
    until = answered or _time(row, "now") or now
    if until < asked:
        what = "was answered" if answered else "is read at a time (now)"
        raise ItemError(f"{what} before it was asked: correct the times")
    category, urgency = _label(row, "category"), _label(row, "urgency")
    deadlines = classes.deadlines(asked, working, category=category, urgency=urgency)
    late = until > deadlines.first
    state = "answered" if answered else "overdue" if late else "waiting"
    return Reading(
        name,
        deadlines.service,
        state,
        (until - asked).total_seconds(),
        working.working_time_between(asked, until).total_seconds(),
        deadlines.first,
        None if state == "waiting" else not late,
        working.certain(deadlines.first),
    )


def summary(readings: Iterable[Reading]) -> dict[str, Any]:
    """Figures of all items; the median and p90 count those who still wait (Kaplan–Meier), null where too few were answered to tell."""
    readings = list(readings)
    done = [reading.state == "answered" for reading in readings]
    wall = waits_of([Wait(reading.wall_seconds, answered) for reading, answered in zip(readings, done, strict=True)])
    work = waits_of([Wait(reading.working_seconds, answered) for reading, answered in zip(readings, done, strict=True)])
    target = within_target(reading.within_target for reading in readings)
    return {
        "items": wall.items,
        **{state: sum(reading.state == state for reading in readings) for state in ("answered", "waiting", "overdue")},
        "median_wall_seconds": _whole(wall.median),
        "p90_wall_seconds": _whole(wall.p90),
        "median_working_seconds": _whole(work.median),
        "p90_working_seconds": _whole(work.p90),
        "within_target": None if target.share is None else round(target.share, 4),
        "formula": FORMULA,
    }


def _whole(seconds: float | None) -> float | int | None:
    return int(seconds) if seconds is not None and seconds == int(seconds) else seconds


def _label(row: Mapping[str, Any], field: str) -> str | None:
    label = row.get(field)
    if label is not None and not isinstance(label, str):
        raise ItemError(f'has a "{field}" that is no text: write its label, or null')
    return label


def _time(row: Mapping[str, Any], field: str) -> datetime | None:
    text = row.get(field)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise ItemError(f'has an "{field}" that is no time ({text!r}): write it as 2026-11-25T09:00:00+07:00') from None
    if moment.utcoffset() is None:
        raise ItemError(f'has an "{field}" without a time zone ({text}): end it with +07:00 or Z')
    return moment
