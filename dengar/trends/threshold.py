"""Each series calibrates its own threshold: an alarm must beat the series' own record, which slowly fades.

One threshold for all series does not transfer (docs/decisions/0021): mentions of a quiet office stray by four standard deviations in
a month, those of a stock by thirty. The record is made of episodes: the highest score of each stretch of restless bins counts once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dengar.trends.baseline import decay

FLOOR = 4.0
"""Standard deviations below which nothing is an alarm, however quiet the series was."""
BEST, SECOND = 1.0, 1.2
"""An alarm beats the highest episode, and the second-highest by a fifth."""
CALM, CALM_ENDS, CALM_SHARE, CALM_FLOOR = 5.0, 6.0, 0.92, 3.7
"""A record below 5 is what chance leaves in a series that never burst: all windows but the shortest need beat 92 % of it only, and never
less than 3.7. From 6 on the record is one; between them the share rises to 1."""
HALF_LIFE_DAYS = 40.0
EPISODE_GAP_DAYS = 0.5
RESTLESS = 2.0
KEPT = 8


@dataclass
class Record:
    """The faded peaks of past episodes, in standard deviations, the current episode's last."""

    slots: int
    peaks: list[float] = field(default_factory=list)
    since: int = 0

    def __post_init__(self) -> None:
        self._keep = decay(HALF_LIFE_DAYS * self.slots)
        self._gap = round(EPISODE_GAP_DAYS * self.slots)

    def threshold(self, *, patient: bool = False) -> float:
        """What the score of the next bin must exceed; `patient`: of a window that is not the shortest."""
        best, second, *_ = (*sorted(self.peaks, reverse=True), 0.0, 0.0)
        record = max(BEST * best, SECOND * second)
        if not patient:
            return max(FLOOR, record)
        calm = min(1.0, max(0.0, (CALM_ENDS - record) / (CALM_ENDS - CALM)))
        return max(CALM_FLOOR, record * (1 - (1 - CALM_SHARE) * calm))

    def learn(self, score: float) -> None:
        """Take in a bin's score; `since` counts the bins since the current episode last rose."""
        self.peaks = [self._keep * peak for peak in self.peaks]
        self.since += 1
        if score <= RESTLESS:
            return
        if self.peaks and self.since < self._gap:
            if score > self.peaks[-1]:
                self.peaks[-1], self.since = score, 0
            return
        self.peaks.append(score)
        self.since = 0
        if len(self.peaks) > KEPT:
            self.peaks.remove(min(self.peaks[:-1]))
