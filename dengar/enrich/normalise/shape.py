"""The shape of words: syllables, lengthened letters, vowels left out."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import groupby, product

from dengar.enrich.normalise.lexicon import slang, weight, words

MAX_COMBINATIONS = 64
_ONSET = r"(?:ng|ny|kh|sy|mb|nd|nj|nc|ngg|str|spr|skr|[bcdfgkpst]r|[bcfgkps]l|s[kptmnw]|kw|[b-df-hj-np-tv-z])"
_CODA = r"(?:ng|ny|kh|ks|rs|ns|nk|[b-df-hj-np-tv-z])"
_SPOKEN = re.compile(rf"(?:{_ONSET}?[aiueo]{{1,2}}{_CODA}?)+")
_TRIPLE = re.compile(r"(.)\1\1")
_VOWELS = re.compile(r"[aiueo]")
MINIMUM_WEIGHT = 3
MINIMUM_WITHOUT_VOWELS = 4


@lru_cache(maxsize=16_384)
def pronounceable(word: str) -> bool:
    """Whether a word in lower case is made of Indonesian syllables."""
    return len(word) <= 24 and _SPOKEN.fullmatch(word) is not None


def collapsed(word: str) -> list[str]:
    """The word itself, then its readings with repeated letters written once or twice (bangeeet → banget, bangeet), once first."""
    runs = [(letter, sum(1 for _ in group)) for letter, group in groupby(word)]
    if all(number == 1 for _, number in runs):
        return [word]
    options = [(letter,) if number == 1 else (letter, letter * 2) for letter, number in runs]
    total = 2 ** sum(number > 1 for _, number in runs)
    readings = [word] if all(number <= 2 for _, number in runs) else []
    if total <= MAX_COMBINATIONS:
        readings += ["".join(choice) for choice in product(*options)]
    else:
        readings.append("".join(letter for letter, _ in runs))
    return list(dict.fromkeys(readings))


def shortened(word: str) -> str | None:
    """The listed word or spelling that a lengthened word stands for, the most common first (saaat → saat, pakkk → pak)."""
    best, best_weight = None, 0
    tripled = _TRIPLE.search(word) is not None
    for reading in collapsed(word):
        if reading == word:
            continue
        found = 3 if reading in slang() else weight(reading)
        if not tripled and found < MINIMUM_WEIGHT:
            continue
        if found > best_weight:
            best, best_weight = reading, found
    return best


@cache
def _by_consonants() -> dict[str, list[tuple[int, str]]]:
    index: dict[str, list[tuple[int, str]]] = {}
    for word, count in words().items():
        if count >= MINIMUM_WEIGHT and word.isalpha() and len(word) > 3:
            index.setdefault(word[0] + _VOWELS.sub("", word[1:]), []).append((count, word))
    return index


def with_vowels(word: str) -> str | None:
    """The most common word that `word` is short of vowels only (bntuan → bantuan); None if it can be spoken as it is."""
    if len(word) < MINIMUM_WITHOUT_VOWELS or pronounceable(word):
        return None
    fitting = [
        (count - (len(full) - len(word)) * 0.7, full)
        for count, full in _by_consonants().get(word[0] + _VOWELS.sub("", word[1:]), ())
        if len(full) > len(word) and full[-1] == word[-1] and _within(word, full)
    ]
    return max(fitting)[1] if fitting else None


MINIMUM_VARIANT = 4
MINIMUM_VARIANT_WEIGHT = 5
_CLUSTER = re.compile(r"[bcdfgkpst][rl][aiueo]|s[ktpmn][aiueo]|[kmpst][bdjmnlr]")


def spoken_variant(word: str) -> str | None:
    """A common word as it is spoken: denger → dengar, rame → ramai, ijo → hijau, ancur → hancur, masi → masih, trima → terima."""
    if len(word) < MINIMUM_VARIANT:
        return None
    forms = []
    if word[-2] == "e" and word[-1] not in "aiueo":
        forms.append(f"{word[:-2]}a{word[-1]}")
    if word[-1] == "e":
        forms.append(word[:-1] + "ai")
    if word[-1] == "o":
        forms.append(word[:-1] + "au")
    if word[0] in "aiueo":
        forms += ["h" + form for form in (word, *forms)]
    elif _CLUSTER.match(word):
        forms += [f"{word[0]}{vowel}{word[1:]}" for vowel in "eaiou"]
    if word[-1] in "aiueo":
        forms.append(word + "h")
    listed = words()
    fitting = [
        (listed[form], form)
        for form in forms
        if listed.get(form, 0) >= MINIMUM_VARIANT_WEIGHT - (len(form) == len(word) and form[0] == word[0])
    ]
    return max(fitting)[1] if fitting else None


def _within(short: str, full: str) -> bool:
    letters = iter(full)
    return all(letter in letters for letter in short)
