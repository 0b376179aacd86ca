"""How disjoint our own texts are: seeds that train, phrases that the sandbox speaks, texts that test. Shared word n-grams, in percent.

Example: python -m bench.overlap
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from bench.results import table, write_section
from dengar.enrich.train.corpus import SEEDS

ROOT = Path(__file__).resolve().parents[1]
PHRASES = ROOT / "sandbox" / "phrases"
TESTS = ROOT / "tests" / "unit" / "enrich"
SIZES = (4, 6, 8)
_WORD = re.compile(r"\{\w+\}|\w+")


def own_texts() -> dict[str, list[str]]:
    """Name of a set → its texts: seeds, sandbox phrases (slots in braces), and every file of texts under tests/unit/enrich."""
    return {
        "seeds": [json.loads(line)["text"] for file in sorted(SEEDS.glob("*.ndjson")) for line in _lines(file)],
        "sandbox phrases": [text for file in sorted(PHRASES.glob("*.yaml")) for text in _strings(_yaml(file))],
        "test texts": [
            *(line for file in sorted(TESTS.rglob("*.txt")) for line in _lines(file)),
            *(_told(json.loads(line)) for file in sorted(TESTS.rglob("*.ndjson")) for line in _lines(file)),
        ],
    }


def grams(texts: Iterable[str], size: int) -> set[tuple[str, ...]]:
    """Every run of `size` words, in small letters, across no text's end."""
    found = set()
    for text in texts:
        words = _WORD.findall(text.lower())
        found.update(zip(*(words[start:] for start in range(size)), strict=False))
    return found


def identical(left: Iterable[str], right: Iterable[str]) -> set[str]:
    """Texts of at least four words that are in both sets, word by word."""
    return _plain(left) & _plain(right)


def shared(left: Iterable[str], right: Iterable[str], size: int) -> float:
    """Percent of the smaller set's n-grams that the other one has; 0 where one has none."""
    one, other = sorted((grams(left, size), grams(right, size)), key=len)
    return 100 * len(one & other) / len(one) if one else 0.0


def _plain(texts: Iterable[str]) -> set[str]:
    words = (_WORD.findall(text.lower()) for text in texts)
    return {" ".join(found) for found in words if len(found) >= 4}


def _told(row: dict[str, str]) -> str:
    """A text, or a text whose personal data is marked as {type|value}."""
    return row["text"] if "text" in row else re.sub(r"\{\w+\|([^}]*)\}", r"\1", row["marked"])


def _lines(file: Path) -> Iterator[str]:
    return (line for line in file.read_text(encoding="utf-8").splitlines() if line.strip())


def _yaml(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def main() -> None:
    """Measure and write the section."""
    argparse.ArgumentParser(prog="python -m bench.overlap", description=__doc__).parse_args()
    sets = own_texts()
    rows: list[list[object]] = []
    for (name, left), (other, right) in combinations(sets.items(), 2):
        cells = [f"{shared(left, right, size):.2f}" for size in SIZES]
        rows.append([name, other, len(left), len(right), len(identical(left, right)), *cells])
    header = ["set", "other set", "texts", "other's", "identical", *(f"{size}-grams shared, %" for size in SIZES)]
    lines = table(header, rows)
    print("\n".join(lines))
    write_section("Overlap of our own texts", "python -m bench.overlap", lines)


if __name__ == "__main__":
    main()
