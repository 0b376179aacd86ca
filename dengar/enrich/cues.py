"""Cues: which matter and which frame a normalised text names, by the lexicon; presence only, no grammar.

They explain a judgement, and serve the heads as features that carry over to words no training text has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from dengar.enrich.cue_lexicon import LEXICON

Matrix = Any  # scipy.sparse.csr_matrix, which has no types

_TOKEN = re.compile(r"\w+(?:-\w+)*")
_CLITIC = re.compile(r"(?<=\w{3})(?:nya|nye|lah|kah|ku|mu|pun|na|ne)$")
# Marks of writing beside the lexicon's words.
MARKS = (
    "m_question",
    "m_exclaims",
    "m_ends_question",
    "m_starts_beg",
    "m_starts_ask",
    "m_starts_tell",
    "m_short",
    "m_long",
    "m_upper",
)
CUES: tuple[str, ...] = (*LEXICON, *MARKS)
_INDEX = {cue: number for number, cue in enumerate(CUES)}


def _phrases() -> dict[str, tuple[tuple[tuple[str, ...], int], ...]]:
    table: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for cue, listed in LEXICON.items():
        for phrase in {part.strip() for part in listed.split(",")}:
            first, *rest = phrase.split()
            table.setdefault(first, []).append((tuple(rest), _INDEX[cue]))
    # Longer phrases first: they name the words better.
    return {
        first: tuple(sorted(entries, key=lambda entry: (-len(entry[0]), entry))) for first, entries in table.items()
    }


_TABLE = _phrases()


@lru_cache(maxsize=50_000)
def _entries(word: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    entries = _TABLE.get(word)
    if entries is None:
        bare = _CLITIC.sub("", word)
        entries = _TABLE.get(bare, ()) if bare != word else ()
    return entries


def found(text: str) -> dict[str, str]:
    """Each cue of the lexicon that `text` (normalised, any case) names → the first words that named it."""
    tokens = _TOKEN.findall(text.lower())
    names: dict[str, str] = {}
    for start, token in enumerate(tokens):
        for rest, number in _entries(token):
            if not rest or tuple(tokens[start + 1 : start + 1 + len(rest)]) == rest:
                names.setdefault(CUES[number], " ".join(tokens[start : start + 1 + len(rest)]))
    return names


def indices(text: str) -> list[int]:
    """Numbers of the cues (positions in `CUES`) that `text` has, sorted; lexicon and marks."""
    tokens = _TOKEN.findall(text.lower())
    numbers: set[int] = set()
    for start, token in enumerate(tokens):
        for rest, number in _entries(token):
            if number not in numbers and (not rest or tuple(tokens[start + 1 : start + 1 + len(rest)]) == rest):
                numbers.add(number)
                if start < 2 and number in _STARTS:
                    numbers.add(_STARTS[number])
    if "?" in text:
        numbers.add(_INDEX["m_question"])
        if text.rstrip(" ?!.)").count("?") == 0:
            numbers.add(_INDEX["m_ends_question"])
    if "!" in text:
        numbers.add(_INDEX["m_exclaims"])
    if len(tokens) < 4:
        numbers.add(_INDEX["m_short"])
    elif len(tokens) > 25:
        numbers.add(_INDEX["m_long"])
    if len(text) > 10 and text.isupper():
        numbers.add(_INDEX["m_upper"])
    return sorted(numbers)


_STARTS = {
    _INDEX["f_beg"]: _INDEX["m_starts_beg"],
    _INDEX["f_ask"]: _INDEX["m_starts_ask"],
    _INDEX["f_tell"]: _INDEX["m_starts_tell"],
}


def cue_matrix(texts: Sequence[str]) -> Matrix:
    """Rows: texts. Columns: `CUES`. 1 where the text has the cue."""
    import numpy as np
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    rows = [indices(text) for text in texts]
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((number for row in rows for number in row), dtype=np.int32, count=int(ends[-1]))
    return csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(rows), len(CUES)))
