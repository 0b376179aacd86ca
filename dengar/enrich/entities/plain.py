"""A word's plain form, and the number it is stored under: no word of the data is kept in the weights."""

from __future__ import annotations

import re
from zlib import crc32

_DIGIT = re.compile(r"\d")


def plain(word: str) -> str:
    """A word in lower case, its digits all 0."""
    return _DIGIT.sub("0", word.lower())


def key(text: str) -> int:
    """A number of 32 bits."""
    return crc32(text.encode("utf-8", "replace"))
