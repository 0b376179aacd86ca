"""What rises: terms said far more often than their share of the talk, by several authors, each story and each author counted once a slice.

Memory is fixed: two sketches, a filter of who said what in this slice, the newest families, and at most MOST candidates by name.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dengar.trends.families import Families, Family
from dengar.trends.heard import Heard
from dengar.trends.sketch import WINDOW, Sketch, hashed

BATCH = 1024
FILTER_BITS = 1 << 21
KNOWN_FROM = 3
"""A term gets a name once it was said so often in the window."""
MOST = 4096
LEAST_STORIES, LEAST_SHARE, LEAST_AUTHORS = 6, 0.002, 5
"""A term rises only if told by so many stories (and so large a share of the talk) and by so many distinct authors in an hour."""
THRESHOLD = 5.0
LEARNING_SLICES = 96
KEPT_MENTIONS, KEPT_AUTHORS = 64, 64


class Said(NamedTuple):
    """One mention that holds a candidate: slice, mention, post, author."""

    slice: int
    id: str
    post: str
    author: str | None


@dataclass
class Candidate:
    """A term that is said often enough to be known by name; its latest mentions and authors."""

    key: str
    authors: dict[str, int] = field(default_factory=dict)
    said: deque[Said] = field(default_factory=lambda: deque(maxlen=KEPT_MENTIONS))

    def take(self, one: Said) -> None:
        """Count a mention; the latest authors are kept, 64 at most."""
        if one.author is not None:
            self.authors.pop(one.author, None)
            self.authors[one.author] = one.slice
            if len(self.authors) > KEPT_AUTHORS:
                self.authors.pop(next(iter(self.authors)))
        self.said.append(one)

    def fade(self, at: int) -> None:
        """Forget the authors and mentions that left the window."""
        self.authors = {author: seen for author, seen in self.authors.items() if seen > at - WINDOW}
        while self.said and self.said[0].slice <= at - WINDOW:
            self.said.popleft()


class Risen(NamedTuple):
    """A term that rises at the end of a slice."""

    key: str
    score: float
    observed: float
    expected: float
    authors: int
    said: tuple[Said, ...]


class Rising:
    """Hears mentions in order of time. `evaluate` before `close`, at the end of each slice."""

    def __init__(self) -> None:
        self.sketch = Sketch()
        self.families = Families()
        self.candidates: dict[str, Candidate] = {}
        self._filter: NDArray[np.bool_] = np.zeros(FILTER_BITS, dtype=np.bool_)
        self._waiting: list[tuple[Heard, bool]] = []

    def hear(self, one: Heard) -> Family | None:
        """Take in a mention; its family. Advertising and our own accounts count for no rise."""
        family = self.families.assign(one)
        if one.role == "official" or one.spam:
            return family
        told = family is not None and family.slice == self.sketch.closed
        if family is not None:
            family.slice = self.sketch.closed
        self._waiting.append((one, not told))
        if len(self._waiting) >= BATCH:
            self._count()
        return family

    def evaluate(self) -> list[Risen]:
        """The terms that rise over the window that ends now, strongest first."""
        self._count()
        at = self.sketch.closed
        if at < LEARNING_SLICES or not self.candidates:
            return []
        known = list(self.candidates.values())
        score, observed, expected = self.sketch.scores(hashed(one.key for one in known))
        least = max(LEAST_STORIES, LEAST_SHARE * sum(self.sketch.volumes))
        risen = []
        for place in np.flatnonzero((score >= THRESHOLD) & (observed >= least)):
            one = known[place]
            one.fade(at)
            if len(one.authors) >= LEAST_AUTHORS:
                figures = (float(score[place]), float(observed[place]), float(expected[place]))
                risen.append(Risen(one.key, *figures, len(one.authors), tuple(one.said)))
        return sorted(risen, key=lambda one: (-one.score, one.key))

    def close(self) -> None:
        """End the slice."""
        self._count()
        self.sketch.close()
        self._filter[:] = False
        oldest = self.sketch.closed - WINDOW
        self.candidates = {key: one for key, one in self.candidates.items() if one.said[-1].slice > oldest}
        if len(self.candidates) > MOST:
            kept = sorted(self.candidates.values(), key=lambda one: (-len(one.said), one.key))[: MOST // 2]
            self.candidates = {one.key: one for one in kept}

    def _count(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        owners = np.repeat(np.arange(len(waiting)), [len(one.terms) for one, _ in waiting])
        keys = [key for one, _ in waiting for key in one.terms]
        hashes = hashed(keys)
        fresh = self._fresh(hashes, waiting, owners)
        self.sketch.add(hashes[fresh], sum(first for _, first in waiting))
        often = np.flatnonzero(self.sketch.counts(hashes) >= KNOWN_FROM).tolist() if keys else ()
        # One object a mention, which all its terms share: one for each of them keeps the garbage collector busy.
        said = [Said(self.sketch.closed, one.id, one.post, one.author) for one, _ in waiting]
        owner = owners.tolist()
        for place in often:
            key = keys[place]
            if (candidate := self.candidates.get(key)) is None:
                if len(self.candidates) >= 2 * MOST:
                    continue
                candidate = self.candidates[key] = Candidate(key)
            candidate.take(said[owner[place]])

    def _fresh(
        self, hashes: NDArray[np.uint64], waiting: Sequence[tuple[Heard, bool]], owners: NDArray[np.int_]
    ) -> NDArray[np.bool_]:
        """Which occurrences count: of a story told first in this slice, by an author who has not said this term in it."""
        first = np.array([told for _, told in waiting], dtype=np.bool_)[owners]
        authors = hashed(one.author or one.id for one, _ in waiting)[owners]
        places = ((hashes * np.uint64(0x9E3779B97F4A7C15)) ^ (authors * np.uint64(0xC2B2AE3D27D4EB4F))) >> np.uint64(43)
        _, once = np.unique(places, return_index=True)
        unique = np.zeros(len(places), dtype=np.bool_)
        unique[once] = True
        fresh: NDArray[np.bool_] = first & unique & ~self._filter[places]
        self._filter[places] = True
        return fresh
