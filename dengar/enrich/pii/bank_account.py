"""Bank accounts: eight to eighteen digits that a word names so (rekening, norek, a bank's name); also bank cards behind "kartu".

No check digit is public, so only the words tell; an amount, a date and a number of the bank itself are none.
"""

from __future__ import annotations

import re

from dengar.enrich.pii.nik import valid as valid_nik
from dengar.enrich.pii.numbers import Number

_HOTLINE = re.compile(r"1500\d{3}\Z|14\d{3}\Z|0800")


def judge(number: Number) -> float:
    """How sure it is that the number is an account."""
    digits = number.digits
    if number.glued and number.glued[-1].isalpha() and len(number.glued) < 2:
        return 0.0
    if _HOTLINE.match(digits) or number.dated or number.priced or number.in_link or number.plus:
        return 0.0
    labels = [label for label in number.before if label.kind != "phone"]
    kind, near = (labels[0].kind, labels[0].near) if labels else (number.after, True)
    if number.before and number.before[0].kind == "phone" and number.before[0].near and _mobile(digits):
        return 0.0
    if kind == "card":
        return 0.9 if len(digits) == 16 and near else 0.0
    if kind not in ("account", "bank"):
        return 0.0
    if len(digits) == 16 and valid_nik(digits) and not near:
        return 0.0
    if _mobile(digits) and not near:
        return 0.0
    if kind == "bank" and not near:
        return 0.0
    if _grouped_amount(number):
        return 0.0
    return 0.9 if kind == "account" else 0.85


def _mobile(digits: str) -> bool:
    return digits.startswith(("08", "628")) and 10 <= len(digits) <= 13


def _grouped_amount(number: Number) -> bool:
    before = number.view.lower[max(0, number.start - 5) : number.start]
    after = number.view.lower[number.end : number.end + 8]
    return (
        re.search(r"rp\.?\s?\Z", before) is not None or re.match(r"\s?(?:,-|rupiah|juta|jt|rb|ribu)", after) is not None
    )
