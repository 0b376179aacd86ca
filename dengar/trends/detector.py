"""Watch one series of counts, bin by bin: how far each bin's windows stray from what was expected, and whether that is an alarm.

Several window lengths look at the same series, each with its own spread and record: short ones see a blow at once, long ones a slow rise.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dengar.trends.baseline import REST, Baseline, Spread
from dengar.trends.threshold import Record

DAY = timedelta(days=1)
SATURDAY = 5
WINDOWS = (timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60))
LONG_BINS = (1, 2, 4)
"""Window lengths in bins, where bins are longer than the shortest window."""
LEARNING = DAY
"""No alarm before so much was seen."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one bin showed: counts of the most telling window against what was expected there, in standard deviations, and the threshold.

    `count` and `mean` are the bin's own. `alarm` is never true while the detector learns its first day.
    """

    moment: datetime
    count: float
    mean: float
    observed: float
    expected: float
    score: float
    threshold: float
    alarm: bool


@dataclass
class _Window:
    bins: int
    spread: Spread
    record: Record
    patient: bool
    observed: deque[float] = field(default_factory=deque)
    expected: deque[float] = field(default_factory=deque)

    def score(self, count: float, mean: float) -> tuple[float, float]:
        """(score, threshold) with this bin in the window."""
        self.observed.append(count)
        self.expected.append(mean)
        if len(self.observed) > self.bins:
            self.observed.popleft()
            self.expected.popleft()
        threshold = self.record.threshold(patient=self.patient)
        score = self.spread.score(sum(self.observed), sum(self.expected))
        self.record.learn(score)
        return score, threshold


class Detector:
    """State of one series whose bins are `step` long. Raises ValueError for a step of nothing or of more than a day.

    `patient`: whether the longer windows alarm sooner in a series that never burst (dengar.trends.threshold).
    """

    def __init__(self, step: timedelta, *, patient: bool = True) -> None:
        if not timedelta(0) < step <= DAY:
            raise ValueError("The bins of a series must be longer than nothing and at most a day.")
        self.step = step
        self.slots = max(1, round(DAY / step))
        lengths = [round(window / step) for window in WINDOWS] if step <= WINDOWS[0] else list(LONG_BINS)
        self.windows = [
            _Window(bins, Spread(self.slots), Record(self.slots), patient and bins > min(lengths))
            for bins in dict.fromkeys(lengths)
        ]
        self.baseline = Baseline(self.slots)
        self.seen = 0
        self._day: datetime | None = None
        self._first_slot = 0

    def observe(self, moment: datetime, count: float, occasion: str | None = None) -> Reading | None:
        """Take in the next bin; None for the first one, of which nothing could be expected.

        `occasion`: what the calendar has for it (dengar.trends.baseline); without one a weekend is a day of rest.
        """
        if occasion is None and moment.weekday() >= SATURDAY:
            occasion = REST
        slot = self._slot(moment)
        mean = self.baseline.expected(slot, occasion)
        self.baseline.learn(slot, count, occasion)
        self.seen += 1
        if mean is None:
            return None
        read = [(*window.score(count, mean), window) for window in self.windows]
        score, threshold, window = max(read, key=lambda one: one[0] / one[1])
        alarm = score > threshold and self.seen > LEARNING / self.step
        return Reading(moment, count, mean, sum(window.observed), sum(window.expected), score, threshold, alarm)

    def _slot(self, moment: datetime) -> int:
        """The bin's place in its day; a new day ends the one before."""
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        slot = min(int((moment - midnight) / self.step), self.slots - 1)
        if midnight != self._day:
            if self._day is not None:
                self.baseline.end_of_day(self._first_slot)
            self._day, self._first_slot = midnight, 0 if self._day is not None else slot
        return slot
