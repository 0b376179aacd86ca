"""Families of near copies: texts whose SimHash differs in a few bits are one story, whoever posts them.

The newest families are held, a fixed number. Source of the signature: dengar.enrich.signature.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dengar.trends.heard import Heard

NEAR, NEAR_SHORT, LONG_WORDS = 10, 6, 8
"""Differing bits up to which a text of eight words or more, and a shorter one, is a copy (decision 0013)."""
HELD = 8192
MOST_AUTHORS, MOST_POSTS, MOST_SAMPLES = 256, 64, 10


@dataclass
class Family:
    """What is known of one family. Counts are of its whole life; sets and lists are capped, `authors` counts on to 256."""

    number: int
    first: tuple[datetime, str, str, str]
    """Time, mention, post and platform of the earliest copy heard."""
    text: str
    last_at: datetime
    copies: int = 0
    judged: int = 0
    suspects: int = 0
    ads: int = 0
    backfilled: int = 0
    slice: int = -1
    authors: set[str] = field(default_factory=set)
    posts: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    """Post → (its first copy, copies): the way it spread."""
    platforms: set[str] = field(default_factory=set)
    domains: Counter[str] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    samples: list[str] = field(default_factory=list)

    def take(self, one: Heard) -> None:
        """Count a copy."""
        self.copies += 1
        self.last_at = max(self.last_at, one.at)
        self.judged += one.suspect is not None
        self.suspects += bool(one.suspect)
        self.ads += bool(one.spam)
        self.backfilled += one.backfill
        self.platforms.add(one.platform)
        if one.author is not None and len(self.authors) < MOST_AUTHORS:
            self.authors.add(one.author)
        if one.post in self.posts or len(self.posts) < MOST_POSTS:
            at, copies = self.posts.get(one.post, (one.at, 0))
            self.posts[one.post] = (at, copies + 1)
        for domain in one.domains:
            if domain in self.domains or len(self.domains) < MOST_POSTS:
                self.domains[domain] += 1
        self.signs.update(one.signs)
        if len(self.samples) < MOST_SAMPLES:
            self.samples.append(one.id)


class Families:
    """The newest HELD families. `assign` finds a mention's family or makes one."""

    def __init__(self) -> None:
        self.signatures: NDArray[np.uint64] = np.zeros(HELD, dtype=np.uint64)
        self.held: list[Family] = []
        self.made = 0

    def assign(self, one: Heard) -> Family | None:
        """The family of a mention, counted into it; None for a text too short to compare."""
        if one.signature is None:
            return None
        found = self._find(one.signature, NEAR if len(one.text.split()) >= LONG_WORDS else NEAR_SHORT)
        if found is None:
            found = self._make(one)
        found.take(one)
        return found

    def _find(self, signature: int, near: int) -> Family | None:
        used = len(self.held)
        if not used:
            return None
        distance = np.bitwise_count(self.signatures[:used] ^ np.uint64(signature))
        nearest = int(distance.argmin())
        return self.held[nearest] if distance[nearest] <= near else None

    def _make(self, one: Heard) -> Family:
        family = Family(self.made, (one.at, one.id, one.post, one.platform), one.text, one.at)
        assert one.signature is not None
        place = self.made % HELD
        self.signatures[place] = one.signature
        if place < len(self.held):
            self.held[place] = family
        else:
            self.held.append(family)
        self.made += 1
        return family
