"""The page as PDF, by typst: the template is code of ours, and all that a report tells is handed to it as data.

A text is never put into typst's markup: it arrives as a JSON string, which typst shows as the characters it is. Fonts are those that come
with typst, so that the same report gives the same pages everywhere; what they have no letters for (emoji) is left out.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import orjson

TEMPLATE = Path(__file__).parent / "templates" / "weekly.typ"
_FIRST_BEYOND = 0x2E80
"""From the CJK radicals on, typst's own fonts have next to nothing."""
_PICTURES = range(0x2600, 0x27C0)
_KEPT = frozenset("●▲▼■✓✗–—‘’“”…−≤≥·×")


class PdfError(RuntimeError):
    """typst refused the page; the message is what it says."""


def pdf(page: dict[str, Any], *, made_at: datetime) -> bytes:
    """A4 pages, tagged (PDF/UA tags). Raises PdfError."""
    found = _compile(page, "pdf", made_at)
    assert isinstance(found, bytes)
    return found


def pictures(page: dict[str, Any], *, made_at: datetime, ppi: float = 110) -> list[bytes]:
    """The same pages as PNG, to look at."""
    found = _compile(page, "png", made_at, ppi)
    return [found] if isinstance(found, bytes) else found


def _compile(
    page: dict[str, Any], form: Literal["pdf", "png"], made_at: datetime, ppi: float | None = None
) -> bytes | list[bytes]:
    import typst

    data = orjson.dumps(_printable(page)).decode()
    try:
        found: bytes | list[bytes] = typst.compile(
            TEMPLATE.read_bytes(),
            format=form,
            ppi=ppi,
            ignore_system_fonts=True,
            sys_inputs={"page": data},
            timestamp=made_at.replace(microsecond=0),
        )
    except typst.TypstError as error:
        raise PdfError(f"The PDF cannot be made: {error.diagnostic}") from error
    return found


def _printable(part: Any) -> Any:
    """The structure without characters that the fonts do not have. Drawings are ours and stay as they are."""
    if isinstance(part, dict):
        return {name: value if name in ("svg", "spark") else _printable(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_printable(one) for one in part]
    if isinstance(part, str):
        return "".join(c for c in part if c in _KEPT or not (ord(c) >= _FIRST_BEYOND or ord(c) in _PICTURES))
    return part
