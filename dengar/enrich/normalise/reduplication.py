"""Doubled words written with a 2: anak2 → anak-anak, teman2nya → teman-temannya, berbulan2 → berbulan-bulan."""

from __future__ import annotations

import re
from collections.abc import Callable

from dengar.enrich.normalise.lexicon import known, listed, words

_DOUBLED = re.compile(r"([a-z]{3,}|[a-z]{2}(?=2))-?2(nya|ny|an|ku|mu|lah|kah|i|kan)?")
_HYPHEN = re.compile(r"[a-z]+-2.*")
_NUMBERS = {"ber": "berdua", "ke": "kedua"}


def doubled(word: str, standard: Callable[[str], str]) -> str | None:
    """The full form of a token in lower case that ends in 2 (and maybe a suffix); `standard` reads the single word. None: no such token."""
    match = _DOUBLED.fullmatch(word)
    if not match:
        return None
    stem, suffix = match[1], {"ny": "nya"}.get(match[2], match[2]) or ""
    if stem in _NUMBERS:
        return _NUMBERS[stem] + suffix
    if stem in listed("not doubled") or (_HYPHEN.fullmatch(word) and not suffix and len(stem) < 4):
        return None
    stem = standard(stem)
    if " " in stem or "-" in stem or not known(stem):
        return None
    return f"{stem}-{_root(stem)}{suffix}"


def _root(stem: str) -> str:
    """What is said again: the stem without ber-, ter-, di-, se-; after me- the changed root (mengirim-ngirim, meminta-minta)."""
    vocabulary = words()
    for prefix in ("ber", "ter", "di", "se"):
        if stem.startswith(prefix) and stem[len(prefix) :] in vocabulary and len(stem) - len(prefix) > 2:
            return stem[len(prefix) :]
    for prefix in ("meng", "men", "mem", "me"):
        rest = stem[len(prefix) :]
        if stem.startswith(prefix) and len(rest) > 2:
            if rest in vocabulary:
                return rest
            if prefix == "me" and known(stem):
                return rest
    return stem
