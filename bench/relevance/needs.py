"""The judged set, needs.yaml: documents with ids, queries with the grades of their documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("needs.yaml")
KINDS = ("exact", "informal", "obfuscated", "family")


@dataclass(frozen=True)
class Query:
    """`grades`: id of a document → 2 (that is what it is about) or 1 (beside something else); all others are 0."""

    kind: str
    text: str
    grades: dict[str, int]


@dataclass(frozen=True)
class Judged:
    """`documents`: id → text."""

    documents: dict[str, str]
    queries: list[Query]


def judged(file: Path = FILE) -> Judged:
    """Read the set."""
    needs = yaml.safe_load(file.read_text(encoding="utf-8"))
    documents: dict[str, str] = {}
    grades: dict[str, dict[str, int]] = {}
    for number, need in enumerate(needs):
        grades[need["need"]] = {}
        for grade, name in ((2, "relevant"), (1, "aside"), (0, "decoys")):
            for place, text in enumerate(need.get(name, [])):
                identity = f"{number}-{name}-{place}"
                documents[identity] = text
                if grade:
                    grades[need["need"]][identity] = grade
    queries = []
    for number, need in enumerate(needs):
        whole = grades[need["need"]]
        for other in need.get("also", []):
            whole = whole | grades[other]
        for kind in KINDS:
            queries += [_query(kind, told, number, whole) for told in need["queries"][kind]]
    return Judged(documents, queries)


def _query(kind: str, told: str | dict[str, Any], number: int, grades: dict[str, int]) -> Query:
    if isinstance(told, str):
        return Query(kind, told, grades)
    return Query(kind, told["query"], {f"{number}-relevant-{place}": 2 for place in told["only"]})
