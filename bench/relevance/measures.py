"""nDCG@10 (Järvelin and Kekäläinen 2002, gain 2^grade - 1, discount log2(rank + 1)) and recall@10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

DEPTH = 10


def ndcg(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """0 to 1; 1 where nothing better could stand among the first ten."""
    best = _gain(sorted(grades.values(), reverse=True))
    return _gain([grades.get(identity, 0) for identity in ranked]) / best


def recall(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """Share of the relevant documents (or of ten, if there are more) among the first ten."""
    found = sum(identity in grades for identity in ranked[:DEPTH])
    return found / min(len(grades), DEPTH)


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(rank + 2) for rank, grade in enumerate(grades[:DEPTH]))
