"""Features of one word for the sequence labeller. Each is a function of the word alone, so that a word's row is made once and kept.

The labeller looks at a word's features at up to two words' distance, at fewer of them the farther; nothing here knows of neighbours.
"""

from __future__ import annotations

from dengar.enrich.entities.contexts import SIZES, groups
from dengar.enrich.entities.known import known
from dengar.enrich.entities.plain import plain

# What counts of the next word, and of the one after it.
NEAR = frozenset({"w", "f", "c", "k", "s3", "s4", "p3", "has", "e64", "e320", "e1000"})
FAR = frozenset({"w", "k", "f", "e64", "e320"})
# What is learnt for each style (styles.py) apart as well, and what of that counts of the next word.
OWN = frozenset({"w", "k", "f", "c", "s3", "p3", "e320", "e1000"})
OWN_NEAR = frozenset({"w", "k", "e320"})
FORMULA = "entity-words/3"


def kind(feature: str) -> str:
    """What a feature tells of: the part before its value."""
    return feature.partition("=")[0]


def shape(word: str) -> str:
    """Its letter case and kind: Xx, X (all capitals), x, xX (mixed), d (digits), dx, @, #, [ or the sign itself."""
    first = word[0]
    if len(word) > 1 and first in "@#[":
        return first
    if word.isdigit():
        return "d" + str(min(len(word), 4))
    if not any(map(str.isalpha, word)):
        return "d+" if any(map(str.isdigit, word)) else word[:1]
    if any(map(str.isdigit, word)):
        return "dX" if any(map(str.isupper, word)) else "dx"
    if word.islower():
        return "x"
    if word.isupper():
        return "X" if len(word) > 1 else "X1"
    return "Xx" if first.isupper() and word[1:].islower() else "xX"


def features(word: str, cased: bool) -> list[str]:
    """Feature texts of a word. `cased` says whether letter case means anything in its text."""
    lower = word.lower()
    form = plain(word)
    found = [f"w={form}"]
    length = len(form)
    if length > 1:
        found += [f"s{n}={form[-n:]}" for n in range(1, 5) if n < length]
        found += [f"p{n}={form[:n]}" for n in range(2, 5) if n < length]
    case = shape(word if cased else lower)
    found += [f"f={case}", f"f={case},{min(length, 8)}"]
    if cased and case[0] == "X":
        found.append(f"c={form}")
    for sign in ".-/'&":
        if sign in word and length > 1:
            found.append(f"has={sign}")
    found += [f"k={listed}" for listed in known(lower)]
    found += [f"e{size}={group}" for size, group in zip(SIZES, groups(form), strict=False)]
    return found
