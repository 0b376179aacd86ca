"""What is known of a word: part of a person's name, part of a sentence, a region. Lists: words.yaml (ours), lokal (common names,
Kemendagri's regions, both MIT), the vocabulary of normalisation (names left out of it)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from dengar.enrich.gazetteer import regions
from dengar.enrich.normalise.lexicon import slang, words

_NAME_FORM = re.compile(
    r"[a-z]{2,}(?:wati|yati|ningsih|ningrum|astuti|yanti|anti|tini|mini|nah|sih|yem|yah|yanto|yono|wanto"
    r"|harjo|sono|tono|awan|udin|uddin|ullah|syah|"
    r"madi|rejo|dinata|jaya|atno|arno|arto|idjo|ijan|iman|iyem|inem|irah|iran|kem|kir|min|mun|ati|arni|erni|tin|nem|arti|arsi|elia|iana|anto|wan|wulan)\Z"
)
_AFFIXED = re.compile(r"(?:di|ter|ber|me|pe|ke|se|ku|nge?)[a-z]{3,}\Z|[a-z]{3,}(?:nya|kan|lah|kah|nyaa)\Z")
COMMON = 5
"""Weight from which a vocabulary word is an ordinary one: some thirty occurrences."""


@cache
def _file() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def listed(name: str) -> frozenset[str]:
    """A list of words.yaml. Raises KeyError if there is none."""
    return frozenset(_file()[name].split())


@cache
def public_persons() -> frozenset[str]:
    """Names of persons in public office, in lower case."""
    return frozenset(_file()["public"])


@cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    from lokal.samaran._names import (
        AMBIGUOUS_GIVEN_NAMES,
        BALINESE_NAMES,
        CHINESE_FAMILY_NAMES,
        FAMILY_NAMES,
        GIVEN_NAMES,
        SECOND_NAMES,
    )

    # What is also an everyday word counts as a name only beside another one.
    perhaps = AMBIGUOUS_GIVEN_NAMES | SECOND_NAMES | BALINESE_NAMES | CHINESE_FAMILY_NAMES | listed("names_too")
    sure = (GIVEN_NAMES | FAMILY_NAMES | listed("names")) - listed("names_too") - listed("no_names")
    return sure, frozenset(perhaps)


@lru_cache(maxsize=16_384)
def names(word: str) -> int:
    """2: a common name that is rarely anything else; 1: a name that is also a word, or built as names are; 0: neither. Lower case."""
    sure, perhaps = _names()
    if word in sure:
        return 2
    if word in perhaps or word in listed("short_names"):
        return 1
    return int(_NAME_FORM.match(word) is not None and not ordinary(word))


@lru_cache(maxsize=16_384)
def ordinary(word: str) -> bool:
    """Whether a lower-case word is one of the language rather than a name: a listed word, a shortening, a form with affixes."""
    if word in listed("stop") or word in slang():
        return True
    sure, perhaps = _names()
    if word in sure or word in perhaps:
        return False
    weight = words().get(word, 0)
    return weight >= COMMON or (weight > 0 and _AFFIXED.match(word) is not None) or _has_known_stem(word)


def _has_known_stem(word: str) -> bool:
    """dicoret, terhapus, berkasnya: an affix around a vocabulary word."""
    stem = re.sub(r"^(?:di|ter|ber|mem|men|meng|me|pen|pem|ke|se)|(?:nya|kan|lah|in|mu|ku)$", "", word)
    return stem != word and len(stem) > 2 and words().get(stem, 0) > 0


@cache
def region_forms() -> frozenset[str]:
    """Bare names of provinces, regencies and cities in lower case, with everyday short forms."""
    bare = {name.removeprefix("Kabupaten ").removeprefix("Kota ").lower() for name in regions().values()}
    return frozenset(bare | listed("short_regions"))
