"""Span F1 of the entities on the development parts of the public sets, cased and lower-cased, and their cost a text.

Example: python -m bench.entities
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.results import table, write_section
from dengar.enrich.entities.corpus import SETS, TYPES, Labelled, folder, lowered, read
from dengar.enrich.entities.labeller import Entity, entities

_SCHEME = {"nergrit": ("person", "place", "organisation"), "idner": ("person", "place", "organisation")}
_ALL = ("person", "place", "organisation", "event", "product")


def counts(name: str, texts: Sequence[Labelled], found: Sequence[Sequence[Entity]]) -> dict[str, Counter[str]]:
    """{type: right, said and true} of exact spans; types outside the set's scheme don't count."""
    scheme = _SCHEME.get(name, _ALL)
    result: dict[str, Counter[str]] = {kind: Counter() for kind in scheme}
    for text, ours in zip(texts, found, strict=True):
        true = {(start, end, TYPES[label]) for start, end, label in text.spans}
        said = {(entity.start, entity.end, entity.type) for entity in ours if entity.type in scheme}
        for key, spans in (("true", true), ("said", said), ("right", true & said)):
            for _, _, kind in spans:
                result[kind][key] += 1
    return result


def f1(tally: Counter[str]) -> float:
    """In percent; 0 where there is nothing."""
    total = tally["true"] + tally["said"]
    return 200 * tally["right"] / total if total else 0.0


def measure(root: Path) -> list[list[object]]:
    """Rows of the table: set, case, F1, precision, recall, F1 by type, CPU ms a text."""
    rows: list[list[object]] = []
    entities(["Bansos di Bandung"])
    for name, (_, part) in SETS.items():
        written = read(root / part)
        for case, texts in (("as written", written), ("lower-cased", lowered(written))):
            if name == "nerp" and case == "lower-cased":
                continue  # it is lower-cased as it stands
            begun = time.process_time()
            found = entities([text.text for text in texts])
            cost = 1000 * (time.process_time() - begun) / len(texts)
            by_type = counts(name, texts, found)
            tally = sum(by_type.values(), Counter())
            rows.append(
                [
                    name,
                    case,
                    f"{f1(tally):.1f}",
                    f"{100 * tally['right'] / tally['said']:.1f}",
                    f"{100 * tally['right'] / tally['true']:.1f}",
                    ", ".join(f"{kind} {f1(one):.0f}" for kind, one in by_type.items()),
                    f"{cost:.2f}",
                ]
            )
    return rows


def main() -> None:
    """Measure and write the section; exit status 1 where the sets are absent."""
    root = folder()
    if not root.is_dir():
        sys.exit(f"The labelled sets are not at {root}: set DENGAR_SHARED to the folder that holds data/nlp.")
    header = ["set (development part)", "case", "span F1", "precision", "recall", "F1 by type", "CPU ms a text"]
    lines = table(header, measure(root))
    print("\n".join(lines))
    write_section("Entities", "python -m bench.entities", lines)


if __name__ == "__main__":
    main()
