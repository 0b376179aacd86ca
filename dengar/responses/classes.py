"""Classes of public service (infra/classes.yaml) → the deadlines of a conversation. Every mistake in the file is one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from dengar.paths import INFRA
from dengar.responses.worktime import WorkingDays, WorkingTime
from dengar.yaml_file import read_yaml

FILE = INFRA / "classes.yaml"
CLOCKS = ("first", "next", "resolution")
URGENCIES = ("none", "attention", "urgent")
_UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


class ClassesError(ValueError):
    """The classes cannot be read or asked so; the message says what to repair."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How long may be waited: working time, working days, or (`wall`) time on the wall clock."""

    wait: timedelta | WorkingDays
    wall: bool = False

    def after(self, start: datetime, working: WorkingTime) -> datetime:
        """The deadline of a clock that started then, UTC."""
        if self.wall and isinstance(self.wait, timedelta):
            return start.astimezone(UTC) + self.wait
        return working.deadline(start, self.wait)


@dataclass(frozen=True, slots=True)
class Shorter:
    """A shorter clock. None for category or urgency matches any; a clock that is left out is not shortened."""

    category: str | None
    urgency: str | None
    clocks: Mapping[str, Amount]

    def matches(self, category: str | None, urgency: str | None) -> bool:
        """Whether it holds for a conversation."""
        return self.category in (None, category) and self.urgency in (None, urgency)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Deadlines of a conversation, UTC. `next` is None while nobody waits for a further answer."""

    service: str
    first: datetime
    next: datetime | None
    resolution: datetime


@dataclass(frozen=True)
class Classes:
    """The whole file, read."""

    clocks: Mapping[str, Mapping[str, Amount]]
    default: str
    categories: Mapping[str, str]
    shorter: Sequence[Shorter]
    automatic: timedelta = timedelta()
    """An official reply that comes so soon is the platform's own machine: it ends no wait."""

    def deadlines(
        self,
        asked_at: datetime,
        working: WorkingTime,
        *,
        category: str | None = None,
        urgency: str | None = None,
        waiting_since: datetime | None = None,
    ) -> Deadlines:
        """The deadlines of a conversation opened at `asked_at`, the platform's time; `waiting_since` is the first message after the
        latest official answer. A category or urgency nobody judged is None. Raises WorkingTimeError for naive times."""
        service = self.categories.get(category or "", self.default)
        rules = [rule.clocks for rule in self.shorter if rule.matches(category, urgency)]

        def due(clock: str, start: datetime) -> datetime:
            amounts = [clocks[clock] for clocks in (self.clocks[service], *rules) if clock in clocks]
            return min(amount.after(start, working) for amount in amounts)

        following = None if waiting_since is None else due("next", waiting_since)
        return Deadlines(service, due("first", asked_at), following, due("resolution", asked_at))


@lru_cache(maxsize=1)
def classes() -> Classes:
    """The shipped classes (infra/classes.yaml), read once. Raises ClassesError."""
    return read()


def read(file: Path = FILE) -> Classes:
    """Read and check the file. Raises ClassesError."""
    return read_yaml(file, _parse, ClassesError)


def _parse(body: Mapping[str, Any]) -> Classes:
    clocks = {}
    for name, row in body["classes"].items():
        _sourced(f"The class {name}", row)
        clocks[name] = {clock: _amount(f"{clock} of {name}", row[clock]) for clock in CLOCKS}
    categories = body.get("categories") or {}
    for name in (body["default"], *categories.values()):
        if name not in clocks:
            raise ClassesError(f"classes.yaml assigns the class {name}, which it does not have: add it to classes.")
    seconds = body.get("automatic_reply_seconds", 0)
    if type(seconds) is not int or seconds < 0:
        raise ClassesError("automatic_reply_seconds of classes.yaml is no number of seconds: write 0 or more.")
    shorter = [_shorter(row) for row in body.get("shorter") or ()]
    return Classes(clocks, body["default"], categories, shorter, timedelta(seconds=seconds))


def _shorter(row: Mapping[str, Any]) -> Shorter:
    what = f"The shorter clock for {row.get('category') or row.get('urgency') or 'everything'}"
    _sourced(what, row)
    urgency = row.get("urgency")
    if urgency is not None and urgency not in URGENCIES:
        raise ClassesError(f"{what} names the urgency {urgency}: use {', '.join(URGENCIES)}.")
    clocks = {clock: _amount(f"{clock} of {what}", row[clock]) for clock in CLOCKS if clock in row}
    if not clocks:
        raise ClassesError(f"{what} shortens nothing: give it first, next or resolution.")
    return Shorter(row.get("category"), urgency, clocks)


def _sourced(what: str, row: Mapping[str, Any]) -> None:
    if not row.get("source") or not isinstance(row.get("read"), date):
        raise ClassesError(f"{what} of classes.yaml has no source, or no day on which it was read: add both.")


def _amount(what: str, text: object) -> Amount:
    match str(text).split():
        case [number, "working", "days"] if number.isdecimal() and int(number):
            return Amount(WorkingDays(int(number)))
        case [number, "working", "hours" | "minutes" as unit] if number.isdecimal() and int(number):
            return Amount(int(number) * _UNITS[unit])
        case [number, "minutes" | "hours" | "days" as unit] if number.isdecimal() and int(number):
            return Amount(int(number) * _UNITS[unit], wall=True)
    raise ClassesError(
        f'"{text}" ({what} in classes.yaml) is no amount: write "3 working days", "4 working hours" or "2 hours".'
    )
