"""Edits of a text, one stage after another, and the offsets that follow from them, both ways."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple


class Edit(NamedTuple):
    """Characters [start, end) of a stage's input become `new`."""

    start: int
    end: int
    new: str


def apply(text: str, edits: Sequence[Edit]) -> str:
    """`text` after `edits`, which are in order and do not overlap."""
    parts: list[str] = []
    position = 0
    for start, end, new in edits:
        parts += (text[position:start], new)
        position = end
    parts.append(text[position:])
    return "".join(parts)


class Normalised:
    """A normalised text and where each character of it comes from.

    `text` is the result, `source` what it was made of. All offsets count characters (code points), spans are half-open.
    """

    def __init__(self, source: str, text: str, stages: Sequence[Sequence[Edit]]) -> None:
        self.source = source
        self.text = text
        self._stages = stages

    @cached_property
    def _spans(self) -> tuple[list[int], list[int]]:
        starts = list(range(len(self.source) + 1))
        ends = list(range(1, len(self.source) + 1))
        for edits in self._stages:
            new_starts: list[int] = []
            new_ends: list[int] = []
            position = 0
            for start, end, new in edits:
                new_starts += starts[position:start]
                new_ends += ends[position:start]
                # A replacement comes from the whole span it replaces; an insertion from the character before it.
                first = starts[start] if end > start or start == 0 else starts[start - 1]
                last = ends[end - 1] if end else starts[0]
                new_starts += [first] * len(new)
                new_ends += [max(last, first)] * len(new)
                position = end
            starts = new_starts + starts[position:]
            ends = new_ends + ends[position:]
        return starts, ends

    @property
    def to_source(self) -> Sequence[int]:
        """For every character of `text` where its source span begins, and at last len(source): never falls, len(text) + 1 numbers."""
        return self._spans[0]

    @property
    def source_ends(self) -> Sequence[int]:
        """For every character of `text` where its source span ends; never falls, len(text) numbers."""
        return self._spans[1]

    @cached_property
    def to_text(self) -> Sequence[int]:
        """For every character of `source` the first character of `text` made from it, or where it would stand if it was dropped;
        at last len(text): never falls, len(source) + 1 numbers."""
        ends = self.source_ends
        places = [bisect_right(ends, at) for at in range(len(self.source))]
        return [*places, len(self.text)]

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of `source` behind text[start:end]. Words are replaced whole, so a part of a replaced word gives the whole word."""
        if start >= end:
            return self.to_source[start], self.to_source[start]
        return self.to_source[start], self.source_ends[end - 1]

    def text_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of `text` that source[start:end] became; empty if it was dropped."""
        if start >= end:
            return self.to_text[start], self.to_text[start]
        first = self.to_text[start]
        last = first
        starts = self.to_source
        while last < len(self.text) and starts[last] < end:
            last += 1
        return first, last
