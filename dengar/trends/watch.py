"""The whole watch over a stream of mentions: bins of five minutes for crises, slices of a quarter of an hour for topics.

Deterministic and causal: the same mentions in the same order give the same records, whenever and in how many runs they are heard.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from dengar.records import JAKARTA
from dengar.responses.worktime import working_time
from dengar.trends.baseline import PAYOUT, REST
from dengar.trends.claims import Claim
from dengar.trends.crisis import STEP, Crisis, Scope
from dengar.trends.heard import Heard
from dengar.trends.hoax import Hoax, HoaxWatch
from dengar.trends.records import crisis_record, hoax_record, naming_topic, topic_record
from dengar.trends.rising import Rising
from dengar.trends.topics import Topic, Topics

SLICE = timedelta(minutes=15)
RECENT = 2_000
LEAST_HOAX_GROWTH = 1.5
"""A hoax is written again when it has grown by half."""


class Voice(NamedTuple):
    """What is remembered of a recent mention, for lead, samples and amplifiers."""

    at: datetime
    id: str
    post: str
    platform: str
    author: str | None
    handle: str | None
    grievance: bool
    copy: bool
    backfill: bool


class Watch:
    """Hears mentions in order of (time, id). `mixed`: whether policy lets the platforms' judgements be told in one figure.

    `since` is where data began: nothing before it is known. `payouts` are spans of the calendar, known beforehand: what such days usually
    hold more is expected of the next ones. `taken()` hands over the records that changed.
    """

    def __init__(self, mixed: bool, claims: Sequence[Claim] = (), off: Sequence[str] = ()) -> None:
        self.mixed, self.off = mixed, list(off)
        self.rising, self.topics, self.hoaxes = Rising(), Topics(), HoaxWatch(claims)
        self.scopes = {name: Scope(name) for name in (("all",) if mixed else ("youtube", "instagram"))}
        self.clock: datetime | None = None
        self.since: datetime | None = None
        self.recent: deque[Voice] = deque(maxlen=RECENT)
        self.written: dict[str, int] = {}
        """Hoax → copies when it was written last."""
        self.payouts: tuple[tuple[datetime, datetime], ...] = ()
        self._out: dict[str, dict[str, Any]] = {}

    def hear(self, one: Heard) -> None:
        """Take in the next mention. Raises ValueError for one that is older than the bin that is open."""
        self.advance(one.at)
        if self.clock is None:
            self.clock = self.since = _floor(one.at, SLICE)
            self.advance(one.at)
        elif one.at < self.clock:
            raise ValueError(f"{one.id} of {one.at.isoformat()} comes after the bin of {self.clock.isoformat()} began")
        family = self.rising.hear(one)
        hoax = self.hoaxes.look(one, family)
        if hoax is not None and hoax.copies >= LEAST_HOAX_GROWTH * self.written.get(hoax.key, 0):
            self._tell_hoax(hoax, one.at)
        if one.role == "official" or one.spam:
            return
        copy = family is not None and len(family.authors) > 1 and family.copies > 2
        self.recent.append(
            Voice(
                one.at, one.id, one.post, one.platform, one.author, one.handle, bool(one.grievance), copy, one.backfill
            )
        )
        for name, scope in self.scopes.items():
            if name in ("all", one.platform):
                scope.hear(one)

    def advance(self, to: datetime) -> None:
        """Close every bin that ends at or before `to`."""
        while self.clock is not None and self.clock + STEP <= to:
            end = self.clock + STEP
            angry = dict.fromkeys(self.scopes, False)
            if _floor(end, SLICE) == end:
                for topic in self.topics.follow(end, SLICE, self.rising.evaluate()):
                    self._tell_topic(topic, end)
                    if not topic.ended:
                        self._judge(topic, angry)
                self.rising.close()
                for hoax in self.hoaxes.ended(end):
                    self._tell_hoax(hoax, end)
                    self.written.pop(hoax.key, None)
            occasion = self._occasion(self.clock)
            for scope in self.scopes.values():
                crisis = scope.close(self.clock, angry[scope.name], occasion)
                if crisis is not None:
                    self._tell_crisis(crisis, end)
            self.clock = end

    def _occasion(self, at: datetime) -> str | None:
        if any(start <= at < until for start, until in self.payouts):
            return PAYOUT
        return REST if rests(at.astimezone(JAKARTA).date()) else None

    def _judge(self, topic: Topic, angry: dict[str, bool]) -> None:
        """Mark the scopes in which a rising topic is a crisis by itself."""
        for name, scope in self.scopes.items():
            own = [voice for voice in self.recent if voice.id in topic.ids and name in ("all", voice.platform)]
            angry[name] |= scope.angry(topic, sum(voice.grievance for voice in own), len(own))

    def taken(self) -> list[dict[str, Any]]:
        """The records (schemas/trend) that are new or changed since the last call, one an id."""
        out, self._out = self._out, {}
        return list(out.values())

    def _tell_topic(self, topic: Topic, at: datetime) -> None:
        self._put(topic_record(topic, list(self.recent), at, self.off))

    def _tell_hoax(self, hoax: Hoax, at: datetime) -> None:
        self.written[hoax.key] = hoax.copies
        self._put(hoax_record(hoax, at, self.off))

    def _tell_crisis(self, crisis: Crisis, at: datetime) -> None:
        named = naming_topic(crisis, self.recent, self.topics.active)
        if named is not None and (crisis.topic is None or named.score > crisis.topic.score):
            crisis.topic = named  # what made it loud names it, also after that topic is over
        self._put(crisis_record(crisis, list(self.recent), at, self.off))

    def _put(self, record: dict[str, Any]) -> None:
        self._out[record["id"]] = record


@lru_cache(maxsize=1_000)
def rests(day: date) -> bool:
    """Whether nobody works on a day in Jakarta (infra/working_time.yaml). Raises WorkingTimeError."""
    return not working_time().spans(day)


def _floor(moment: datetime, step: timedelta) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step
