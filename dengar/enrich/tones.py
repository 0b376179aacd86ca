"""How far the listed words of a text (models/words.txt) lean to a side: what counting words says of words never met in training."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

LEANING = {"good": 1.0, "bad": -1.0, "pleasant": 0.4, "unpleasant": -0.4}
# fmt: off
TONES = (
    "good", "bad", "balance", "strength", "share", "last", "first", "dense good", "dense bad", "mute", "after contrast", "contrast",
)
# fmt: on


class Leaning(Protocol):
    """What a word of a text brings: itself, its kinds, whether it negates, and its leaning."""

    @property
    def word(self) -> str: ...
    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def negator(self) -> bool: ...
    @property
    def leaning(self) -> float: ...


def leaning(kinds: Sequence[str]) -> float:
    """The strongest leaning among a word's kinds, −1…1; 0 where it leans nowhere."""
    return max((LEANING.get(kind, 0.0) for kind in kinds), key=abs, default=0.0)


def tones(line: Sequence[Leaning], pairs: Mapping[tuple[str, str], tuple[str, ...]]) -> list[float]:
    """A number for each of TONES, about −1…1 (sums are logarithmic). `pairs` are the listed phrases of two words.

    A leaning word one or two places after a negator leans the other way. Where a contrast stands (*tapi*), what follows it is
    told apart: it is what the writer insists on.
    """
    found: list[float] = []
    contrast: int | None = None
    since, words, before = 9, 0, ""
    for token in line:
        since = 0 if token.negator else since + 1
        words += token.word[0].isalnum()
        lean = token.leaning
        if (before, token.word) in pairs:
            lean = leaning(pairs[before, token.word]) or lean
        before = token.word
        if "contrast" in token.kinds:
            contrast = len(found)
        if lean:
            found.append(-lean if 0 < since <= 2 else lean)
    good = sum(lean for lean in found if lean > 0)
    bad = good - sum(found)
    balance, words = good - bad, max(1, words)
    after = balance if contrast is None else sum(found[contrast:])
    return [
        math.log1p(good),
        math.log1p(bad),
        math.tanh(balance),
        math.copysign(math.log1p(abs(balance)), balance),
        balance / (good + bad + 1),
        found[-1] if found else 0.0,
        found[0] if found else 0.0,
        min(1.0, 3 * good / words),
        min(1.0, 3 * bad / words),
        float(not found),
        math.tanh(after),
        float(contrast is not None),
    ]
