"""How far people and machine agree, field by field: Cohen's κ with a bootstrap interval.

κ = (p_o − p_e) / (1 − p_e), with p_o the share of equal labels and p_e that share by chance (J. Cohen, 1960, "A coefficient of
agreement for nominal scales"). The interval is the percentile bootstrap over mentions: to resample pairs is to draw the cells of their
table from a multinomial.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dengar.labels import FIELDS, Label

Pairs = list[tuple[str, str]]
RESAMPLES = 2_000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Agreement:
    """`n` pairs of one field. `kappa` and its interval are null where all labels are one and the same: chance explains everything."""

    field: str
    n: int
    equal: float
    kappa: float | None
    low: float | None
    high: float | None


def pairs(labels: Iterable[Label], *, model_version: str | None = None, drawn: str | None = None) -> dict[str, Pairs]:
    """field → (machine's label, person's label) of every decision that has both, of one model and one way of drawing if asked."""
    found: dict[str, Pairs] = {}
    for label in labels:
        for field, entry in label["labels"].items():
            against = entry["against"]
            if against is None or (model_version and against["model_version"] != model_version):
                continue
            if drawn is None or entry["drawn"] == drawn:
                found.setdefault(field, []).append((against["label"], entry["label"]))
    return {field: found[field] for field in FIELDS if field in found}


def agreement(field: str, judged: Pairs, *, seed: int = 0) -> Agreement:
    """κ of at least one pair; the same seed gives the same interval."""
    import numpy as np
    from sklearn.metrics import cohen_kappa_score, confusion_matrix  # type: ignore[import-untyped]

    machine, people = zip(*judged, strict=True)
    n, equal = len(judged), sum(one == other for one, other in judged) / len(judged)
    classes = sorted({*machine, *people})
    if len(classes) == 1:
        return Agreement(field, n, equal, None, None, None)
    table = confusion_matrix(machine, people, labels=classes)
    drawn = np.random.default_rng(seed).multinomial(n, (table / n).ravel(), RESAMPLES).reshape(-1, *table.shape) / n
    observed = np.trace(drawn, axis1=1, axis2=2)
    chance = (drawn.sum(axis=1) * drawn.sum(axis=2)).sum(axis=1)
    # A resample in which everything has one label has no κ.
    told = (observed - chance)[chance < 1] / (1 - chance[chance < 1])
    edge = (1 - CONFIDENCE) / 2
    low, high = np.quantile(told, [edge, 1 - edge]) if len(told) else (None, None)
    return Agreement(
        field,
        n,
        round(equal, 4),
        round(float(cohen_kappa_score(machine, people)), 4),
        None if low is None else round(float(low), 4),
        None if high is None else round(float(high), 4),
    )
