"""How a masked text is written: length, capitals, marks, links, styled letters. Names of traits for `dengar.enrich.features`."""

from __future__ import annotations

import re
import unicodedata

_STYLED = re.compile(r"[^\x00-\u024f\u1e00-\u1eff\u2000-\u206f]")
_SPACED = re.compile(r"(?<!\S)(?:[^\W_] ){3,}")
_MIXED = re.compile(r"(?:[a-zA-Z]\d|\d[a-zA-Z])")
_ELONGATED = re.compile(r"([a-zA-Z])\1\1")


def surface(text: str) -> list[str]:
    """Names of the traits seen in a masked text as it was written."""
    words = text.count(" ") + 1
    letters = sum(map(str.isupper, text))
    found = [
        f"length {min(8, words.bit_length())}",
        f"capitals {min(4, letters * 8 // max(1, len(text)))}",
        f"exclamations {min(3, text.count('!'))}",
        f"questions {min(2, text.count('?'))}",
    ]
    if "http" in text or "www." in text or ".com" in text:
        found.append("link")
    if "@" in text:
        found.append(f"accounts {min(3, text.count('@'))}")
    if "#" in text:
        found.append(f"hashtags {min(4, text.count('#'))}")
    if "[" in text:
        found.append("bracket")
    if "..." in text or "…" in text:
        found.append("dots")
    if _MIXED.search(text):
        found.append("letters and digits mixed")
    if _SPACED.search(text):
        found.append("letters spaced")
    if _ELONGATED.search(text):
        found.append("elongated")
    if not text.isascii():
        styled = _STYLED.findall(text)
        letterlike = sum(unicodedata.normalize("NFKC", sign).isascii() for sign in styled)
        found += [f"signs {min(4, len(styled).bit_length())}", f"styled {min(5, letterlike.bit_length())}"]
    return found
