"""Long numbers of a text, cut into the ones that mean something: each type judges every way to end a number that begins somewhere.

Digits may be grouped by blanks, dots, dashes, brackets and invisible characters, or spelled as words ("nol delapan satu dua").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from dengar.enrich.pii.labels import Label, label_after, labels_before
from dengar.enrich.pii.span import Found
from dengar.enrich.pii.view import View

MINIMUM_DIGITS, MAXIMUM_DIGITS, MINIMUM_WORDS = 8, 18, 3
TRAILING_COST = 0.3
_ORDERED = frozenset({"nik", "kk", "npwp", "phone", "account"})

_BETWEEN = r"[ \t\u00a0.\-()·*_,/\u200b]{0,3}"
_RUN = re.compile(rf"\+?\(?\d(?:{_BETWEEN}\d){{{MINIMUM_DIGITS - 1},}}")
_GROUP = re.compile(r"\d+")
_WORDS = {
    "nol": "0", "kosong": "0", "satu": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5", "enam": "6", "tujuh": "7",
    "tuju": "7", "delapan": "8", "lapan": "8", "sembilan": "9",
}  # fmt: skip
_SPELLED_WORD = "|".join(_WORDS)
_SPELLED = re.compile(rf"(?<![a-z])(?:\+?\d+|{_SPELLED_WORD})(?:[\s,.\-]{{0,3}}(?:\d+|{_SPELLED_WORD})){{3,}}(?![a-z])")
_SPELLED_HINT = re.compile(r"nol|kosong|delapan|lapan")
_SPELLED_GROUP = re.compile(rf"\d+|{_SPELLED_WORD}")
_ZERO = re.compile(r"(?<![a-z])(?:nol|kosong)\s?\Z")
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d{2}|(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)")
_PRICE = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?:,\d{1,2})?\Z")
_LIST = re.compile(r"\s{0,2}(?:[,/&;]|dan|atau|sama|serta|,\s?dan)\s{0,2}(?:no(?:mor)?\W{0,2})?\Z|\s\Z")
_GLUED = re.compile(r"[A-Za-z][A-Za-z0-9.]*(?:[-/_][A-Za-z0-9.]+)*[-/_]?\Z")


class Group(NamedTuple):
    """Digits in one piece: [start, end) of the text."""

    start: int
    end: int
    digits: str


@dataclass(frozen=True)
class Number:
    """A number as it could stand in the text: its groups, what is written around it. Offsets are characters."""

    view: View
    groups: Sequence[Group]
    before: Sequence[Label]
    spelled: bool = False

    @cached_property
    def digits(self) -> str:
        return "".join(group.digits for group in self.groups)

    @property
    def start(self) -> int:
        return self.groups[0].start

    @property
    def end(self) -> int:
        return self.groups[-1].end

    @cached_property
    def written(self) -> str:
        return self.view.spaced[self.start : self.end]

    @cached_property
    def kind(self) -> str | None:
        """What the nearest word before it says it is; else what stands right after it."""
        return self.before[0].kind if self.before else self.after

    @cached_property
    def after(self) -> str | None:
        return label_after(self.view.lower, self.end)

    def near(self, *kinds: str) -> bool:
        """Whether the nearest label is of these kinds and close by."""
        if self.before:
            return self.before[0].kind in kinds and self.before[0].near
        return self.after in kinds

    @cached_property
    def glued(self) -> str:
        """Letters (with what hangs on them) right before the number: "NIK", "INV-", "wa.me/"."""
        match = _GLUED.search(self.view.text[max(0, self.start - 24) : self.start].rstrip("(+"))
        return match[0] if match else ""

    @cached_property
    def plus(self) -> bool:
        return self.view.text[max(0, self.start - 3) : self.start].rstrip(" (").endswith("+")

    @cached_property
    def in_link(self) -> bool:
        return self.view.in_link(self.start)

    @cached_property
    def dated(self) -> bool:
        """Whether it begins with, or is, a date."""
        return _DATE.search(self.written) is not None

    @cached_property
    def priced(self) -> bool:
        """Whether it is grouped as an amount is."""
        return _PRICE.match(self.written) is not None and len(self.groups) > 1

    @cached_property
    def trailing(self) -> bool:
        """Whether the last group is likely another thing: short, behind a blank, after long groups."""
        if len(self.groups) < 2 or len(self.groups[-1].digits) > 2 or self.spelled:
            return False
        gap = self.view.spaced[self.groups[-2].end : self.groups[-1].start]
        longest = max(len(group.digits) for group in self.groups[:-1])
        shortest = min(len(group.digits) for group in self.groups[:-1])
        return ("-" not in gap and "." not in gap) and (longest >= 8 or shortest >= 3)


class Judge(Protocol):
    """How sure a type is of a number, 0 (it is not mine) to 1."""

    def __call__(self, number: Number) -> float: ...


_TWO = re.compile(r"[^a-z\n]{8,40}(?:dan|&|/|,|\+|sama|serta|dn)?\s{0,2}\d{4}")
_PAIRED = re.compile(r"\s?(?:dan|&|/|,|\+|sama|serta|dn)\s?\Z")


def numbers(view: View, judges: Iterable[tuple[str, Judge]]) -> Iterator[Found]:
    """The best reading of every number in the text, left to right, not overlapping."""
    reader = _Reader(view, tuple(judges))
    if view.digits >= MINIMUM_DIGITS - 2:
        for run in _RUN.finditer(view.spaced):
            groups = [Group(run.start() + m.start(), run.start() + m.end(), m[0]) for m in _GROUP.finditer(run[0])]
            yield from reader.read(groups)
    if _SPELLED_HINT.search(view.lower):
        for run in _SPELLED.finditer(view.lower):
            groups = [
                Group(run.start() + m.start(), run.start() + m.end(), _WORDS.get(m[0], m[0]))
                for m in _SPELLED_GROUP.finditer(run[0])
            ]
            words = [not view.lower[group.start].isdigit() for group in groups]
            while words and words[-1] and sum(words) < MINIMUM_WORDS:
                groups, words = groups[:-1], words[:-1]
            if sum(words) >= MINIMUM_WORDS or (words and words[0]):
                yield from reader.read(groups, spelled=True)


class _Reader:
    """Reads a text's runs of groups in order; a number in a list is what the number before it was."""

    def __init__(self, view: View, judges: tuple[tuple[str, Judge], ...]) -> None:
        self._view, self._judges = view, judges
        self._end = 0
        self._inherited: list[Label] = []

    def read(self, groups: list[Group], spelled: bool = False) -> Iterator[Found]:
        first = 0
        while first < len(groups):
            before, inherited = self._labels(groups[first].start)
            weight, last, kind = self._best(groups, first, before, spelled)
            if not kind:
                first += 1
                continue
            start = groups[first].start
            while kind == "phone" and start > 0 and self._view.text[start - 1] in "+(":
                start -= 1
            zero = _ZERO.search(self._view.lower[:start]) if kind == "phone" else None
            start = zero.start() if zero else start
            yield Found(kind, start, groups[last].end, weight)
            self._inherited, self._end = inherited, groups[last].end
            first = last + 1

    def _labels(self, start: int) -> tuple[list[Label], list[Label]]:
        """(words that speak of a number at `start`, those that will speak of the next one in a list)."""
        lower = self._view.lower
        before = labels_before(lower, start, max(self._end, _floor(self._view, start)))
        if not before and self._inherited and _LIST.match(lower[self._end : start]):
            return self._inherited, self._inherited
        if len(before) > 1 and self._in_order(before, start):
            return [before[1]._replace(near=True)], [before[0]]
        return before, before

    def _in_order(self, before: list[Label], start: int) -> bool:
        """Whether two words name this number and the next one, in that order: "NIK dan KK saya … dan …"."""
        lower, (second, first) = self._view.lower, before[:2]
        if not second.near or second.kind == first.kind or not {second.kind, first.kind} <= _ORDERED:
            return False
        return _PAIRED.match(lower[first.end : second.start]) is not None and _TWO.match(lower, start) is not None

    def _best(self, groups: list[Group], first: int, before: list[Label], spelled: bool) -> tuple[float, int, str]:
        """(weight, last group, type) of the best number that begins with group `first`; type "" if there is none."""
        best: tuple[float, int, str] = (0.0, first, "")
        length = 0
        for last in range(first, len(groups)):
            length += len(groups[last].digits)
            if length > MAXIMUM_DIGITS:
                break
            if length < MINIMUM_DIGITS:
                continue
            number = Number(self._view, groups[first : last + 1], before, spelled)
            for kind, judge in self._judges:
                weight = judge(number)
                if weight and number.trailing and kind in ("phone", "bank_account"):
                    weight -= TRAILING_COST
                if weight > 0 and weight >= best[0]:
                    best = (weight, last, kind)
        return best


def _floor(view: View, start: int) -> int:
    """Where the words that may speak of a number at `start` begin: behind the last long number or placeholder before it."""
    begin = max(0, start - 60)
    previous = [m.end() + begin for m in re.finditer(r"\d{6,}|\]|\ue000", view.text[begin:start])]
    return previous[-1] if previous else 0
