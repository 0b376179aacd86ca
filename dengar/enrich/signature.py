"""Near-duplicate signature of a text: SimHash (Charikar 2002) of 64 bits over its words and pairs of neighbouring words.

Made from the normalised text, in lower case, without links, accounts, placeholders, numbers and punctuation, so that copies that differ
in these, in spelling or in look-alike letters have the same signature. Decision 0013 has the measured distances.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np

BITS = 64
NEAR = 10
"""Texts of eight words or more within this distance are near copies; 6 and less is the same text but for a word."""

EMPTY = "0" * (BITS // 4)
"""The signature of a text without a word."""

_NO_WORDS = re.compile(r"https?://\S+|www\.\S+|@\[[^\]]*\]|\[[A-Z]+\]|[@#]\w+")
_WORD = re.compile(r"[^\W\d_]{2,}")
MAX_WORDS = 2_000
WORD_WEIGHT = 4
_MASK = (1 << BITS) - 1
_ODD = 0x9E3779B97F4A7C15


@lru_cache(maxsize=65_536)
def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _pair(first: int, second: int) -> int:
    """A hash of two hashes that depends on their order; multiplication by the golden ratio spreads the bits."""
    mixed = ((first * _ODD) ^ (second >> 7) ^ (second << 31)) & _MASK
    mixed = ((mixed ^ (mixed >> 32)) * _ODD) & _MASK
    return mixed ^ (mixed >> 29)


def signature(text: str) -> str:
    """The signature of a normalised text, 16 hexadecimal digits; EMPTY where there is no word."""
    if "@" in text or "#" in text or "[" in text or "://" in text or "www." in text:
        text = _NO_WORDS.sub(" ", text)
    hashes = [_hash(word) for word in _WORD.findall(text.lower())[:MAX_WORDS]]
    if not hashes:
        return EMPTY
    pairs = [_pair(first, second) for first, second in pairwise(hashes)]
    features = np.array(hashes + pairs, dtype=">u8").view(np.uint8).reshape(-1, 8)
    bits = np.unpackbits(features, axis=1)
    once = len(hashes)
    total = WORD_WEIGHT * bits[:once].sum(axis=0, dtype=np.int64) + bits[once:].sum(axis=0, dtype=np.int64)
    # The first word settles ties: an even sum must not depend on anything but the text.
    weight = WORD_WEIGHT * once + len(pairs)
    return np.packbits((2 * total + bits[0]) > weight).tobytes().hex()


def distance(first: str, second: str) -> int:
    """Number of differing bits, 0 to 64. Raises ValueError if an argument is not hexadecimal."""
    return (int(first, 16) ^ int(second, 16)).bit_count()
