"""A view of a text for detectors: same length, look-alike digits and signs folded to ASCII, so that offsets stay those of the text.

Full-width, mathematical and Arabic-Indic digits become 0–9; letters that stand for digits (o, l, I, |) become digits where digits
stand around them; invisible characters become a sign that may stand inside a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property, lru_cache

INVISIBLE = "\u200b"
"""What every invisible character is folded to."""
CLOSED = "\ue000"
"""What stands where something was found already: no word, no sign, no digit."""

_AMONG = re.compile(r"(?<=\d)[oOlI|!]{1,4}(?=\d)|(?<![A-Za-z])[oOlI|]{1,3}(?=\d)|(?<=\d)[oOI]{1,3}(?![A-Za-z0-9])")
_APART = re.compile(r"(?<=\d[ .\-])[oOlI]{1,4}(?=[ .\-]+[\doOlI])|(?<![\w])[oO](?=[ .\-]\d[ .\-]\d)")
_MASK = re.compile(r"\[[A-Z]{2,10}\]|" + CLOSED + "+")
_DIGITS = str.maketrans("oOlI|!", "001111")
_SIGNS = str.maketrans(
    {
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "‒": "-",
        "•": "·",
        "‧": "·",
        "∙": "·",
        "・": "·",
        "，": ",",
        "．": ".",
        "：": ":",
        "＠": "@",
    }
)
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b(?:[a-z0-9-]{1,63}\.){1,10}(?:com|id|net|org|be|me|ly|gl|co|app|io|tv)/\S*",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(character) == "Cf":
        return INVISIBLE
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if len(compatible) == 1 and compatible.isascii() else character


def _to_digits(match: re.Match[str]) -> str:
    return match[0].translate(_DIGITS)


def detection_view(text: str) -> str:
    """`text` with look-alikes folded; len(result) == len(text)."""
    if not text.isascii():
        text = "".join([c if c.isascii() else _folded(c) for c in text.translate(_SIGNS)])
    return _AMONG.sub(_to_digits, text)


class View:
    """A text as detectors read it. `text` and `lower` have the length of the original."""

    def __init__(self, original: str) -> None:
        self.text = detection_view(original)
        lower = self.text.lower()
        # A few capitals (İ) have small letters of two characters.
        self.lower = lower if len(lower) == len(self.text) else "".join(c.lower()[:1] for c in self.text)
        self.digits = sum(map(self.text.count, "0123456789"))

    def without(self, spans: Iterable[tuple[int, int]]) -> View:
        """The view with these spans closed: nothing is read in or across them."""
        text = self.text
        for start, end in spans:
            text = text[:start] + CLOSED * (end - start) + text[end:]
        return View(text)

    @cached_property
    def spaced(self) -> str:
        """The text with lone letters that stand for digits among spaced digits folded, too ("O 8 1 2 …")."""
        return _APART.sub(_to_digits, self.text)

    @cached_property
    def links(self) -> list[tuple[int, int]]:
        """Where links stand."""
        return [m.span() for m in _LINK.finditer(self.text)]

    @cached_property
    def placeholders(self) -> list[tuple[int, int]]:
        """Where placeholders stand: a text that is masked already is not read across them."""
        return [m.span() for m in _MASK.finditer(self.text)]

    @cached_property
    def shouted(self) -> bool:
        """Whether the text is all in capitals, so that a capital tells nothing."""
        return self.text.upper() == self.text

    def in_link(self, start: int) -> bool:
        """Whether a link covers offset `start`."""
        return any(first <= start < last for first, last in self.links)
