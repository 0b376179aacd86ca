"""Letters set apart: "b a n s o s", b.a.n.s.o.s, j_u_d_o_l, ban.sos."""

from __future__ import annotations

import re
from functools import lru_cache

from dengar.enrich.normalise import leet
from dengar.enrich.normalise.alignment import Edit
from dengar.enrich.normalise.lexicon import listed, slang, weight, words
from dengar.enrich.normalise.shape import pronounceable

_GAP = r"(?:[ ]{1,4}|[ ]?[.\-_*|·•~/+,][ ]?)"
_APART = re.compile(rf"(?<![\w@#.:/\[&-])[^\W_](?:{_GAP}[^\W_]){{2,}}(?![\w@]|[.\-_/:][\w])")
_WIDE = re.compile(r"[ ]{2,}")
_LETTER = re.compile(r"[^\W_]")
_PIECES = re.compile(r"[._*|·•~/-]+")
MAX_LETTERS = 60
MINIMUM_JOINED, MINIMUM_SPOKEN = 4, 5


def apart(text: str) -> list[Edit]:
    """Edits that join letters written apart, where the joined letters are known words or, at some length, can be spoken."""
    edits: list[Edit] = []
    for match in _APART.finditer(text):
        if len(match[0]) > 4 * MAX_LETTERS:
            continue
        joined = [_joined("".join(_LETTER.findall(group)), " " in group) for group in _WIDE.split(match[0])]
        if all(joined):
            edits.append(Edit(match.start(), match.end(), " ".join(word for word in joined if word)))
    return edits


@lru_cache(maxsize=4_096)
def _joined(letters: str, blanks: bool) -> str | None:
    lower = letters.lower()
    if sum(c.isalpha() for c in lower) < 2 or len(lower) > MAX_LETTERS:
        return None
    whole = _reading(lower)
    if whole and (len(lower) >= MINIMUM_JOINED or whole in listed("short") or whole in listed("targets")):
        return whole
    parts = _segmented(lower)
    if parts:
        return " ".join(parts)
    spoken = lower if lower.isalpha() else leet.restored(lower)
    if spoken and len(spoken) >= MINIMUM_SPOKEN + blanks and pronounceable(spoken):
        return spoken
    return None


def _reading(lower: str) -> str | None:
    if lower.isalpha():
        return lower if weight(lower) > 1 or lower in slang() or lower in listed("short") else None
    return None if lower.isdigit() else leet.restored(lower)


def _segmented(lower: str) -> list[str] | None:
    """The fewest known words of four letters or more (three for a few) that make up all letters."""
    best: list[list[str] | None] = [[]] + [None] * len(lower)
    for end in range(1, len(lower) + 1):
        for start in range(max(0, end - 14), end - 2):
            before = best[start]
            piece = lower[start:end]
            if before is None:
                continue
            read = _reading(piece) if len(piece) >= MINIMUM_JOINED or piece in listed("short") else None
            current = best[end]
            if read and (current is None or len(before) + 1 < len(current)):
                best[end] = [*before, read]
    found = best[-1]
    return found if found and len(found) > 1 else None


def broken(core: str) -> str | None:
    """A single word with signs inside (ban.sos, gac-or, s.lot): joined if that is a word and its parts are not."""
    parts = _PIECES.split(core.lower())
    if len(parts) < 2 or len(parts) > 8 or not all(parts):
        return None
    joined = "".join(parts)
    if len(joined) < MINIMUM_JOINED or joined.isdigit():
        return None
    read = joined if joined.isalpha() else leet.restored(joined)
    if not read:
        return None
    if read in listed("targets") or slang().get(read) in listed("targets"):
        return slang().get(read, read)
    whole = all(
        part in words() or part in slang() or (len(part) == 1 and part in "dkyn") or part.isdigit() for part in parts
    )
    return read if not whole and len(read) > 4 and words().get(read, 0) > 2 else None
