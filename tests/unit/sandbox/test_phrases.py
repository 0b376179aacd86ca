"""The phrase bank is kept apart from every training and test set: word n-grams are compared."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sandbox.scenario.plan import PHRASES, phrases

SHARED = Path(os.environ.get("DENGAR_SHARED", Path(__file__).resolve().parents[4] / "shared"))
SETS = SHARED / "data" / "nlp"
_WORD = re.compile(r"[a-z0-9]+")
# function words chain into short n-grams in any two Indonesian texts; measured below 0.1 %
MAX_SHARE_OF_5_GRAMS = 0.02


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            if name not in ("intent", "sentiment", "category", "purpose", "campaign"):
                yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _grams(words: list[str], n: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[i:] for i in range(n)), strict=False)


@cache
def _bank(n: int) -> dict[tuple[str, ...], str]:
    texts = [t for file in sorted(PHRASES.glob("*.yaml")) for t in _strings(phrases(file.stem))]
    return {gram: text for text in texts for gram in _grams(_WORD.findall(text.lower()), n)}


def _found_in(texts: list[str], n: int) -> set[tuple[str, ...]]:
    bank = _bank(n)
    return {gram for text in texts for gram in _grams(_WORD.findall(text.lower()), n) if gram in bank}


def _found_in_sets(n: int) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for file in sorted(SETS.rglob("*")):
        if file.suffix not in (".csv", ".txt", ".for", ".inf") or file.name == "LICENCE.txt":
            continue
        lines = file.read_text(encoding="utf-8", errors="replace").lower().splitlines()
        # token-per-line sets (word<TAB>tag) are read as one running text
        running = [" ".join(line.split("\t")[0].split()[:1]) for line in lines] if file.suffix == ".txt" else []
        found |= _found_in([" ".join(running)] if running else lines, n)
    return found


pytestmark_sets = pytest.mark.skipif(not SETS.is_dir(), reason="the labelled sets (../shared/data/nlp) are not here")


@pytestmark_sets
def test_no_8_gram_is_shared() -> None:
    assert len(_bank(8)) > 300
    shared = _found_in_sets(8)
    assert not shared, [_bank(8)[gram] for gram in shared]


@pytestmark_sets
def test_few_5_grams_are_shared() -> None:
    shared = _found_in_sets(5)
    share = len(shared) / len(_bank(5))
    print(f"5-grams of the phrase bank that occur in a labelled set: {len(shared)} of {len(_bank(5))} ({share:.2%})")
    assert share <= MAX_SHARE_OF_5_GRAMS, sorted(shared)


def test_the_measure_finds_a_planted_copy() -> None:
    copied = next(text for text in _bank(8).values())
    assert _found_in([f"seseorang menulis: {copied.upper()}!"], 8)
    assert not _found_in(["kalimat ini tidak ada di mana pun juga selain di pengujian"], 8)


def test_every_slot_is_known() -> None:
    slots = {*phrases("slots"), "official"}
    for file in PHRASES.glob("*.yaml"):
        for text in _strings(phrases(file.stem)):
            assert set(re.findall(r"\{([a-z]+)\}", text)) <= slots, text


def test_labels_come_from_the_closed_lists() -> None:
    intents = {"complaint", "question", "request", "report", "praise", "suggestion", "hoax", "promotion", "other"}
    for name in ("complaints", "questions", "praise", "chatter", "spam"):
        for group in phrases(name):
            assert group["intent"] in intents
            assert group["sentiment"] in ("positive", "neutral", "negative")
            assert group["texts"]
