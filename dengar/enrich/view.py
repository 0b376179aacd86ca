"""A view of a text for detectors: same length, look-alike digits and signs folded to ASCII, so that offsets stay those of the text.

Full-width, mathematical and Arabic-Indic digits become 0–9; a letter o beside a digit becomes 0.
"""

from __future__ import annotations

import re
import unicodedata

_ZERO = re.compile(r"(?<![A-Za-z])[oO](?=\d)|(?<=\d)[oO](?=[\d\s.-]|\Z)")
_SIGNS = str.maketrans({"–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-"})


def _folded(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if len(compatible) == 1 and compatible.isascii() else character


def detection_view(text: str) -> str:
    """`text` with look-alikes folded; len(result) == len(text)."""
    if not text.isascii():
        text = "".join(map(_folded, text)).translate(_SIGNS)
    return _ZERO.sub("0", text)
