"""Walking places page by page: the newest pages often, everything at a slower pace, and what a complete walk no longer shows.

The cursor is `{"walked": when the last complete walk began, "complete": whether this one is, "at": place, "token": page, "units": cost}`;
between two rounds only `walked` and `every` are left. A complete walk is due after six hours; one that costs more than a twentieth of
its daily bucket waits longer in proportion, at most a week: that is the late-reply sweep.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dengar.records import timestamp
from listeners.item import RawItem
from listeners.source import Cursor, Gap, Page, SourceError
from listeners.station import Station

log_ = logging.getLogger(__name__)

SOONEST, LATEST = timedelta(hours=6), timedelta(days=7)
FAIR_SHARE = 20  # a walk may take a twentieth of its bucket's day
LOOKED_UP = 50


class PlaceClosedError(Exception):
    """A place has nothing to read now (comments are off, a channel is gone): unavailable, not empty."""


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a place. `token` None: the place ends here. `known`: it brought nothing new, a head poll may stop."""

    items: Sequence[RawItem]
    token: str | None = None
    known: bool = False
    gaps: Sequence[Gap] = ()
    broken: bool = False  # the place could not be walked to its end: what it did not show may still be there
    problem: str | None = None


@dataclass
class _Seen:
    """What a complete walk saw of a place, as long as this process does the walking from its first page."""

    place: str
    subjects: set[str] = field(default_factory=set)
    lookup: list[str] | None = None


class Walk(ABC):
    """See listeners.source.Source: subclasses say which places, what a page of one is, and what became of what is missing."""

    name: str

    def __init__(self, station: Station, bucket: str | None = None) -> None:
        self.station, self._bucket = station, bucket
        self._seen: _Seen | None = None

    @abstractmethod
    def places(self) -> Sequence[str]:
        """Where to walk, in order: platform ids."""

    def wanted(self, place: str, complete: bool) -> bool:
        """Whether this round walks a place; one that is passed over costs nothing. Default: all are."""
        return True

    def thorough(self, place: str, complete: bool) -> bool:
        """Whether the place is walked to its end and what is missing looked up. Default: in complete walks."""
        return complete

    @abstractmethod
    def page(self, place: str, token: str | None, complete: bool) -> Step:
        """A page of a place. Raises SourceError; PlaceClosedError to go on with the next place."""

    def held(self, place: str) -> list[str]:
        """Subjects that a complete walk of the place must show. Default: nothing is looked up."""
        return []

    def look_up(self, place: str, subjects: Sequence[str]) -> list[RawItem]:
        """Items of at most 50 subjects that the walk did not show: as they are now, or gone."""
        return []

    def skips(self, error: SourceError) -> bool:
        """Whether an error costs this place only: it is told, and the walk goes on with the next. Default: none does."""
        return False

    def fetch(self, cursor: Cursor | None) -> Page:
        """One page, or one look-up of what was missing."""
        now = dict(cursor or {})
        if "at" not in now:
            now |= {"complete": self._due(now), "began": timestamp(self.station.clock.now()), "units": 0}
            if not self._go_on(now):
                return Page(cursor=_rest(now), more=False)
        before = self.station.ledger.units
        try:
            step, left = self._step(now)
        except PlaceClosedError:
            step, left = Step((), broken=True), False
        except SourceError as error:
            if not self.skips(error):
                raise
            step, left = Step((), broken=True, problem=str(error)), False
        if step.broken:
            self._seen = None
        now["units"] += self.station.ledger.units - before
        more = left or self._go_on(now)
        return Page(step.items, now if more else _rest(now), more, step.gaps, step.problem)

    def _step(self, now: dict[str, Any]) -> tuple[Step, bool]:
        """(a page or a look-up, whether the place goes on)."""
        place, token = now["at"], now.get("token")
        thorough = self.thorough(place, now["complete"]) and not self.station.backfill
        seen = self._seen if self._seen is not None and self._seen.place == place else None
        if seen is not None and seen.lookup is not None:
            found = self.look_up(place, seen.lookup[:LOOKED_UP])
            del seen.lookup[:LOOKED_UP]
            return Step(found), bool(seen.lookup)
        if thorough and token is None:
            self._seen = seen = _Seen(place)
        step = self.page(place, token, now["complete"])
        if seen is not None:
            seen.subjects.update(item.subject for item in step.items)
        if step.token is not None and (thorough or now["complete"] or not step.known):
            now["token"] = step.token
            return step, True
        if thorough and seen is not None and step.token is None and not step.broken:
            seen.lookup = [subject for subject in self.held(place) if subject not in seen.subjects]
            return step, bool(seen.lookup)
        return step, False

    def _go_on(self, now: dict[str, Any]) -> bool:
        """Move to the next place that is wanted; False at the end of the round."""
        places, place = list(self.places()), now.pop("at", None)
        now.pop("token", None)
        self._seen = None
        start = 0 if place is None else places.index(place) + 1 if place in places else len(places)
        now_at = next((one for one in places[start:] if self.wanted(one, now["complete"])), None)
        if now_at is not None:
            now["at"] = now_at
            return True
        if now["complete"]:
            now["walked"], now["every"] = now["began"], self._every(now["units"]).total_seconds()
        return False

    def _every(self, units: int) -> timedelta:
        if self._bucket is None:
            return SOONEST
        fair = self.station.rules.buckets[self._bucket].limit / FAIR_SHARE
        return min(LATEST, max(SOONEST, SOONEST * (units / fair)))

    def _due(self, rest: Cursor) -> bool:
        if self.station.walk or self.station.backfill or not rest.get("walked"):
            return True
        last, now = datetime.fromisoformat(rest["walked"]), self.station.clock.now()
        return last > now or now - last >= timedelta(seconds=rest.get("every", SOONEST.total_seconds()))


def _rest(now: Cursor) -> dict[str, Any]:
    return {name: now[name] for name in ("walked", "every") if name in now}


def parked(station: Station, place: str, error: SourceError) -> Step:
    """Leave a place that the platform cannot work on until its next round: said in the log, and counted as a gap."""
    log_.warning("%s is left for its next round: %s", place, error)
    return Step((), gaps=[Gap(place, "parked", None, station.clock.now())], broken=True)
