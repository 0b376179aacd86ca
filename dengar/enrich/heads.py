"""Heads: the trained judgements over the featuriser's rows, one matrix product for all of them.

A head scores a text along a few *directions* (two-sided linear classifiers, such as neutral ↔ not neutral) and turns the scores
into probabilities of its labels by a calibrated multinomial layer. Where the surest label is less sure than the head's
threshold, the judgement is `uncertain`: a person should look.

The weights are stored as one byte each with a scale for each direction (models/heads.npz, no pickle); what they mean stands in
models/model.json. `dengar.enrich.train` writes both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dengar.enrich.features import SIZE, Featuriser, Matrix

MODELS = Path(__file__).parent / "models"
_BATCH = 1_000


class Judgement(NamedTuple):
    """A head's answer for one text: label, its probability (0–1), the probabilities of all labels, and the band of doubt."""

    label: str
    score: float
    probabilities: dict[str, float]
    uncertain: bool


class ModelError(Exception):
    """The model's files are missing or do not fit together; the message says what to do."""


@dataclass(frozen=True)
class Head:
    """One head: its labels, its columns in the weights, and the layer from scores to probabilities.

    `layer` is (directions + 1) × labels, the last row the bias. `preference` (a number a label, 1 by default) multiplies the
    probabilities when the label is chosen, never the probabilities told: thresholds for classes that matter unequally.
    """

    name: str
    labels: tuple[str, ...]
    columns: slice
    layer: npt.NDArray[np.float32]
    preference: npt.NDArray[np.float32]
    threshold: float

    def judge(self, scores: npt.NDArray[np.float32]) -> list[Judgement]:
        """Judgements of texts × directions scores."""
        probabilities = softmax(self._logits(scores))
        chosen = (probabilities * self.preference).argmax(axis=1)
        rounded = np.round(probabilities.astype(np.float64), 4).tolist()
        return [
            Judgement(
                self.labels[best],
                row[best],
                dict(zip(self.labels, row, strict=True)),
                row[best] < self.threshold,
            )
            for best, row in zip(chosen.tolist(), rounded, strict=True)
        ]

    def _logits(self, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """scores · layer + bias, summed direction by direction: a matrix product adds in an order that hangs on the size of the batch."""
        logits = np.repeat(self.layer[-1:], len(scores), axis=0)
        for direction, row in enumerate(self.layer[:-1]):
            logits += scores[:, direction, None] * row
        return logits


class Heads:
    """All heads over one weight matrix (SIZE × directions, float32) and the featuriser they were trained with."""

    def __init__(
        self,
        featuriser: Featuriser,
        weights: npt.NDArray[np.float32],
        bias: npt.NDArray[np.float32],
        heads: Sequence[Head],
        version: str,
    ) -> None:
        self.featuriser = featuriser
        self.version = version
        self.names = tuple(head.name for head in heads)
        self._weights, self._bias, self._heads = weights, bias, tuple(heads)

    def predict(self, X: Matrix, names: Sequence[str] | None = None) -> dict[str, list[Judgement]]:
        """Head → judgements in the order of the rows. `names` limits the heads that are told."""
        scores = np.asarray(X @ self._weights, dtype=np.float32) + self._bias
        wanted = self.names if names is None else names
        return {head.name: head.judge(scores[:, head.columns]) for head in self._heads if head.name in wanted}

    def judge(self, masked: Sequence[str], normalised: Sequence[str]) -> dict[str, list[Judgement]]:
        """Featurise and predict, in batches of bounded memory."""
        found: dict[str, list[Judgement]] = {name: [] for name in self.names}
        for start in range(0, len(masked), _BATCH):
            stop = start + _BATCH
            answers = self.predict(self.featuriser.transform(masked[start:stop], normalised[start:stop]))
            for name, answer in answers.items():
                found[name] += answer
        return found


def softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Rows to probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def expand(whole: npt.NDArray[np.int8], scale: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Weights from what is stored: signed squares of whole numbers, times the direction's scale."""
    roots = whole.astype(np.float32)
    return np.asarray(roots * np.abs(roots) * scale[:, None], np.float32)


@cache
def load_heads(folder: Path = MODELS) -> Heads:
    """The shipped heads, read once. Raises ModelError where the files are absent or of another featuriser."""
    try:
        card: Mapping[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
            read = {name: arrays[name] for name in arrays.files}
    except FileNotFoundError as error:
        raise ModelError("The model's files are missing: run python -m dengar.enrich.train, or reinstall.") from error
    if read["weights"].shape[1] != SIZE:
        raise ModelError("The model was trained for another featuriser: run python -m dengar.enrich.train.")
    weights = np.ascontiguousarray(expand(read["weights"], read["scale"]).T)
    heads, start = [], 0
    for entry in card["heads"]:
        width = len(entry["directions"])
        heads.append(
            Head(
                entry["name"],
                tuple(entry["labels"]),
                slice(start, start + width),
                np.asarray(entry["layer"], np.float32),
                np.asarray(entry["preference"], np.float32),
                float(entry["threshold"]),
            )
        )
        start += width
    return Heads(Featuriser(read["idf"]), weights, read["bias"], heads, card["version"])
