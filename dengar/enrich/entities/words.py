"""Words of a text with their places: what the labeller labels and what the rules and gazetteers read.

A word keeps its inner points, dashes, slashes and apostrophes (`kompas.com`, `PDI-P`, `Ma'ruf`); a placeholder (`[NIK]`), an
`@account` and a `#tag` are one word each; every other sign is a word of its own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r"@\[?\w[\w.\-]*\]?|#\w+|\[[A-Z_]+\]|\w+(?:[.,:/'’&\-]\w+)*|[^\w\s]")


class Word(NamedTuple):
    """The word at [start, end) of its text, as written."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """All words of a text in order; together with the blanks between them they are the text."""
    return [Word(match[0], *match.span()) for match in _WORD.finditer(text)]
