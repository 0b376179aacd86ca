"""Which texts are copies of one another, by their SimHash (dengar.enrich.signature): the first of a family stands for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dengar.enrich.signature import EMPTY

SAME = 6
"""Differing bits up to which two texts are one but for a word."""
LONG_WORDS = 8
"""Words below which two people write the same without having read each other ("amin ya allah")."""
HELD = 4096
"""Families that are looked through, the newest; an older one gains exact copies only."""


def families(signatures: Iterable[str | None], near: int = SAME) -> list[int | None]:
    """The number of each text's family, counted from 0 in order of appearance; None for texts too short to compare.

    Time grows with the number of texts, not with its square: at most HELD families are compared with.
    """
    known: dict[str, int] = {}
    firsts = np.zeros(HELD, dtype=np.uint64)
    numbers: list[int] = []
    found: list[int | None] = []
    count = 0
    for told in signatures:
        if not told or told == EMPTY:
            found.append(None)
            continue
        number = known.get(told)
        if number is None:
            value = np.uint64(int(told, 16))
            held = min(len(numbers), HELD)
            distance = np.bitwise_count(firsts[:held] ^ value)
            at = int(distance.argmin()) if held else -1
            if at >= 0 and distance[at] <= near:
                number = numbers[at]
            else:
                number, count = count, count + 1
                slot = number % HELD
                firsts[slot] = value
                if slot < len(numbers):
                    numbers[slot] = number
                else:
                    numbers.append(number)
            known[told] = number
        found.append(number)
    return found


def families_of(mentions: Iterable[Mapping[str, Any]], near: int = SAME) -> list[int | None]:
    """`families` of mentions; those of fewer than LONG_WORDS words are in none."""
    return families(
        (one.get("signature") if len(one["text"].split()) >= LONG_WORDS else None for one in mentions), near
    )
