"""Our own seed texts as a fourth source: how people write under posts, where nearly no word is a name.

Without it a labeller that knows only news takes whatever it doesn't know, in Javanese or in slang, for a name. Places and
organisations come from the gazetteers; a person is a known given name, or a capitalised word, after a form of address.
"""

from __future__ import annotations

import json
from pathlib import Path

from dengar.enrich.entities.known import known
from dengar.enrich.entities.match import counts, matches
from dengar.enrich.entities.words import words
from dengar.enrich.gazetteer import load

SEEDS = Path(__file__).parent.parent / "train" / "seeds"
_ADDRESS = frozenset(
    [
        "pak",
        "bapak",
        "bu",
        "ibu",
        "mbah",
        "mbak",
        "mas",
        "bang",
        "kak",
        "uda",
        "uni",
        "kang",
        "teh",
        "ceu",
        "gus",
        "ustadz",
        "ustad",
        "nenek",
        "kakek",
        "simbah",
        "mak",
        "bude",
        "pakde",
        "om",
        "tante",
    ]
)
_NO_NAMES = frozenset({"title", "office", "org_noun", "place_noun"})
_FREQUENT = frozenset({"ini", "itu", "melihat", "asuh", "jimat", "wamen", "gub", "dirjen"})
_NAMES = frozenset({"given", "given?", "family"})


def comments(folder: Path = SEEDS) -> list[tuple[list[str], list[str]]]:
    """(words, labels) of each seed text, each text once, in the order of the files' names."""
    gazetteer = load()
    seen: dict[str, None] = {}
    for path in sorted(folder.glob("*.ndjson")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                seen[json.loads(line)["text"]] = None
    found: list[tuple[list[str], list[str]]] = []
    for text in seen:
        written = [word.text for word in words(text)]
        if not written:
            continue
        lower = [word.lower() for word in written]
        marks = ["O"] * len(written)
        for match in matches(lower, gazetteer):
            kind = {"place": "LOC", "organisation": "ORG"}.get(match.entry.type)
            if kind is None or not counts(match):
                continue
            first = match.first
            if kind == "LOC" and lower[first] in (
                "kabupaten",
                "kab",
                "kota",
                "kotamadya",
                "provinsi",
                "propinsi",
                "prov",
            ):
                first += 2 if lower[first + 1] == "." else 1
            marks[first : match.last] = [f"B-{kind}"] + [f"I-{kind}"] * (match.last - first - 1)
        for at in range(1, len(written)):
            if lower[at - 1] not in _ADDRESS or marks[at] != "O" or not written[at].isalpha():
                continue
            kinds = set(known(lower[at]))
            if kinds & _NO_NAMES or lower[at] in _FREQUENT:
                continue
            if kinds & _NAMES or (written[at].istitle() and not written[at - 1].isupper()):
                marks[at] = "B-PER"
        found.append((written, marks))
    return found
