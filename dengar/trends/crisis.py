"""The crisis view: does anger rise, jointly with its share of the talk, by many people? And how severe, with its reasons.

Two distances are joined by Stouffer's method, (a + b) / √2: of the count of grievances (negative, complaint or toxic; suspected lures are
told apart) from its own expectation (dengar.trends.detector), and of their share of the last hour's talk from its usual. A crisis begins
where the joint distance beats its own record, both parts are high, and enough distinct people say so; or, sooner, where a topic rises
steeply whose own mentions are nearly all grievances. A busy hour raises the count and not the share, a quiet night the share and not
the count. Where policy allows no judgements, volume alone decides, and the record says what is missing.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from dengar.records import JAKARTA
from dengar.trends.baseline import decay
from dengar.trends.detector import LEARNING, Detector, Reading
from dengar.trends.events import Event, Events, severity
from dengar.trends.heard import Heard
from dengar.trends.threshold import Record
from dengar.trends.topics import Topic

STEP = timedelta(minutes=5)
HOUR_BINS = 12
LEAST_AUTHORS, LEAST_GRIEVANCES = 8, 10
SHARE_DISTANCE = 2.0
"""Standard deviations that the count of grievances and their share must each stand above their usual."""
SHARE_HALF_LIFE_DAYS = 7.0
JOINT_FLOOR = 5.0
"""The two distances are no independent ones: their joint distance strays further in quiet times than one of them."""
STEEP, STEEP_AUTHORS, STEEP_SHARE_DISTANCE = 12.0, 12, 3.0
"""A topic is a crisis from this score and number of authors on, and this distance of the share of grievances among its mentions."""
STEEP_LEARNING = 2 * LEARNING
MANY_PEOPLE = 50
MOST_A_BIN = 2
"""Mentions of one author that count in one bin."""
LOUD = ("media", "influencer", "public_figure", "partner")


@dataclass
class Tally:
    """One bin of one scope: people and what they say. `grievances` and `toxic` are None where nothing may be judged."""

    mentions: int = 0
    grievances: int = 0
    negative: int = 0
    complaints: int = 0
    toxic: int = 0
    judged: int = 0
    authors: dict[str, int] = field(default_factory=dict)
    aggrieved: set[str] = field(default_factory=set)
    loud: set[str] = field(default_factory=set)

    def take(self, one: Heard) -> bool:
        """Count a mention; False where its author has already said his part in this bin."""
        author = one.author or one.id
        said = self.authors[author] = self.authors.get(author, 0) + 1
        if said > MOST_A_BIN:
            return False
        self.mentions += 1
        grievance = one.grievance
        self.judged += grievance is not None
        self.negative += bool(one.negative)
        self.complaints += bool(one.complaint)
        self.toxic += bool(one.toxic)
        if grievance:
            self.grievances += 1
            self.aggrieved.add(author)
            if one.role in LOUD:
                self.loud.add(author)
        return True


@dataclass
class Signal:
    """One series at the peak."""

    name: str
    observed: float
    expected: float
    score: float


@dataclass
class Crisis:
    """A crisis of a scope while it lasts and after: times and figures of its grievances, the signals at its peak."""

    scope: str
    event: Event
    threshold: float
    judged: bool
    authors: set[str] = field(default_factory=set)
    loud: set[str] = field(default_factory=set)
    mentions: int = 0
    signals: list[Signal] = field(default_factory=list)
    topic: Topic | None = None
    """What it is about: the strongest topic so far that its own mentions tell."""


class Scope:
    """The talk of one platform, or of both where policy lets them be told together."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.volume, self.anger = Detector(STEP), Detector(STEP, patient=False)  # a threshold of its own judges anger
        self.record = Record(self.anger.slots)
        self.events = Events()
        self.hour: deque[Tally] = deque(maxlen=HOUR_BINS)
        self.now = Tally()
        self.usual_grievances = self.usual_judged = 0.0
        self.usual_toxic = 0.0
        self.current: Crisis | None = None

    def hear(self, one: Heard) -> None:
        """Count a mention of this bin."""
        self.now.take(one)

    def angry(self, topic: Topic, grievances: int, known: int) -> bool:
        """Whether a topic is a crisis by itself: steep, by many, and `grievances` of its `known` mentions far above the usual share."""
        if topic.score < STEEP or topic.authors < STEEP_AUTHORS or not known:
            return False
        if self.anger.seen <= STEEP_LEARNING / STEP:
            return False
        return share_distance(grievances, known, self._usual()) >= STEEP_SHARE_DISTANCE

    def close(self, moment: datetime, angry_topic: bool = False, occasion: str | None = None) -> Crisis | None:
        """End the bin that began at `moment`; the crisis that it began, changed or ended. `angry_topic`: whether one rises now;
        `occasion`: what the calendar has for the bin."""
        self.hour.append(self.now)
        bin_, self.now = self.now, Tally()
        local = moment.astimezone(JAKARTA)
        volume = self.volume.observe(local, bin_.mentions, occasion)
        hour = _sum(self.hour)
        judged = hour.judged > 0 or self.usual_judged > 0
        anger = self.anger.observe(local, bin_.grievances, occasion) if judged else None
        reading = self._joined(anger, hour) if judged else volume
        usual = self._usual()
        if reading is None:
            self._learn(bin_)
            return None
        if angry_topic:  # it carries the event: its score counts as at least an alarm's
            reading = replace(reading, score=max(reading.score, reading.threshold), alarm=True)
        enough = len(hour.aggrieved if judged else hour.authors) >= LEAST_AUTHORS
        ended = self.events.follow(replace(reading, moment=moment, alarm=reading.alarm and enough))
        changed = self._changed(ended, replace(reading, moment=moment), volume, hour, bin_, usual, judged)
        self._learn(bin_)
        return changed

    def _joined(self, anger: Reading | None, hour: Tally) -> Reading | None:
        """The reading of the grievances with the joint score, threshold and alarm."""
        if anger is None:
            return None
        share = share_distance(hour.grievances, hour.judged, self._usual())
        score, threshold = (anger.score + share) / math.sqrt(2), self.record.threshold()
        self.record.learn(score)
        high = min(anger.score, share) >= SHARE_DISTANCE and hour.grievances >= LEAST_GRIEVANCES
        alarm = high and score > max(threshold, JOINT_FLOOR) and self.anger.seen > LEARNING / STEP
        return replace(anger, score=score, threshold=threshold, alarm=alarm)

    def _usual(self) -> float:
        return (self.usual_grievances + 0.5) / (self.usual_judged + 1) if self.usual_judged else 0.5

    def _learn(self, bin_: Tally) -> None:
        if self.events.current is not None:
            return  # a crisis does not teach its own share as usual
        keep = decay(SHARE_HALF_LIFE_DAYS * 288)
        self.usual_grievances = keep * self.usual_grievances + bin_.grievances
        self.usual_judged = keep * self.usual_judged + bin_.judged
        self.usual_toxic = keep * self.usual_toxic + bin_.toxic

    def _changed(
        self,
        ended: Event | None,
        reading: Reading,
        volume: Reading | None,
        hour: Tally,
        bin_: Tally,
        usual: float,
        judged: bool,
    ) -> Crisis | None:
        if self.events.current is None:
            crisis, self.current = self.current, None
            return crisis if ended is not None else None
        if self.current is None or self.current.event is not self.events.current:
            self.current = Crisis(self.name, self.events.current, reading.threshold, judged)
            taken: Tally = hour
        else:
            taken = bin_
        crisis = self.current
        crisis.authors |= taken.aggrieved if judged else set(taken.authors)
        crisis.loud |= taken.loud
        crisis.mentions += taken.grievances if judged else taken.mentions
        if crisis.event.peak_at == reading.moment or not crisis.signals:
            crisis.signals = self._signals(volume, hour, usual, judged)
        return crisis

    def _signals(self, volume: Reading | None, hour: Tally, usual: float, judged: bool) -> list[Signal]:
        found = []
        if volume is not None:
            found.append(Signal("volume", volume.observed, volume.expected, volume.score))
        if judged and hour.judged:
            distance = share_distance(hour.grievances, hour.judged, usual)
            found.append(Signal("negative_share", hour.negative / hour.judged, usual, distance))
            found.append(Signal("complaint_share", hour.complaints / hour.judged, usual, distance))
            toxic = (self.usual_toxic + 0.1) / (self.usual_judged + 1)
            found.append(
                Signal("toxic_share", hour.toxic / hour.judged, toxic, share_distance(hour.toxic, hour.judged, toxic))
            )
        return found


def share_distance(part: float, whole: float, usual: float) -> float:
    """How far a share lies above its usual, in binomial standard deviations (continuity: one)."""
    usual = min(max(usual, 0.01), 0.99)
    return (part - whole * usual) / math.sqrt(whole * usual * (1 - usual) + 1)


def severity_of(crisis: Crisis, platforms: int) -> tuple[int, list[dict[str, Any]]]:
    """Severity 1–10 of a crisis and its reasons, strongest first: each adds its points, the sum is held between 1 and 10."""
    signals = {one.name: one for one in crisis.signals}
    found = {"grievances" if crisis.judged else "volume": (0.7 * severity(crisis.event.score), crisis.event.score)}
    if (share := signals.get("negative_share")) is not None:
        found["negative_share"] = (min(2.0, max(0.0, share.score / 4)), share.observed)
    if (toxic := signals.get("toxic_share")) is not None and toxic.score >= SHARE_DISTANCE:
        found["toxic_share"] = (1.0, toxic.observed)
    if platforms > 1:
        found["both_platforms"] = (1.0, float(platforms))
    if crisis.loud:
        found["loud_accounts"] = (min(2.0, 0.5 * len(crisis.loud)), float(len(crisis.loud)))
    if len(crisis.authors) >= MANY_PEOPLE:
        found["many_people"] = (
            min(2.0, math.log2(2 * len(crisis.authors) / MANY_PEOPLE) / 2),
            float(len(crisis.authors)),
        )
    rows = [
        {"code": code, "points": round(points, 2), "value": round(value, 3)}
        for code, (points, value) in sorted(found.items(), key=lambda item: -item[1][0])
        if points > 0
    ]
    return max(1, min(10, round(sum(points for points, _ in found.values())))), rows


def _sum(bins: deque[Tally]) -> Tally:
    total = Tally()
    for one in bins:
        total.mentions += one.mentions
        total.grievances += one.grievances
        total.negative += one.negative
        total.complaints += one.complaints
        total.toxic += one.toxic
        total.judged += one.judged
        total.authors.update(one.authors)
        total.aggrieved |= one.aggrieved
        total.loud |= one.loud
    return total
