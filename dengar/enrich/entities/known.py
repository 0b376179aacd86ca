"""What is known of a word from public lists: part of a region's name, a common given or family name, a title, a weekday …

Lists: lokal (Kemendagri's region table of 2025, common names, both MIT), gazetteer/words.yaml (ours).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import yaml

from dengar.enrich.gazetteer import FOLDER, region_table


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    from lokal.samaran._names import AMBIGUOUS_GIVEN_NAMES, FAMILY_NAMES, GIVEN_NAMES, SECOND_NAMES

    found: dict[str, set[str]] = {}

    def add(kind: str, words: Iterable[str]) -> None:
        for word in words:
            found.setdefault(word, set()).add(kind)

    for code, name in region_table().items():
        level = code.count(".")
        parts = name.lower().replace("kabupaten ", "").replace("kota ", "").split()
        for position, part in enumerate(parts):
            add(f"region{min(level, 2)}{'-' if position else ''}", [part])
    add("given", GIVEN_NAMES)
    add("given?", AMBIGUOUS_GIVEN_NAMES)
    add("family", FAMILY_NAMES)
    add("second", SECOND_NAMES)
    for kind, words in yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8")).items():
        add(kind, words.split())
    return {word: tuple(sorted(kinds)) for word, kinds in found.items()}


def known(lower: str) -> tuple[str, ...]:
    """The lists a lower-cased word stands in."""
    return _lists().get(lower, ())
