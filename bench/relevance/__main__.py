"""nDCG@10 and recall@10 by kind of query, of dengar and of two plain analyzers, on an Elasticsearch of its own.

Example: python -m bench.relevance --misses
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import mean

from elasticsearch import Elasticsearch

from bench.relevance.measures import ndcg, recall
from bench.relevance.needs import KINDS, Judged, judged
from bench.relevance.systems import System, dengar, plain, remove
from bench.results import table, write_section
from dengar.index import client
from dengar.local.instance import Instance
from dengar.local.stack import Stack
from dengar.local.verbs import preparation
from dengar.settings import Settings

Scores = Mapping[str, Mapping[str, tuple[float, float]]]


def scores(elasticsearch: Elasticsearch, held: Judged) -> tuple[Scores, list[str]]:
    """system → kind → (nDCG@10, recall@10), and a line for each query that dengar does not answer in full."""
    systems: dict[str, System] = {
        "dengar": dengar(elasticsearch, held.documents),
        "standard": plain(elasticsearch, held.documents, "standard"),
        "indonesian": plain(elasticsearch, held.documents, "indonesian"),
    }
    try:
        told: dict[str, dict[str, tuple[float, float]]] = {}
        misses = []
        for name, find in systems.items():
            found = [(query, find(query.text)) for query in held.queries]
            told[name] = {}
            for kind in KINDS:
                of_kind = [(query, ranked) for query, ranked in found if query.kind == kind]
                told[name][kind] = (
                    mean(ndcg(ranked, query.grades) for query, ranked in of_kind),
                    mean(recall(ranked, query.grades) for query, ranked in of_kind),
                )
            if name == "dengar":
                misses = [
                    _miss(query.text, query.grades, ranked, held)
                    for query, ranked in found
                    if recall(ranked, query.grades) < 1 or ndcg(ranked, query.grades) < 0.9
                ]
        return told, misses
    finally:
        remove(elasticsearch)


def _miss(text: str, grades: Mapping[str, int], ranked: list[str], held: Judged) -> str:
    missed = [held.documents[identity] for identity in grades if identity not in ranked]
    wrong = [held.documents[identity] for identity in ranked if identity not in grades]
    return f"{ndcg(ranked, grades):.2f} {text}\n   missed {missed}\n   wrong  {wrong}"


def rows(told: Scores, held: Judged) -> list[str]:
    """The table, with dengar's margin over the better of the two."""
    cells = []
    for kind in KINDS:
        count = sum(query.kind == kind for query in held.queries)
        margin = [
            told["dengar"][kind][at] - max(told[name][kind][at] for name in ("standard", "indonesian")) for at in (0, 1)
        ]
        figures = [f"{told[name][kind][at]:.3f}" for at in (0, 1) for name in ("dengar", "standard", "indonesian")]
        cells.append([kind, count, *figures[:3], f"{margin[0]:+.3f}", *figures[3:], f"{margin[1]:+.3f}"])
    header = [
        "queries",
        "n",
        "nDCG@10 dengar",
        "standard",
        "indonesian",
        "margin",
        "recall@10 dengar",
        "standard",
        "indonesian",
        "margin",
    ]
    return table(header, cells)


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(prog="python -m bench.relevance", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print every query that is not answered in full")
    arguments = parser.parse_args()
    held = judged()
    with tempfile.TemporaryDirectory(prefix="dengar-bench-") as folder:
        stack = Stack(Instance(Path(folder) / "state"))
        try:
            stack.up(("elasticsearch",), **preparation(stack))
            told, misses = scores(client(Settings.from_environment(stack.environment())), held)
        finally:
            stack.down(purge=True)
    if arguments.misses:
        print("\n".join(misses))
    lines = [
        f"{len(held.queries)} queries and {len(held.documents)} documents of our own (`bench/relevance/needs.yaml`), decoys included.",
        "The baselines are a `match` on one field with that analyzer.",
        "",
        *rows(told, held),
    ]
    print("\n".join(lines))
    write_section("Search: relevance of informal Indonesian", "python -m bench.relevance", lines)


if __name__ == "__main__":
    main()
