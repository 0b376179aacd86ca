"""Personal data: precision and recall on labelled texts of our own, per type and set, and the cost a text.

A found span counts where its type is right and it overlaps the labelled one by .8 (intersection over union); `exact` counts those whose
offsets are the same. Texts are in tests/unit/enrich/pii; every number, name and address in them is invented.

Example: python -m bench.pii
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.results import table, write_section
from dengar.enrich.normalise import normalise
from dengar.enrich.pii import PLACEHOLDERS, Span, find_pii, hide_identifiers, mask
from dengar.enrich.train.corpus import Corpus, DataError, data_folder

FOLDER = Path(__file__).parent.parent / "tests" / "unit" / "enrich" / "pii"
SETS = ("developed", "held_out", "held_out_2")
OVERLAP = 0.8
_MARKED = re.compile(r"\{([a-z_]+)\|([^{}]*)\}")


@dataclass(frozen=True)
class Case:
    """A text and the personal data in it."""

    text: str
    spans: tuple[Span, ...]


@dataclass
class Tally:
    """Spans by type: found and right, found and wrong, missed; `exact` of those that are right."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    flagged: int = 0
    clean: int = 0

    def precision(self, *types: str) -> float:
        """Share of the found spans that are right; 1 where nothing was found."""
        right, wrong = self._sum(self.right, types), self._sum(self.wrong, types)
        return right / (right + wrong) if right + wrong else 1.0

    def recall(self, *types: str) -> float:
        """Share of the labelled spans that were found; 1 where there is none."""
        right, missed = self._sum(self.right, types), self._sum(self.missed, types)
        return right / (right + missed) if right + missed else 1.0

    def count(self, *types: str) -> int:
        """Labelled spans."""
        return self._sum(self.right, types) + self._sum(self.missed, types)

    @staticmethod
    def _sum(counter: Counter[str], types: tuple[str, ...]) -> int:
        return sum(counter[kind] for kind in types or PLACEHOLDERS)


def cases(name: str) -> list[Case]:
    """The texts of one set: {"marked": "NIK saya {nik|…}"} a line."""
    lines = (FOLDER / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()
    return [read(json.loads(line)["marked"]) for line in lines]


def read(marked: str) -> Case:
    """A marked text as text and spans."""
    text, spans, position = "", [], 0
    for match in _MARKED.finditer(marked):
        text += marked[position : match.start()]
        spans.append(Span(match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        position = match.end()
    return Case(text + marked[position:], tuple(spans))


def overlap(one: Span, other: Span) -> float:
    """Intersection over union, in characters; 0 for different types."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) / (max(one.end, other.end) - min(one.start, other.start)) if one.type == other.type else 0.0


def tally(texts: list[Case]) -> Tally:
    """What the detector does on these texts."""
    total = Tally()
    for case in texts:
        left = list(case.spans)
        found = find_pii(case.text)
        for span in found:
            match = next((one for one in left if overlap(one, span) >= OVERLAP), None)
            if match is None:
                total.wrong[span.type] += 1
                continue
            left.remove(match)
            total.right[span.type] += 1
            total.exact[span.type] += match == span
        total.missed.update(span.type for span in left)
        total.clean += not case.spans
        total.flagged += bool(found) and not case.spans
    return total


def cost(texts: list[str]) -> tuple[float, float, float]:
    """CPU milliseconds a text of (finding, masking, looking through the normalised text); word lists are loaded before."""
    mask("nama: Siti, NIK 3204055203859012, wa 081200001234, jl mawar no 1 rt 2")
    normal = [normalise(text) for text in texts]
    spent = []
    for step, given in ((find_pii, texts), (mask, texts), (hide_identifiers, normal)):
        begun = time.process_time()
        for text in given:
            step(text)
        spent.append(1_000 * (time.process_time() - begun) / len(given))
    return spent[0], spent[1], spent[2]


def quality() -> list[str]:
    """The table, and a line on clean texts."""
    totals = {name: tally(cases(name)) for name in SETS}
    rows = [
        [kind, *(cell for total in totals.values() for cell in _cells(total, kind))]
        for kind in PLACEHOLDERS
        if any(total.count(kind) for total in totals.values())
    ]
    rows.append(["**all**", *(cell for total in totals.values() for cell in _cells(total))])
    header = ["type", *(f"{name} {what}" for name in SETS for what in ("spans", "P", "R", "exact"))]
    clean = "; ".join(f"{name} {total.flagged} of {total.clean}" for name, total in totals.items())
    texts = sum(len(cases(name)) for name in SETS)
    return [*table(header, rows), "", f"{texts} texts. Texts without personal data that were flagged: {clean}."]


def _cells(total: Tally, *types: str) -> list[object]:
    exact = sum(total.exact[kind] for kind in types or PLACEHOLDERS)
    return [total.count(*types), f"{total.precision(*types):.3f}", f"{total.recall(*types):.3f}", exact]


def main() -> None:
    """Measure and write the section. The cost is left out where the public comments are absent."""
    argparse.ArgumentParser(prog="python -m bench.pii", description=__doc__).parse_args()
    lines = quality()
    try:
        comments = list(dict.fromkeys(row.text for row in Corpus(data_folder()).judol()))[:5_000]
    except DataError as error:
        lines += ["", f"Cost not measured: {error}"]
    else:
        finding, masking, again = cost(comments)
        lines += [
            "",
            f"CPU a text on {len(comments)} public comments: finding {finding:.3f} ms, with masking {masking:.3f} ms, looking through "
            f"the normalised text {again:.3f} ms.",
        ]
    print("\n".join(lines))
    write_section("Personal data: labelled texts of our own, and cost", "python -m bench.pii", lines)


if __name__ == "__main__":
    main()
