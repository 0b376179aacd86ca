"""Named entities of masked, cased texts: a trained labeller, gazetteers and rules, put together for a batch at once.

Where they disagree: a programme's or office's name wins over the labeller; the labeller's reading wins over a region's name
inside it, whose code it then carries; dates and amounts take what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dengar.enrich.entities.amounts import amounts
from dengar.enrich.entities.corpus import TYPES
from dengar.enrich.entities.dates import dates
from dengar.enrich.entities.match import Match, counts, matches, resolve
from dengar.enrich.entities.tagger import Read, is_cased, load_tagger
from dengar.enrich.entities.words import Word, words
from dengar.enrich.gazetteer import Gazetteer, load

_HARD = frozenset({"programme", "role"})
# Named public bodies and firms stay unsaid too in a text that reads like NERP's (tagger.Read) with more than this probability.
NOT_LISTED = 0.9
# A region's name that is an ordinary word counts where the labeller is as sure as this.
SURE = 0.7


@dataclass(frozen=True, slots=True)
class Entity:
    """A name at [start, end) of the masked text.

    `type`: person, place, organisation, event, product, programme, role, date or amount. `code`: what it is, where that is certain
    (Kemendagri code of a place, id in the gazetteer or register, value of a date or amount); else `candidates` has what it may be.
    For an organisation named with its region, `candidates` are the region's codes. `score` 0…1: of the labeller, 1 for rules.
    `public` is False for persons who are in no register: the pipeline drops them.
    """

    type: str
    start: int
    end: int
    text: str
    code: str | None = None
    candidates: tuple[str, ...] = ()
    score: float = 1.0
    public: bool = True

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"candidates": list(self.candidates)}


class _Meant(NamedTuple):
    """What a name was read as: see Entity."""

    type: str
    code: str | None = None
    open: tuple[str, ...] = ()
    public: bool = True


def _meant(kind: str, codes: tuple[str, ...]) -> _Meant:
    return _Meant(kind, codes[0]) if len(codes) == 1 else _Meant(kind, None, codes)


def _ordinary(inside: list[Match], first: int, last: int, written: str) -> bool:
    """Whether a place is an ordinary word, in small letters, with no word of place before it."""
    return any(
        match.entry.common and not match.placed and (match.first, match.last) == (first, last) and written.islower()
        for match in inside
    )


class Labeller:
    """Finds entities. `extra` is the operator's own folder of gazetteers; `people` are (name, code) of the registers."""

    def __init__(self, extra: Path | None = None, people: Iterable[tuple[str, str]] = ()) -> None:
        self._gazetteer: Gazetteer = load(extra)
        self._people = {tuple(word.text.lower() for word in words(name)): code for name, code in people}
        self._tagger = load_tagger()

    def entities(self, masked: Sequence[str]) -> list[list[Entity]]:
        """The entities of each masked text, in order of appearance, without overlaps. Offsets are characters of the text."""
        cut = [words(text) for text in masked]
        plain: list[tuple[Sequence[str], bool]] = []
        for text in cut:
            written = [word.text for word in text]
            cased = is_cased(written)
            plain.append((written if cased else [word.lower() for word in written], cased))
        labelled = self._tagger.label(plain)
        return [self._text(text, found, read) for text, found, read in zip(masked, cut, labelled, strict=True)]

    def _text(self, text: str, cut: list[Word], read: Read) -> list[Entity]:
        found: list[Entity] = []
        lower = [word.text.lower() for word in cut]
        named = matches(lower, self._gazetteer)
        if named or read.marks.any():
            if read.firms > NOT_LISTED:
                named = [match for match in named if match.entry.type != "organisation"]
            found = self._names(text, cut, lower, named, self._spans(cut, read.marks, read.margins))
        taken = [(entity.start, entity.end) for entity in found]
        for kind, rule in (("date", dates), ("amount", amounts)):
            for start, end, value in rule(text):
                if not any(start < other_end and other_start < end for other_start, other_end in taken):
                    taken.append((start, end))
                    found.append(Entity(kind, start, end, text[start:end], value))
        found.sort(key=lambda entity: entity.start)
        return found

    def _spans(self, cut: list[Word], marks: Any, margins: Any) -> list[tuple[int, int, str, float]]:
        """(first word, last word + 1, type, score) of the labeller; never with a placeholder, account or hashtag, or without a letter."""
        found: list[tuple[int, int, str, float]] = []
        labels = self._tagger.labels
        places = np.flatnonzero(marks).tolist()
        at = 0
        while at < len(places):
            first = places[at]
            kind = labels[marks[first]][2:]
            last = first + 1
            at += 1
            while at < len(places) and places[at] == last and labels[marks[last]] == f"I-{kind}":
                last += 1
                at += 1
            score = float(1 / (1 + np.exp(-margins[first:last].min())))
            inside = [word.text for word in cut[first:last]]
            marked = any(word[0] in "@#[" and len(word) > 1 for word in inside)
            if not marked and any(word[0].isalpha() for word in inside):
                found.append((first, last, TYPES[kind], round(score, 3)))
        return found

    def _names(
        self, text: str, cut: list[Word], lower: list[str], named: list[Match], spans: list[tuple[int, int, str, float]]
    ) -> list[Entity]:
        provinces = frozenset(
            match.entry.codes[0][:2]
            for match in named
            if match.entry.type == "place" and len(match.entry.codes) == 1 and counts(match)
        )
        found: list[Entity] = []
        used: set[int] = set()

        def make(first: int, last: int, meant: _Meant, score: float) -> None:
            start, end = cut[first].start, cut[last - 1].end
            found.append(Entity(meant.type, start, end, text[start:end], meant.code, meant.open, score, meant.public))
            used.update(range(first, last))

        larger = [(first, last) for first, last, kind, _ in spans if kind != "person"]
        for match in named:
            # A role is no role inside a name: "Piala Presiden", "Kantor Presiden".
            within = match.entry.type == "role" and any(
                first <= match.first and match.last <= last and last - first > match.last - match.first
                for first, last in larger
            )
            if match.entry.type in _HARD and counts(match) and not within:
                make(match.first, match.last, _meant(match.entry.type, match.entry.codes), 1.0)
        for first, last, kind, score in spans:
            if used.isdisjoint(range(first, last)):
                inside = [match for match in named if match.first < last and first < match.last]
                if kind == "place" and score < SURE and _ordinary(inside, first, last, cut[first].text):
                    continue
                make(first, last, self._known(lower[first:last], first, last, kind, inside, provinces), score)
        for match in named:
            if match.entry.type not in _HARD and counts(match) and used.isdisjoint(range(match.first, match.last)):
                make(match.first, match.last, _meant(match.entry.type, resolve(match.entry.codes, provinces)), 1.0)
        return found

    def _known(
        self, lower: list[str], first: int, last: int, kind: str, inside: list[Match], provinces: frozenset[str]
    ) -> _Meant:
        """What the labeller's words [first, last) mean, by the registers and the gazetteers' names in them."""
        whole = next((match for match in inside if match.first <= first and match.last >= last), None)
        place = whole is not None and whole.entry.type == "place"
        if kind == "person":
            person = self._people.get(tuple(lower))
            if person is not None:
                return _Meant(kind, person)
            if whole is not None and place and whole.placed:
                return _meant("place", resolve(whole.entry.codes, provinces))
            if whole is not None and place and whole.entry.also:
                return _Meant(kind, None, (*whole.entry.codes, whole.entry.also), False)
            return _Meant(kind, None, (), False)
        if whole is not None and place and kind == "place":
            codes = resolve(whole.entry.codes, provinces)
            if whole.entry.also and not whole.placed:
                return _Meant(kind, None, (*codes, whole.entry.also))
            return _meant(kind, codes)
        if whole is not None and not place and kind == "organisation":
            return _meant(kind, whole.entry.codes)
        if kind != "organisation":
            return _Meant(kind)
        regions = (resolve(match.entry.codes, provinces) for match in inside if match.entry.type == "place")
        return _Meant(kind, None, tuple(dict.fromkeys(code for codes in regions for code in codes)))


@cache
def _default() -> Labeller:
    return Labeller()


def entities(masked: Sequence[str]) -> list[list[Entity]]:
    """Entities of a batch of masked texts with our gazetteers and nobody registered; see Labeller."""
    return _default().entities(masked)
