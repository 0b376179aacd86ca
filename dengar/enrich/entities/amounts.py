"""Sums of money and quantities of goods, with their value: `IDR 600000`, `KG 10`, `L 2`, `PERSON 4` …"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_SCALE = {
    "rb": 3, "ribu": 3, "rbu": 3, "k": 3, "ewu": 3, "rebu": 3, "jt": 6, "juta": 6, "jta": 6, "yuta": 6,
    "m": 9, "miliar": 9, "milyar": 9, "mlyr": 9, "t": 12, "triliun": 12, "trilyun": 12,
}  # fmt: skip
_GOODS = {
    "kg": "KG", "kilo": "KG", "kilogram": "KG", "kwintal": "KWINTAL", "ton": "TON", "gram": "G", "liter": "L", "ltr": "L",
    "karung": "SACK", "karungan": "SACK", "dus": "BOX", "kardus": "BOX", "bungkus": "PACK", "bks": "PACK", "paket": "PACK",
    "butir": "PIECE", "biji": "PIECE", "unit": "UNIT", "orang": "PERSON", "org": "PERSON", "jiwa": "PERSON",
    "kk": "HOUSEHOLD", "kpm": "HOUSEHOLD", "keluarga": "HOUSEHOLD",
}  # fmt: skip
_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:,\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_WORDS = {
    "se": 1, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
    "sepuluh": 10, "sebelas": 11, "seratus": 100,
}  # fmt: skip
_PATTERN = re.compile(
    r"(?<![\w.,/\-])(?:"
    rf"(?P<rp>rp\.?|idr)\s?(?P<n1>{_NUMBER})(?:\s?(?P<s1>{'|'.join(sorted(_SCALE, key=len, reverse=True))})\b)?(?:,-)?"
    rf"|(?P<n2>{_NUMBER})\s?(?P<s2>ribu|rb|rbu|rebu|ewu|jt|juta|jta|yuta|miliar|milyar|triliun|k)\b"
    r"(?P<tail>\s(?:rupiah|perak)\b)?"
    rf"|(?P<n3>{_NUMBER})\s(?:rupiah|perak)\b"
    rf"|(?P<w4>{'|'.join(w for w in _WORDS if w != 'se')}|se)\s?(?P<s4>ribu|juta|miliar)\b"
    rf"|(?P<n5>{_NUMBER})\s?(?P<unit>{'|'.join(sorted(_GOODS, key=len, reverse=True))})\b"
    r")",
    re.IGNORECASE,
)
MAYBE = re.compile(r"\d|ribu|juta|miliar", re.IGNORECASE)


def amounts(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, value) of each sum and quantity in a text, from left to right; a whole value has no decimals."""
    if not MAYBE.search(text):
        return
    for match in _PATTERN.finditer(text):
        said = match.groupdict()
        written = said["n1"] or said["n2"] or said["n3"] or said["n5"]
        number = Decimal(_WORDS[said["w4"].lower()]) if said["w4"] else _number(written or "0")
        unit = _GOODS[said["unit"].lower()] if said["unit"] else "IDR"
        scale = said["s1"] or said["s2"] or said["s4"]
        if scale:
            number *= Decimal(10) ** _SCALE[scale.lower()]
        yield match.start(), match.end(), f"{unit} {_plain(number)}"


def _number(written: str) -> Decimal:
    """Thousands are parted by points (or commas, where three digits follow); decimals follow a comma."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", written):
        return Decimal(re.sub(r"[.,]", "", written))
    if "." in written and "," in written:
        return Decimal(written.replace(".", "").replace(",", "."))
    return Decimal(written.replace(",", "."))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
