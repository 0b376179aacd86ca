"""Accounts that act as one: the same long text from several within minutes, again and again. They are discounted to one voice, not cut out.

A sign, no verdict: a fan club acts so too. Pure; deterministic.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from dengar.attribution.copies import families_of
from dengar.attribution.window import label, published

BURST = timedelta(minutes=10)
LEAST_ACCOUNTS, LEAST_BURSTS = 3, 2
"""Accounts in a burst; bursts that two accounts share."""
MOST_IN_BURST = 200


def clusters(mentions: Iterable[Mapping[str, Any]]) -> list[frozenset[str]]:
    """Groups of author keys that act as one, the largest first; none in two of them. Accounts judged bots by most of their texts are a
    group of one each."""
    held = sorted(mentions, key=lambda one: (published(one), one["id"]))
    shared = _shared_bursts(held)
    parent: dict[str, str] = {}

    def find(one: str) -> str:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    for (first, second), count in sorted(shared.items()):
        if count >= LEAST_BURSTS:
            parent[find(second)] = find(first)
    grown: dict[str, set[str]] = defaultdict(set)
    for one in sorted(parent):
        grown[find(one)].add(one)
    found = [frozenset(group) for group in grown.values() if len(group) >= LEAST_ACCOUNTS]
    taken = frozenset[str]().union(*found)
    found += [frozenset([one]) for one in _judged(held) if one not in taken]
    return sorted(found, key=lambda group: (-len(group), min(group)))


def weights(groups: Iterable[frozenset[str]]) -> dict[str, float]:
    """Author key → how much of a voice it is: the members of a group are one together, one judged a bot is none; others are absent (1)."""
    return {one: 1 / len(group) if len(group) > 1 else 0.0 for group in groups for one in group}


def _shared_bursts(held: list[Mapping[str, Any]]) -> Counter[tuple[str, str]]:
    told: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for one, family in zip(held, families_of(held), strict=True):
        author, public = one["author"]["key"], one["author"]["role"] in ("public", "unknown")
        if family is not None and author is not None and public:
            told[family].append((published(one), author))
    shared: Counter[tuple[str, str]] = Counter()
    for copies in told.values():
        for burst in _bursts(copies):
            shared.update(combinations(sorted(burst)[:MOST_IN_BURST], 2))
    return shared


def _bursts(copies: list[tuple[datetime, str]]) -> Iterable[set[str]]:
    """Authors of copies that follow each other within BURST."""
    burst: set[str] = set()
    last: datetime | None = None
    for at, author in copies:
        if last is not None and at - last > BURST:
            if len(burst) >= LEAST_ACCOUNTS:
                yield burst
            burst = set()
        burst.add(author)
        last = at
    if len(burst) >= LEAST_ACCOUNTS:
        yield burst


def _judged(held: Iterable[Mapping[str, Any]]) -> list[str]:
    whole, bots = Counter[str](), Counter[str]()
    for one in held:
        if (author := one["author"]["key"]) is not None and (told := label(one, "spam")) is not None:
            whole[author] += 1
            bots[author] += told == "bot"
    return sorted(author for author, count in bots.items() if 2 * count > whole[author])
