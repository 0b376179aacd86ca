"""Which of the found spans stay: the surer one where two overlap, and every other place where a found value stands again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dengar.enrich.pii.span import Found
from dengar.enrich.pii.view import View

_TRIMMED = " \t\r\n,;:-–—/|(\"'“”"
RESIDUE = 6
"""Characters that must be left over of an address for its rest to be masked on its own."""


def resolve(found: Iterable[Found], view: View) -> list[Found]:
    """Spans in order that do not overlap and do not cross a placeholder. The surer, then the longer, then the earlier wins."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: (-f.weight, f.start - f.end, f.start)):
        rest = _rest(one, kept)
        if rest is None or any(rest.start < end and start < rest.end for start, end in view.placeholders):
            continue
        kept.append(rest)
    return sorted(kept, key=lambda f: f.start)


def _rest(one: Found, kept: list[Found]) -> Found | None:
    """What the surer spans leave of it: all, an end, or nothing."""
    start, end = one.start, one.end
    for other in kept:
        if other.start < end and start < other.end:
            if other.start <= start:
                start = other.end
            elif other.end >= end:
                end = other.start
            else:
                return None
    if (start, end) == (one.start, one.end):
        return one
    return one._replace(start=start, end=end) if one.type == "address" and end - start >= RESIDUE else None


def repeated(kept: list[Found], view: View) -> list[Found]:
    """Other places where a value of `kept` stands, too: a masked text must not tell elsewhere what it hides here.

    A name in other capitals counts only as a word of its own (ani, but not in berani); as it is written it counts anywhere.
    """
    more: list[Found] = []
    firsts: dict[tuple[bool, str], Found] = {}
    covered = bytearray(len(view.text))
    for one in kept:
        firsts.setdefault((one.type == "name", view.text[one.start : one.end]), one)
        covered[one.start : one.end] = b"\1" * (one.end - one.start)
    for (is_name, value), one in firsts.items():
        written = re.escape(value)
        pattern = rf"{written}|(?<!\w)(?i:{written})(?!\w)" if is_name else f"(?i:{written})"
        if view.text.count(value) < 2 and view.lower.count(value.lower()) < 2:
            continue
        for match in re.finditer(pattern, view.text):
            start, end = match.span()
            if covered.find(1, start, end) < 0:
                covered[start:end] = b"\1" * (end - start)
                more.append(one._replace(start=start, end=end))
    return sorted(kept + more, key=lambda f: f.start) if more else kept
