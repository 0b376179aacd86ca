"""One word without blanks and punctuation: its standard form, by list first and then by pattern."""

from __future__ import annotations

import re

from dengar.enrich.normalise import leet
from dengar.enrich.normalise.lexicon import known, listed, lower_only, never_capitalised, slang, weight
from dengar.enrich.normalise.reduplication import doubled
from dengar.enrich.normalise.shape import shortened, spoken_variant, with_vowels

_LAUGH = re.compile(r"((?:wk|kw){2})(?:wk|kw)*w?k?|((?:ha|he|hi|hu|xi){2})(?:ha|he|hi|hu|xi)*h?")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_TRIPLE = re.compile(r"([a-z])\1\1")
_CLITICS = ("nya", "lah", "kah", "pun", "ku", "mu")
_ROMAN = re.compile(r"[IVXLCDM]+")
_NASALS = (("nge", ""), ("ng", ""), ("ng", "k"), ("ny", "s"), ("n", "t"), ("m", "p"), ("n", ""), ("m", ""))
MINIMUM_CLITIC_STEM = 3
MAX_ACRONYM = 5


def standard(word: str, shouting: bool = False) -> str | None:
    """The standard form of a word, in lower case; None if it is standard, unknown, or a name. `shouting`: the whole text is in capitals.

    A word in capitals amid small letters is taken for an acronym and a capitalised one for a name: only listed spellings and
    lengthened letters are restored there.
    """
    lower = word.lower()
    capitals = word.isupper() and not shouting and len(word) > 1
    spelt = slang().get(lower)
    if (
        spelt
        and not shouting
        and (
            (capitals and (lower in lower_only() or (len(word) <= MAX_ACRONYM and lower not in listed("capitals"))))
            or (word[0].isupper() and lower in never_capitalised())
        )
    ):
        return None
    if spelt:
        return spelt
    if word.isupper() and _ROMAN.fullmatch(word):
        return None
    if not lower.isascii():
        plain = _REPEATED.sub(r"\1", word)
        return plain if plain != word else None
    if not lower.isalpha():
        return _mixed(lower)
    if known(lower):
        return None
    if laugh := _LAUGH.fullmatch(lower):
        short = laugh[1] or laugh[2]
        return short if short != lower else None
    if _TRIPLE.search(lower):
        short = shortened(lower) or _TRIPLE_RUN.sub(r"\1", lower)
        if capitals and not known(short) and short not in slang():
            return None
        return standard(short, True) or short
    if capitals and len(word) <= MAX_ACRONYM:
        return None
    if word[0].isupper() and not word.isupper():
        return None
    return _by_pattern(lower)


_TRIPLE_RUN = re.compile(r"([a-z])\1{2,}")


def cut(word: str) -> str:
    """A word with lengthened letters cut to the listed word, or to single letters; its case is kept where nothing is listed."""
    lower = word.lower()
    short = shortened(lower) if lower.isascii() and lower.isalpha() else None
    return short or _REPEATED.sub(r"\1", word)


def _mixed(lower: str) -> str | None:
    """A word with digits, signs or an apostrophe in it."""
    if "'" in lower:
        rest = lower.replace("'", "")
        return slang().get(rest) or (rest if rest.isalpha() and weight(rest) > 1 else None)
    found = doubled(lower, _plain)
    if found:
        return found
    if lower.endswith("2") and any(sign in lower[:-1] for sign in "013456789@$!"):
        single = leet.restored(lower[:-1])
        if single and known(single):
            return doubled(single + "2", _plain)
    triple = _TRIPLE_RUN.sub(r"\1", lower)
    return leet.restored(lower) or (triple if triple != lower else None)


def _plain(word: str) -> str:
    return standard(word, True) or word


def _by_pattern(lower: str) -> str | None:
    short = (_causative(lower) if lower.endswith("iin") else None) or shortened(lower)
    if short:
        return slang().get(short, short)
    return (
        _clitic(lower)
        or _passive(lower)
        or (_active(lower) if lower.startswith(("ng", "ny")) else None)
        or _causative(lower)
        or _active(lower)
        or with_vowels(lower)
        or spoken_variant(lower)
    )


def _clitic(lower: str) -> str | None:
    """Spellings and shortened suffixes: blmlah → belumlah, bantuanny and bantuanx → bantuannya, rumahq → rumahku."""
    for ending, full in (("ny", "nya"), ("nye", "nya"), ("x", "nya"), ("q", "ku"), ("qu", "ku")):
        stem = lower[: -len(ending)]
        if lower.endswith(ending) and len(stem) >= MINIMUM_CLITIC_STEM + (full != ending and ending == "nye"):
            if weight(stem):
                return stem + full
            if (spelt := slang().get(stem)) and " " not in spelt:
                return spelt + full
            if (voiced := with_vowels(stem)) is not None:
                return voiced + full
    if lower.endswith("anya") and weight(lower[:-2]) > 1:
        return lower[:-2] + "nya"
    for clitic in _CLITICS:
        stem = lower[: -len(clitic)]
        if lower.endswith(clitic) and len(stem) >= MINIMUM_CLITIC_STEM:
            if (spelt := slang().get(stem)) and " " not in spelt:
                return spelt + clitic
            if (voiced := with_vowels(stem)) is not None:
                return voiced + clitic
    return None


def _passive(lower: str) -> str | None:
    """dbantu → dibantu, dibyr → dibayar, dicairin → dicairkan."""
    if len(lower) < 5 or lower[0] != "d":
        return None
    rest = lower[2:] if lower[1] == "i" else lower[1:]
    if lower[1] != "i" and weight(rest) > 1 and rest[0] not in "aiueo":
        return "di" + rest
    spelt = slang().get(rest)
    if spelt and " " not in spelt and len(rest) > 2 and (lower[1] == "i" or rest[0] not in "aiueo"):
        return "di" + spelt
    causative = _causative(rest)
    if causative:
        return "di" + causative
    if lower[1] == "i" and (voiced := with_vowels(rest)) is not None:
        return "di" + voiced
    return None


def _active(lower: str) -> str | None:
    """The me- left off: ngurus → mengurus, nunggu → menunggu, minjem → meminjam, ngajarin → mengajarkan."""
    if lower.startswith("me") and weight(lower[2:]) <= 1 and not lower.endswith("en"):
        return None
    best, best_weight = None, 0
    for nasal, first in _NASALS:
        rest = lower[len(nasal) :]
        if not lower.startswith(nasal) or len(rest) < 3:
            continue
        root = first + rest
        for reading in (root, slang().get(root), spoken_variant(root), _causative(root)):
            if reading and " " not in reading and weight(reading):
                full = _with_me(reading)
                found = max(weight(full), weight(reading) if reading == root else 1)
                if weight(full) and found > best_weight:
                    best, best_weight = full, found
    return best


def _with_me(root: str) -> str:
    """The active form: melapor, membayar, mencari, menggali; k, p, t, s give way (menulis)."""
    first, rest = root[0], root[1:]
    if first in "aiueogh":
        return "meng" + root
    if first in "bf":
        return "mem" + root
    if first in "dcjz":
        return "men" + root
    if first in "kpts" and rest[:1] in tuple("aiueo"):
        return {"k": "meng", "p": "mem", "t": "men", "s": "meny"}[first] + rest
    return "me" + root


def _causative(lower: str) -> str | None:
    """-in for -kan or -i: daftarin → daftarkan, temenin → temani, dengerin → dengarkan."""
    if not lower.endswith("in") or len(lower) < 6:
        return None
    stem = lower[:-2]
    stem = slang().get(stem) or (stem if weight(stem) else spoken_variant(stem)) or stem
    if " " in stem:
        return None
    for full in (stem + "kan", stem + "i"):
        if weight(full) > 1:
            return full
    full = stem + "kan"
    return full if weight("di" + full) > 1 or weight(_with_me(full)) > 1 else None
