"""Builds words.tsv, the words that are not touched: `python -m dengar.enrich.normalise.vocabulary [FOLDER]`.

Words written in lower case at least three times in all and in at least two of the public sets below, each with the rounded binary
logarithm of its count. Counts of single words only: no text of the sets, no name (words mostly
written with a capital, or mostly tagged as a person or a place, are left out).
"""

from __future__ import annotations

import csv
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dengar.paths import SHARED

SETS = ("nergrit", "nerp", "idner_news_2k", "hoax_news_600", "nusax/indonesian", "smsa", "stif")
UNCASED = ("smsa", "stif", "nusax/indonesian", "nerp")
MINIMUM_COUNT, MINIMUM_SETS = 3, 2
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")


def _lines(folder: Path, name: str) -> Iterator[str]:
    """One text an item; CoNLL files (a token a line) are joined to sentences."""
    if name == "stif":
        yield from (folder / name / "train.for").read_text(encoding="utf-8").splitlines()
    elif (table := folder / name / "train.csv").exists():
        with table.open(encoding="utf-8", newline="") as rows:
            for row in csv.reader(rows):
                yield " ".join(row)
    else:
        words: list[str] = []
        for line in (folder / name / "train.txt").read_text(encoding="utf-8").splitlines():
            if line.strip():
                words.append(line.split()[0])
            else:
                yield " ".join(words)
                words = []
        yield " ".join(words)


def _names(folder: Path) -> set[str]:
    """Words of NERP that are a person's or a place's name at least as often as not."""
    named: Counter[str] = Counter()
    for line in (folder / "nerp" / "train.txt").read_text(encoding="utf-8").splitlines():
        word, _, tag = line.strip().partition("\t")
        if tag:
            named[word] += 1 if tag.endswith(("PPL", "PLC")) else -1
    return {word for word, balance in named.items() if balance >= 0}


def count(folder: Path) -> dict[str, int]:
    """Word → count, see the module's docstring. Raises OSError if a set is absent."""
    written: Counter[str] = Counter()
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    sets: Counter[str] = Counter()
    for name in SETS:
        here: Counter[str] = Counter()
        cased = name not in UNCASED
        for text in _lines(folder, name):
            for at, match in enumerate(_WORD.finditer(text)):
                if match[0].islower():
                    here[match[0]] += 1
                elif at:
                    capital[match[0].lower()] += 1
        written.update(here)
        if cased:
            small.update(here)
        sets.update(here.keys())
    names = _names(folder)
    return {
        word: number
        for word, number in written.items()
        if word not in names
        and number >= MINIMUM_COUNT
        and sets[word] >= MINIMUM_SETS
        and capital[word] <= small[word]
        and len(word) > 1
    }


def main() -> None:
    """Write words.tsv beside this file."""
    shared = SHARED
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else shared / "data" / "nlp"
    words = count(folder)
    lines = [f"{word}\t{round(math.log2(number))}\n" for word, number in sorted(words.items())]
    Path(__file__).with_name("words.tsv").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
