"""Score of alerts on series with labelled windows: precision and recall by episode, and the score of the Numenta Anomaly Benchmark.

NAB, standard profile: Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms", ICMLA 2015, section II; our own code.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dengar.trends.series import Bin, read_series

LEARNING_SHARE = 0.15
EPISODE = timedelta(hours=1)
MISSED, FALSE_ALARM = 1.0, 0.11
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Series:
    """Bins of one series and the windows that count as anomalous."""

    name: str
    bins: list[Bin]
    windows: list[tuple[datetime, datetime]]

    @property
    def judged_from(self) -> datetime:
        """The end of the first 15 %, which are free for learning."""
        return self.bins[int(LEARNING_SHARE * len(self.bins))].moment


@dataclass(frozen=True)
class Tally:
    """What alerts did on one series. `score` is NAB's, `worst` that of saying nothing, `best` that of each window hit at its start."""

    right: int
    wrong: int
    hit: int
    windows: int
    weeks: float
    score: float
    worst: float
    best: float


def labelled(folder: Path) -> list[Series]:
    """Every series of the folder that has windows. Raises FileNotFoundError where the set is absent."""
    windows = json.loads((folder / "windows.json").read_text(encoding="utf-8"))
    found = []
    for name, spans in sorted(windows.items()):
        with (folder / name).open(encoding="utf-8") as lines:
            bins = read_series(lines)
        found.append(Series(name, bins, [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in spans]))
    return found


def tally(series: Series, alerts: Sequence[datetime]) -> Tally:
    """Alerts at most an hour apart are one episode; those of the learning time do not count."""
    start = series.judged_from
    windows = [span for span in series.windows if span[1] >= start]
    hit, right, wrong = set[int](), 0, 0
    for first, last in _episodes([at for at in alerts if at >= start]):
        inside = [number for number, (begin, end) in enumerate(windows) if last >= begin and first <= end]
        hit.update(inside)
        right, wrong = (right + 1, wrong) if inside else (right, wrong + 1)
    weeks = (series.bins[-1].moment - start) / WEEK
    score = _nab([at for at in alerts if at >= start], windows)
    return Tally(right, wrong, len(hit), len(windows), weeks, score, -MISSED * len(windows), float(len(windows)))


def f1(tallies: Sequence[Tally]) -> tuple[float, float, float]:
    """(precision of episodes, recall of windows, F1) over all series."""
    told = sum(t.right + t.wrong for t in tallies)
    windows = sum(t.windows for t in tallies)
    precision = sum(t.right for t in tallies) / told if told else 0.0
    recall = sum(t.hit for t in tallies) / windows if windows else 0.0
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


def nab(tallies: Sequence[Tally]) -> float:
    """NAB's score: 0 for saying nothing, 100 for every window hit at its start and no false alarm."""
    worst, best = sum(t.worst for t in tallies), sum(t.best for t in tallies)
    return 100 * (sum(t.score for t in tallies) - worst) / (best - worst) if best > worst else 0.0


def _episodes(alerts: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for at in sorted(alerts):
        if found and at - found[-1][1] <= EPISODE:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


def _nab(alerts: Sequence[datetime], windows: Sequence[tuple[datetime, datetime]]) -> float:
    score = 0.0
    for begin, end in windows:
        inside = [at for at in alerts if begin <= at <= end]
        if inside:
            score += _sigmoid(-(end - min(inside)) / (end - begin)) / _sigmoid(-1)
        else:
            score -= MISSED
    for at in alerts:
        if any(begin <= at <= end for begin, end in windows):
            continue
        before = [(begin, end) for begin, end in windows if end < at]
        distance = (at - before[-1][1]) / (before[-1][1] - before[-1][0]) if before else math.inf
        score += FALSE_ALARM * (_sigmoid(distance) if distance <= 3 else -1.0)
    return score


def _sigmoid(position: float) -> float:
    """1 at the start of a window (−1), 0 at its end, −1 long after it."""
    return 2 / (1 + math.exp(5 * position)) - 1
