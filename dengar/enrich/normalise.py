"""Normalised text for matching: NFKC, look-alike letters, invisible characters, elongation. Idempotent; case is kept.

A word's look-alikes (Cyrillic а in "сair") are read as Latin only where the whole word then is plain ASCII: words of another
script stay. Data: Unicode confusables through confusable-homoglyphs 3.3.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MAX_PASSES = 8

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_STACKED = re.compile(r"([\u0300-\u036f\u20d0-\u20ff\u1ab0-\u1aff]){2,}")
_LATIN_MARK = re.compile(r"(?<=[A-Za-z])[\u0300-\u036f\u20d0-\u20ff]+")
_REPEATED = re.compile(r"((?:https?://|www\.)\S+)|([^\W\d_])\2{2,}|([!?.,~])\3{2,}", re.IGNORECASE)
_WORD = re.compile(r"\S*[^\x00-\x7f]\S*")
# Negative squared and circled capitals have no compatibility form in Unicode.
_NEGATIVE = {base + i: chr(65 + i) for base in (0x1F150, 0x1F170) for i in range(26)}


@cache
def _look_alikes() -> dict[int, str]:
    from confusable_homoglyphs.confusables import confusables_data

    table = dict(_NEGATIVE)
    for character, forms in confusables_data.items():
        if len(character) == 1 and not character.isascii() and character.isalpha():
            latin = next((f["c"] for f in forms if len(f["c"]) == 1 and f["c"].isascii() and f["c"].isalpha()), None)
            if latin:
                table[ord(character)] = latin
    return table


def _latin(match: re.Match[str]) -> str:
    read = match[0].translate(_look_alikes())
    return read if read.isascii() else match[0]


def _pass(text: str) -> str:
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
        text = _STACKED.sub("", text)
        text = _LATIN_MARK.sub("", text)
        text = _WORD.sub(_latin, text)
    return _REPEATED.sub(lambda m: m[1] or m[2] or m[3], text)


def normalise(text: str) -> str:
    """The normalised form of a (masked) text: normalise(normalise(t)) == normalise(t)."""
    for _ in range(MAX_PASSES):
        read = _pass(text)
        if read == text:
            break
        text = read
    return text
