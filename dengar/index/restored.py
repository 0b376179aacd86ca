"""Words of a query as enrichment would restore them in a text, aligned with the words as written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_LETTERS = str.maketrans("01345789", "oieastbg")
_ONE_DIGIT = re.compile(r"[^\W\d_]+[01345789][^\W\d_]+|[^\W\d_]{4,}[01345789]")
_TOKEN = re.compile(r"\S+")


class Unit(NamedTuple):
    """Words that were read together (mostly one): as written, and as restored."""

    written: str
    restored: str

    @property
    def changed(self) -> bool:
        """Whether restoring made another word of it, beyond capitals."""
        return self.written.lower() != self.restored.lower()


def restore(words: Sequence[str]) -> list[Unit]:
    """The words, read in their order as one text: `b a n s o s blm cair` → (b a n s o s, bansos), (blm, belum), (cair, cair)."""
    from dengar.enrich.normalise import normalised

    text = " ".join(words)
    read = normalised(text)
    if read.text == text:
        return [Unit(word, _spoken(word)) for word in words]
    places = [match.span() for match in _TOKEN.finditer(text)]
    groups = [_Group(number, number) for number in range(len(places))]
    for token in _TOKEN.finditer(read.text):
        start, end = read.source_span(*token.span())
        touched = [number for number, (a, b) in enumerate(places) if a < end and b > start]
        if touched:
            groups = _joined(groups, touched[0], touched[-1], token[0])
    written = [text[places[group.first][0] : places[group.last][1]] for group in groups]
    return [
        Unit(word, " ".join(_spoken(token) for token in group.tokens) or word)
        for word, group in zip(written, groups, strict=True)
    ]


def _spoken(word: str) -> str:
    """A word with one digit among its letters, which enrichment leaves for want of certainty; a query may try it: k4ra → kara."""
    return word.translate(_LETTERS) if _ONE_DIGIT.fullmatch(word) else word


class _Group(NamedTuple):
    """Words first … last, and the restored tokens that came of them."""

    first: int
    last: int
    tokens: tuple[str, ...] = ()


def _joined(groups: Sequence[_Group], first: int, last: int, token: str) -> list[_Group]:
    """One group of those that hold the words first … last, with the token added to it."""
    before = [group for group in groups if group.last < first]
    held = [group for group in groups if group.last >= first and group.first <= last]
    after = [group for group in groups if group.first > last]
    tokens = (*(one for group in held for one in group.tokens), token)
    return [*before, _Group(held[0].first, held[-1].last, tokens), *after]
