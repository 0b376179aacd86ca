"""NIK: sixteen digits, region, birth date (a woman's day raised by 40), serial; lokal-id judges them."""

from __future__ import annotations

from functools import lru_cache

from dengar.enrich.pii.numbers import Number

LENGTH = 16


@lru_cache(maxsize=4096)
def valid(digits: str) -> bool:
    """Whether province, birth date and serial can be those of a NIK. Nothing is looked up: it need not be issued."""
    from lokal.nik import parse_nik

    return bool(parse_nik(digits).valid)


def judge(number: Number) -> float:
    """Sixteen digits that are named so, or that are valid: few order numbers are (one in forty), and those are masked with them."""
    if len(number.digits) != LENGTH:
        return 0.0
    if number.near("nik"):
        return 1.0
    if any(label.kind == "nik" for label in number.before[:2]) and number.before[0].kind in ("phone", "card"):
        return 0.95
    if number.in_link or number.dated or not valid(number.digits):
        return 0.0
    if number.near("account", "bank", "card", "npwp"):
        return 0.0
    foreign = number.glued and number.glued.rstrip("-/_").isupper() and len(number.groups) == 1
    return 0.0 if foreign or number.glued.endswith(("-", "/")) else 0.85
