"""What one word alone does not decide: single letters, kilometre or you, doctor or from, the passive "di" written apart."""

from __future__ import annotations

import re

from dengar.enrich.normalise.alignment import Edit
from dengar.enrich.normalise.lexicon import listed

_LETTERS = {"d": "di", "k": "ke", "y": "ya", "n": "dan", "q": "aku", "w": "saya", "g": "tidak", "u": "kamu"}
_SINGLE = re.compile(
    r"(?:(?<=[a-z] )|(?<=[a-z][,.!?] )|^)(?P<one>[dkynqwgu])(?=(?P<after> +[a-z]{2}|\s*$|[.,!?]*(?:\s|$)))"
)
_UNITS = {"km": "kamu", "cm": "cuma"}
_UNIT = re.compile(r"(?<![\w.])(?P<unit>km|cm|dr|th|smp|pkl)(?![\w.])")
_NUMBER_BEFORE = re.compile(
    r"\d[\d.,]*\s*$|\b(?:per|ribu|puluh|ratus|juta|tiga|dua|lima|empat|enam|tujuh|sekian|berapa|beberapa)\s+$|/$"
)
_WORD_BEFORE = re.compile(r"([a-z]+) $")
_DI = re.compile(r"(?<![\w.])di +(?P<root>[a-z]+)(?!\w)", re.IGNORECASE)


def in_context(text: str) -> list[Edit]:
    """Edits of a text whose single words are standard already."""
    edits = [*_singles(text), *_units(text), *_passives(text)]
    edits.sort()
    return [edit for at, edit in enumerate(edits) if at == 0 or edits[at - 1].end <= edit.start]


def _singles(text: str) -> list[Edit]:
    edits = []
    for match in _SINGLE.finditer(text):
        letter, start = match["one"], match.start("one")
        before = _WORD_BEFORE.search(text, max(0, start - 24), start)
        if before and before[1] in listed("numbered"):
            continue
        followed = match["after"].strip(" ")[:1].isalpha()
        if (followed or letter in "yuq") and (start or followed):
            edits.append(Edit(start, match.end("one"), _LETTERS[letter]))
    return edits


def _units(text: str) -> list[Edit]:
    edits = []
    for match in _UNIT.finditer(text):
        unit, start = match["unit"], match.start("unit")
        number = _NUMBER_BEFORE.search(text, max(0, start - 16), start) is not None
        after = text[match.end() : match.end() + 6].lstrip()
        if unit == "th":
            if number or after[:1].isdigit():
                edits.append(Edit(start, match.end(), "tahun"))
        elif unit == "pkl":
            if after[:1].isdigit():
                edits.append(Edit(start, match.end(), "pukul"))
        elif unit == "smp":
            before = _WORD_BEFORE.search(text, max(0, start - 24), start)
            if (
                not (before and before[1] in listed("schooling"))
                and not after[:1].isdigit()
                and not after.startswith("nege")
            ):
                edits.append(Edit(start, match.end(), "sampai"))
        elif unit == "dr":
            if not after[:1].isupper():
                edits.append(Edit(start, match.end(), "dari"))
        elif not number:
            edits.append(Edit(start, match.end(), _UNITS[unit]))
    return edits


def _passives(text: str) -> list[Edit]:
    roots = listed("passive")
    return [
        Edit(match.start(), match.end(), "di" + match["root"].lower())
        for match in _DI.finditer(text)
        if match["root"].lower() in roots
    ]
