"""KK (family card): sixteen digits, region, date of issue, serial. It looks as a man's NIK does: only a word tells them apart."""

from __future__ import annotations

from dengar.enrich.pii.nik import LENGTH
from dengar.enrich.pii.numbers import Number


def judge(number: Number) -> float:
    """Sixteen digits that are named so."""
    if len(number.digits) != LENGTH:
        return 0.0
    if number.near("kk"):
        return 1.0
    follows = len(number.before) > 1 and number.before[1].kind == "kk" and number.before[0].kind == "phone"
    return 0.95 if follows else 0.0
