"""How often each term is said now and how often it usually is, for any number of terms in fixed memory.

After SigniTrend (Schubert, Weiler, Kriegel: "SigniTrend: scalable detection of emerging topics in textual streams by hashed significance
thresholds", KDD 2014): averages and spreads live in hashed cells, and a bias keeps rare words from exploding. Two departures: a term's
expectation is its share of the talk times the talk of the hour, so that a busy hour makes no term rise; the spread is the
quasi-Poisson phi of dengar.trends.baseline, learnt per cell. Of two rows of cells the one with the lower score counts: for a wrong rise a
term must meet risen ones in both.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dengar.trends.baseline import CLIP_COUNTS, CLIP_FACTOR, decay

ROWS, WIDTH = 2, 1 << 16
WINDOW = 4
"""Slices that are looked at together: an hour of quarters."""
HALF_LIFE_SLICES = 3 * 96
BIAS = 1.0
_ODD = np.uint64(0x9E3779B97F4A7C15)
Cells = NDArray[Any]


def hashed(keys: Iterable[str]) -> NDArray[np.uint64]:
    """A hash of each key, equal in every process."""
    return np.fromiter((zlib.crc32(key.encode("utf-8", "surrogatepass")) for key in keys), dtype=np.uint64)


def _zeros(*shape: int, kind: Any = np.float32) -> Cells:
    return np.zeros(shape, dtype=kind)


@dataclass
class Sketch:
    """Counts of the last WINDOW slices, and of all before them a share and a phi a cell. 3.5 MiB, whatever it hears."""

    ring: Cells = field(default_factory=lambda: _zeros(WINDOW, ROWS, WIDTH, kind=np.uint32))
    volumes: list[float] = field(default_factory=lambda: [0.0] * WINDOW)
    share: Cells = field(default_factory=lambda: _zeros(ROWS, WIDTH))
    phi: Cells = field(default_factory=lambda: _zeros(ROWS, WIDTH))
    weight: float = 0.0
    volume_mean: float = 0.0
    closed: int = 0

    def add(self, hashes: NDArray[np.uint64], volume: int) -> NDArray[np.uint32]:
        """Count one occurrence of each hash, and `volume` mentions; how often each was said in the window, at most."""
        cells = _cells(hashes)
        now = self.ring[self.closed % WINDOW]
        for row in range(ROWS):
            np.add.at(now[row], cells[row], 1)
        self.volumes[self.closed % WINDOW] += volume
        return self.counts(hashes)

    def counts(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
        """How often each hash was said in the window, at most."""
        cells = _cells(hashes)
        found: NDArray[np.uint32] = np.min([self.ring[:, row, cells[row]].sum(axis=0) for row in range(ROWS)], axis=0)
        return found

    def scores(self, hashes: NDArray[np.uint64]) -> tuple[Cells, Cells, Cells]:
        """(score, observed, expected) of each hash over the window, in standard deviations and counts."""
        cells = _cells(hashes)
        volume = sum(self.volumes)
        found = []
        for row in range(ROWS):
            observed = self.ring[:, row, cells[row]].sum(axis=0).astype(np.float64)
            expected = self._share(row)[cells[row]].astype(np.float64) * volume
            phi = np.maximum(1.0, self.phi[row, cells[row]] / max(self.weight, 1e-9))
            found.append(((observed - expected) / np.sqrt(phi * (expected + BIAS)), observed, expected))
        best = np.argmin([one[0] for one in found], axis=0)
        pick = np.arange(len(hashes))
        score, observed, expected = (np.stack([one[part] for one in found])[best, pick] for part in range(3))
        return score, observed, expected

    def close(self) -> None:
        """End the slice: what leaves the window is learnt, clipped, so that a burst does not teach itself as usual."""
        self.closed += 1
        place = self.closed % WINDOW
        if self.closed >= WINDOW:
            self._learn(self.ring[place].astype(np.float32), self.volumes[place])
        self.ring[place] = 0
        self.volumes[place] = 0.0

    def _learn(self, counts: Cells, volume: float) -> None:
        keep = decay(HALF_LIFE_SLICES)
        if volume > 0:
            expected = self.share * np.float32(volume / max(self.volume_mean, 1e-6))
            distance = counts - expected
            distance *= distance
            distance /= expected + np.float32(BIAS)
            self.phi *= np.float32(keep)
            self.phi += np.float32(1 - keep) * distance
            expected *= np.float32(CLIP_FACTOR)
            expected += np.float32(CLIP_COUNTS)
            self.share *= np.float32(keep)
            self.share += np.float32(1 - keep) * np.minimum(counts, expected)
            self.volume_mean = keep * self.volume_mean + (1 - keep) * volume
            self.weight = keep * self.weight + (1 - keep)

    def _share(self, row: int) -> Cells:
        """Usual occurrences a mention, of each cell of a row."""
        shares: Cells = self.share[row] / np.float32(max(self.volume_mean, 1e-6))
        return shares


def _cells(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = (hashes + np.uint64(1)) * _ODD
    return np.stack([mixed >> np.uint64(48), (mixed >> np.uint64(20)) & np.uint64(WIDTH - 1)])
