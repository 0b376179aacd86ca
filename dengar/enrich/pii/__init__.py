"""Personal data in a text: where it stands (`find_pii`) and the text with typed placeholders instead (`mask`).

One module a type; each says how sure it is, `resolver` decides where they overlap. What counts as personal data, and what does not
(service numbers, offices, persons in public life, regions), stands in decision 0017.
"""

from __future__ import annotations

from functools import partial

from dengar.enrich.pii import address, bank_account, coordinates, email, kk, name, nik, npwp, phone, plate
from dengar.enrich.pii.numbers import MINIMUM_DIGITS, numbers
from dengar.enrich.pii.resolver import repeated, resolve
from dengar.enrich.pii.span import PLACEHOLDERS, Detector, Found, Span
from dengar.enrich.pii.view import View

__all__ = ["IDENTIFIERS", "PLACEHOLDERS", "Span", "find_pii", "hide_identifiers", "mask", "pii_spans", "replaced"]

IDENTIFIERS = frozenset({"nik", "kk", "phone", "email", "bank_account", "npwp"})
"""Types that point at one person wherever they stand."""

MAX_ROUNDS = 4

_JUDGES = (
    ("nik", nik.judge), ("kk", kk.judge), ("npwp", npwp.judge), ("bank_account", bank_account.judge), ("phone", phone.judge),
)  # fmt: skip
_DETECTORS: tuple[Detector, ...] = (
    partial(numbers, judges=_JUDGES), coordinates.detect, plate.detect, address.detect,
)  # fmt: skip


def find_pii(text: str, public: frozenset[str] = frozenset()) -> list[Span]:
    """Spans of personal data, in order, not overlapping; offsets are those of `text`.

    `public`: names (lower case) of persons and institutions in the registers, which are nobody's private data.
    """
    return [found.span for found in _find(View(text), public)]


def _find(view: View, public: frozenset[str]) -> list[Found]:
    kept: list[Found] = []
    for _ in range(MAX_ROUNDS):
        # What is found may have hidden what stands right beside it, so that is read again with the found places closed.
        more = _round(view.without((one.start, one.end) for one in kept) if kept else view, public, kept)
        if not more:
            break
        kept = repeated(sorted([*kept, *more], key=lambda one: one.start), view)
    return kept


def _round(view: View, public: frozenset[str], before: list[Found]) -> list[Found]:
    found = list(email.detect(view))
    # What follows an e-mail address is no part of a word or code that the address begins.
    rest = view.without((one.start, one.end) for one in found) if found else view
    found.extend(one for detect in _DETECTORS for one in detect(rest))
    found.extend(name.detect(rest, public))
    if not found and not before:
        return []
    kept = resolve(found, view)
    near = list(name.beside(rest, sorted([*kept, *before], key=lambda one: one.start), public))
    return resolve([*kept, *near], view) if near else kept


def pii_spans(text: str, public: frozenset[str] = frozenset()) -> list[dict[str, str | int]]:
    """[{type, start, end}] of personal data in `text`, see find_pii."""
    return [span._asdict() for span in find_pii(text, public)]


def mask(text: str, public: frozenset[str] = frozenset()) -> tuple[str, dict[str, int]]:
    """(text with placeholders, how many of each type were masked; only types found)."""
    spans = find_pii(text, public)
    if not spans:
        return text, {}
    return replaced(text, spans)


def replaced(text: str, spans: list[Span]) -> tuple[str, dict[str, int]]:
    """(text with the placeholders of `spans`, how many of each type)."""
    parts: list[str] = []
    counts: dict[str, int] = {}
    position = 0
    for kind, start, end in spans:
        parts += [text[position:start], PLACEHOLDERS[kind]]
        counts[kind] = counts.get(kind, 0) + 1
        position = end
    return "".join(parts) + text[position:], counts


def hide_identifiers(text: str) -> str:
    """A text that was masked before and then rewritten (normalised), with any identifier that can be seen now masked, too."""
    if "@" not in text and sum(map(text.count, "0123456789")) < MINIMUM_DIGITS:
        return text
    return replaced(text, [span for span in find_pii(text) if span.type in IDENTIFIERS])[0]
