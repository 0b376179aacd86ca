"""Names of the gazetteers in a text, and the codes of regions: kept open where a name may mean several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dengar.enrich.gazetteer import Entry, Gazetteer

_CLITICS = ("nya", "ku", "mu", "lah", "kah", "pun", "ne", "e")


class Match(NamedTuple):
    """The words [first, last) are a form of `entry`; `placed` says that a word of place stands before them."""

    first: int
    last: int
    entry: Entry
    placed: bool


def matches(lower: Sequence[str], gazetteer: Gazetteer) -> list[Match]:
    """The longest forms in the lower-cased words of a text, from left to right, without overlaps.

    A form that is also an ordinary word, or something else, counts as a place only after a word of place.
    """
    found: list[Match] = []
    lengths, entries = gazetteer.lengths, gazetteer.entries
    until = 0
    for at, word in enumerate(lower):
        if at < until:
            continue
        sizes = lengths.get(word)
        if sizes is None:
            if len(word) > 5 and (bare := _bare(word, gazetteer)) is not None:
                found.append(Match(at, at + 1, bare, False))
            continue
        for size in sizes:
            entry = entries.get(tuple(lower[at : at + size])) if at + size <= len(lower) else None
            if entry is None:
                continue
            placed = entry.type == "place" and _placed(lower, at, gazetteer)
            found.append(Match(at, at + size, entry, placed))
            until = at + size
            break
    return found


def _bare(word: str, gazetteer: Gazetteer) -> Entry | None:
    """The entry of a word without its clitic (`bansosnya`, `pkhku`); not for places."""
    for clitic in _CLITICS:
        if word.endswith(clitic):
            entry = gazetteer.entries.get((word[: -len(clitic)],))
            if entry is not None and entry.type != "place":
                return entry
    return None


def _placed(lower: Sequence[str], at: int, gazetteer: Gazetteer) -> bool:
    before = lower[max(0, at - 2) : at]
    near = [word for word in before if word.isalpha() or "." in word]
    return bool(near) and near[-1].rstrip(".") in gazetteer.place_context


def counts(match: Match) -> bool:
    """Whether a match stands by itself, without the labeller's word for it."""
    entry = match.entry
    return match.placed or not (entry.common or entry.also)


def resolve(codes: Sequence[str], provinces: frozenset[str]) -> tuple[str, ...]:
    """The codes that lie in one of the provinces the text names for certain; all of them where none does."""
    if len(codes) < 2:
        return tuple(codes)
    inside = tuple(code for code in codes if "." in code and code[:2] in provinces)
    return inside or tuple(codes)
