"""Scores of a classifier: F1, expected calibration error, bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Labels = Sequence[str] | npt.NDArray[np.str_]


def f1(truth: Labels, said: Labels, label: str) -> float:
    """F1 of one label (0–1); 0 where it is neither there nor said."""
    true, told = np.asarray(truth) == label, np.asarray(said) == label
    either = int(true.sum() + told.sum())
    return 2 * int((true & told).sum()) / either if either else 0.0


def macro_f1(truth: Labels, said: Labels) -> float:
    """Mean F1 (0–1) over the labels that are in the truth."""
    return float(np.mean([f1(truth, said, label) for label in np.unique(np.asarray(truth))]))


def calibration_error(right: npt.NDArray[np.bool_], score: npt.NDArray[np.floating], bins: int = 10) -> float:
    """Expected calibration error (0–1) over bins of equal width: Naeini et al. 2015."""
    edges = np.minimum((score * bins).astype(int), bins - 1)
    total = 0.0
    for edge in range(bins):
        inside = edges == edge
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - score[inside].mean())
    return total


def interval(
    truth: Labels, said: Labels, measure: Callable[[Labels, Labels], float], times: int = 300, seed: int = 5
) -> tuple[float, float]:
    """The middle 95 % of the measure over texts drawn again with replacement."""
    random = np.random.default_rng(seed)
    truth_array, said_array = np.asarray(truth), np.asarray(said)
    found = []
    for _ in range(times):
        drawn = random.integers(0, len(truth_array), len(truth_array))
        found.append(measure(truth_array[drawn], said_array[drawn]))
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)
