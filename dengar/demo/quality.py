"""How well the machine's labels agree with the sandbox's truth: precision and recall per label, over what the demo indexed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch
    from rich.table import Table

FIELDS = ("intent", "sentiment", "category", "purpose")
LEAST = 5


def agreement(client: Elasticsearch, truth: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Field → {n, macro_f1, labels: {label: {n, precision, recall}}}; a field that was not judged is absent.

    `truth` is the sandbox's: id → {labels: {intent, sentiment, …}}. Labels with fewer than five true cases are left out of the mean.
    """
    from sklearn.metrics import precision_recall_fscore_support  # type: ignore[import-untyped]

    judged = _judged(client)
    found = {}
    for field in FIELDS:
        pairs = [
            (str(row["labels"][field]), judged[identity][field])
            for identity, row in truth.items()
            if identity in judged and row.get("labels", {}).get(field) and judged[identity].get(field)
        ]
        if not pairs:
            continue
        said, meant = [pair[1] for pair in pairs], [pair[0] for pair in pairs]
        names = sorted(set(meant))
        precision, recall, f1, number = precision_recall_fscore_support(meant, said, labels=names, zero_division=0.0)
        rows = {
            name: {
                "n": int(number[i]),
                "precision": round(float(precision[i]), 3),
                "recall": round(float(recall[i]), 3),
            }
            for i, name in enumerate(names)
        }
        counted = [float(f1[i]) for i in range(len(names)) if number[i] >= LEAST]
        mean = round(sum(counted) / len(counted), 3) if counted else None
        found[field] = {"n": len(pairs), "macro_f1": mean, "labels": rows}
    return found


def _judged(client: Elasticsearch) -> dict[str, dict[str, str]]:
    """id → field → the label in the index."""
    from elasticsearch.helpers import scan

    query: dict[str, Any] = {"query": {"term": {"deleted": False}}, "_source": [f"{field}.label" for field in FIELDS]}
    return {
        hit["_id"]: {field: told["label"] for field in FIELDS if (told := hit["_source"].get(field))}
        for hit in scan(client, query=query, index="mentions,messages", size=2_000)
    }


def tables(found: Mapping[str, Any]) -> list[Table]:
    """One table a field, for people."""
    from rich.table import Table

    made = []
    for field, told in found.items():
        table = Table(
            title=f"{field} against the truth: macro-F1 {told['macro_f1']} over {told['n']}", title_justify="left"
        )
        for column in ("label", "n", "precision", "recall"):
            table.add_column(column, justify="left" if column == "label" else "right")
        for label, row in told["labels"].items():
            table.add_row(label, str(row["n"]), f"{row['precision']:.2f}", f"{row['recall']:.2f}")
        made.append(table)
    return made
