"""Digits and signs for letters: b4nsos, J4KS4, g@cor, k*rupsi. Numbers, units, model names and codes stay."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

from dengar.enrich.normalise.lexicon import listed, slang, weight, words
from dengar.enrich.normalise.shape import MAX_COMBINATIONS, collapsed, pronounceable

_LETTERS = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "tj", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "il", "€": "e", "£": "l", "+": "t",
}  # fmt: skip
_FIRST = str.maketrans({sign: letters[0] for sign, letters in _LETTERS.items()})
_UNIT = re.compile(
    r"[\d.,/+-]+(?:rb|rbu|ribu|ratus|jt|jta|juta|m|mlyr|milyar|miliar|triliun|t|k|kg|g|gr|gram|ons|ton|l|ltr|liter|ml|cm|mm|km|kb|mb|gb|tb|kbps|mbps|mhz|ghz|w|kw|kwh|v|"
    r"th|thn|tahun|bln|bulan|mgg|minggu|hr|hari|jam|jm|mnt|menit|dtk|detik|s|x|kali|an|nya|org|orang|anak|jiwa|kk|kpm|ha|hektar|lt|lantai|pcs|buah|bh|ekor|lembar|unit|"
    r"am|pm|st|nd|rd|d|p|a|b|c|e|f|h|i|in\d|desa|kel|kec|titik|persen|pro|gang|besar|kecil|k\d?)"
)
_CODE = re.compile(r"[a-z]+[-+]?\d+(?:[-+]?\d+)*")
_STARS = re.compile(r"[a-z]*\*{1,3}[a-z]+")
MINIMUM_PLAUSIBLE = 5
MAX_LENGTH = 24


def restored(word: str) -> str | None:
    """The word that a token in lower case, with digits or signs among its letters, stands for; None to leave it."""
    if len(word) > MAX_LENGTH or not any(c.isalpha() for c in word):
        return None
    if "*" in word:
        return _unstarred(word)
    if _UNIT.fullmatch(word):
        return None
    if _CODE.fullmatch(word):
        return _code(word)
    best, best_weight = None, 0
    for candidate in _candidates(word):
        for reading in collapsed(candidate):
            standard = slang().get(reading)
            found = words().get(standard, 2) + 1 if standard else weight(reading)
            # An abbreviation that only arises by chance ("5r9" → srg) is no reading of a short token.
            if found > best_weight and (len(reading) >= 3 and (not standard or len(reading) >= 4 or _vowel(reading))):
                best, best_weight = standard or reading, found
    if best:
        return best
    return _plausible(word)


def _vowel(word: str) -> bool:
    return any(c in "aiueo" for c in word)


def _candidates(word: str) -> list[str]:
    options = [_LETTERS.get(c, c) for c in word]
    total = 1
    for option in options:
        total *= len(option)
    if total > MAX_COMBINATIONS or any(c.isdigit() for option in options for c in option):
        return []
    return ["".join(choice) for choice in product(*options)]


def _code(word: str) -> str | None:
    """jud1, kary4: letters and one digit, a listed word only with it; PS5, covid19, kelas1 stay."""
    letters = word[:-1]
    if not letters.isalpha() or len(letters) < 3 or letters in words() or letters in slang():
        return None
    for candidate in _candidates(word):
        if words().get(candidate, 0) >= 3:
            return candidate
    return None


def _plausible(word: str) -> str | None:
    """An unlisted word that can be spoken, where digits stand between letters; 1 is i between consonants, else l."""
    letters = sum(c.isalpha() for c in word)
    if len(word) < MINIMUM_PLAUSIBLE or letters < 2 or letters * 2 < len(word) or any(sign in word for sign in "2+@"):
        return None
    if not re.search(r"[a-z][\d@$!|€£]+[a-z]", word) or re.search(r"\d{3}|\d[dgx]$", word):
        return None
    spoken = [candidate for candidate in _candidates(word) if pronounceable(candidate)]
    first = word.translate(_FIRST)
    if first in spoken:
        return first
    return spoken[0] if spoken else None


@cache
def _starred_words() -> dict[int, list[str]]:
    by_length: dict[int, list[str]] = {}
    for word in sorted(listed("starred")):
        by_length.setdefault(len(word), []).append(word)
    return by_length


def _unstarred(word: str) -> str | None:
    """k*rupsi, b**sos: the only word listed as "starred" that fits, at least two letters given."""
    if not _STARS.fullmatch(word) or len(word) - word.count("*") < 2:
        return None
    pattern = re.compile(word.replace("*", "."))
    fitting = [full for full in _starred_words().get(len(word), []) if pattern.fullmatch(full)]
    return fitting[0] if len(fitting) == 1 else None
