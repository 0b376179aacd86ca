"""NPWP (taxpayer): fifteen digits as 12.345.678.9-012.345, or fifteen or sixteen behind the word."""

from __future__ import annotations

import re

from dengar.enrich.pii.numbers import Number

_FORM = re.compile(r"\d{2}[. ]\d{3}[. ]\d{3}[. ]\d[-. ]\d{3}[. ]\d{3}")


def judge(number: Number) -> float:
    """Numbers named so, and those written in the form that only a taxpayer's number has."""
    if len(number.digits) not in (15, 16):
        return 0.0
    if number.near("npwp") or any(label.kind == "npwp" for label in number.before[:1]):
        return 1.0
    written = _FORM.fullmatch(number.written) is not None and "." in number.written
    return 0.96 if written and not number.near("code") else 0.0
