"""The word lists beside this file, read once: slang.tsv, emoji.tsv, keep.txt, lists.tsv (own lists) and words.tsv (vocabulary.py)."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

COMMON = 4
"""Weight of own words, for which nothing was counted: about 16 occurrences."""


def _lines(name: str) -> list[str]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def slang() -> dict[str, str]:
    """Spelling in lower case → standard form."""
    return {form.lstrip("~^"): standard for form, standard in _slang_rows()}


@cache
def lower_only() -> frozenset[str]:
    """Spellings that mean something else in capitals (LG, BI, SD)."""
    return frozenset(form[1:] for form, _ in _slang_rows() if form[0] in "~^")


@cache
def never_capitalised() -> frozenset[str]:
    """Spellings that are names when capitalised (Gede, Ni)."""
    return frozenset(form[1:] for form, _ in _slang_rows() if form[0] == "^")


@cache
def _slang_rows() -> list[tuple[str, str]]:
    rows = (line.split("\t") for line in _lines("slang.tsv"))
    return [(form, standard) for standard, forms in rows for form in forms.split()]


@cache
def emoji() -> dict[str, str]:
    """Emoji → Indonesian word."""
    rows = (line.split("\t") for line in _lines("emoji.tsv"))
    return {sign: meaning for meaning, signs in rows for sign in signs.split()}


@cache
def words() -> dict[str, int]:
    """Standard word in lower case → rounded binary logarithm of its count. Spellings in slang() are not in it."""
    counted = {word: int(weight) for word, weight in (line.split("\t") for line in _lines("words.tsv"))}
    own = {word for line in _lines("keep.txt") for word in line.split()}
    own |= {word for standard in slang().values() for word in standard.split() if word not in slang()}
    own |= {word for meaning in emoji().values() for word in meaning.split()}
    for word in own:
        counted[word] = max(COMMON, counted.get(word, 0))
    return {word: weight for word, weight in counted.items() if word not in slang()}


@cache
def listed(name: str) -> frozenset[str]:
    """A small list of lists.tsv by its name. Raises KeyError if there is none."""
    lists: dict[str, set[str]] = {}
    for line in _lines("lists.tsv"):
        key, _, row = line.partition("\t")
        lists.setdefault(key, set()).update(row.split())
    return frozenset(lists[name])


_PREFIXES = (
    "di",
    "ter",
    "ber",
    "se",
    "ke",
    "me",
    "mem",
    "men",
    "meng",
    "meny",
    "pe",
    "pem",
    "pen",
    "peng",
    "memper",
    "per",
)
_SUFFIXES = ("nya", "lah", "kah", "pun", "kan", "ku", "mu", "an", "i")
_NASAL = {"mem": "p", "men": "t", "meny": "s", "meng": "k", "pem": "p", "pen": "t", "peny": "s", "peng": "k"}
MINIMUM_STEM = 3


@lru_cache(maxsize=65_536)
def weight(word: str) -> int:
    """How common a word in lower case is: its logarithm in words(), 1 for an affixed form of a listed word, 0 if unknown."""
    vocabulary = words()
    found = vocabulary.get(word, 0)
    if found:
        return found
    if "-" in word:
        return 1 if all(part in vocabulary for part in word.split("-")) else 0
    return 1 if any(stem in vocabulary and len(stem) >= MINIMUM_STEM for stem in _stems(word)) else 0


def _stems(word: str) -> list[str]:
    bare = [word]
    for suffix in _SUFFIXES:
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            bare.append(rest)
            bare += [
                rest[: -len(inner)]
                for inner in ("kan", "an", "i")
                if suffix not in ("kan", "an", "i") and rest.endswith(inner)
            ]
    found = bare[1:]
    for stem in bare:
        for prefix in _PREFIXES:
            if stem.startswith(prefix) and len(stem) - len(prefix) >= MINIMUM_STEM:
                rest = stem[len(prefix) :]
                # "mei", "keluh" begin like a prefix: only long rests count, or those that begin as the prefix wants.
                if len(rest) > MINIMUM_STEM or prefix in ("di", "ter", "ber"):
                    found.append(rest)
                    if prefix in _NASAL and rest[0] in "aiueo":
                        found.append(_NASAL[prefix] + rest)
    return found


def known(word: str) -> bool:
    """Whether a word in lower case is standard, or an affixed form of a standard one."""
    return weight(word) > 0
