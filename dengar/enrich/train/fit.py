"""Fit a head: its directions by a linear classifier, its probabilities from scores on folds not trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dengar.enrich.features import Matrix
from dengar.enrich.heads import Head
from dengar.enrich.train.metrics import calibration_error, interval, macro_f1
from dengar.enrich.train.related import fold as fold_in
from dengar.enrich.train.related import widen
from dengar.enrich.train.spec import Direction, HeadSpec, Row

SEED = 20251125
FOLDS = 4
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Fitted:
    """A trained head: weights (directions × SIZE), bias, the judging part, whose columns start at 0, and its scores on the folds."""

    spec: HeadSpec
    weights: Floats
    bias: Floats
    head: Head
    on_folds: dict[str, float | int | list[float]]

    def scores(self, X: Matrix) -> Floats:
        """Texts × directions."""
        return np.asarray(X @ self.weights.T, dtype=np.float32) + self.bias


def fit(
    spec: HeadSpec, X: Matrix, rows: Sequence[Row], folds: int = FOLDS, known: Callable[[], Floats] | None = None
) -> Fitted:
    """Train on rows whose features are X. A direction that has rows of one side only says nothing: its weights are zero.

    `known` gives the vectors of words (`dengar.enrich.train.related`); it is asked where the head weighs them.
    """
    vectors = known() if known is not None and spec.related else None
    wide = X if vectors is None else widen(X, vectors, spec.related)
    directions = spec.all_directions()
    everywhere = np.ones(len(rows), np.bool_)
    weights, bias = _fit_directions(directions, wide, rows, everywhere)
    fold = assign_folds(rows, folds)
    unseen = np.zeros((len(rows), len(directions)), np.float32)
    calibrating = np.array([row.calibrates and row.offered is None for row in rows])
    for number in range(folds):
        held = (fold == number) & calibrating
        if held.any():
            w, b = _fit_directions(directions, wide, rows, fold != number)
            unseen[held] = wide[held] @ w.T + b
    if vectors is not None:
        weights = np.stack([fold_in(one, vectors, spec.related) for one in weights])
    kept = [row for row, use in zip(rows, calibrating, strict=True) if use]
    layer = calibrate(spec, unseen[calibrating], kept)
    preference = np.array([spec.preference.get(label, 1.0) for label in spec.labels], np.float32)
    head = Head(spec.name, spec.labels, slice(0, len(directions)), layer, preference, 0.0)
    threshold = doubt(spec, head, unseen[calibrating], kept)
    head = replace(head, threshold=threshold)
    return Fitted(spec, weights, bias, head, scores_of(head, unseen[calibrating], kept))


def assign_folds(rows: Sequence[Row], folds: int) -> npt.NDArray[np.int64]:
    """A fold for each row; rows of a group share it, and the groups of a label are dealt out evenly. Seeded."""
    label = {row.group: row.label for row in reversed(rows)}
    names = sorted(label)
    drawn = np.random.default_rng(SEED).permutation(len(names)).tolist()
    order = sorted(range(len(names)), key=lambda at: (label[names[at]], drawn[at]))
    place = {names[at]: number % folds for number, at in enumerate(order)}
    return np.array([place[row.group] for row in rows])


def calibrate(spec: HeadSpec, scores: Floats, rows: Sequence[Row]) -> Floats:
    """The multinomial layer (directions + 1) × labels, fitted on scores of texts the directions have not seen."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    target = np.array([spec.labels.index(row.label) for row in rows])
    weight = np.array([row.weight for row in rows])
    present = np.unique(target)
    model = LogisticRegression(C=10.0, max_iter=500).fit(scores, target, sample_weight=weight)
    layer = np.zeros((scores.shape[1] + 1, len(spec.labels)), np.float32)
    layer[-1] = -12.0  # a label without a calibrating row is never chosen
    if len(present) == 2:  # one coefficient row: the second label's, the first label's is 0
        layer[:, present[0]] = 0.0
        layer[:-1, present[1]], layer[-1, present[1]] = model.coef_[0], model.intercept_[0]
    else:
        layer[:-1, present], layer[-1, present] = model.coef_.T, model.intercept_
    return layer


def doubt(spec: HeadSpec, head: Head, scores: Floats, rows: Sequence[Row]) -> float:
    """The score below which an answer is uncertain: the least that leaves `spec.sure` right above, at most the median score."""
    answers = head.judge(scores)
    score = np.array([answer.score for answer in answers])
    right = np.array([answer.label == row.label for answer, row in zip(answers, rows, strict=True)])
    order = np.argsort(-score)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= spec.sure)
    threshold = score[order[enough[-1]]] if len(enough) else 1.0
    return round(float(min(threshold, np.median(score))), 3)


def scores_of(head: Head, scores: Floats, rows: Sequence[Row]) -> dict[str, float | int | list[float]]:
    """Macro-F1 with its 95 % interval, calibration error, and the share of uncertain answers, on the calibrating texts."""
    answers = head.judge(scores)
    truth, said = [row.label for row in rows], [answer.label for answer in answers]
    right = np.array([t == s for t, s in zip(truth, said, strict=True)])
    return {
        "texts": len(rows),
        "macro_f1": round(macro_f1(truth, said), 4),
        "interval": [round(end, 4) for end in interval(truth, said, macro_f1)],
        "calibration_error": round(calibration_error(right, np.array([answer.score for answer in answers])), 4),
        "uncertain": round(sum(answer.uncertain for answer in answers) / len(answers), 4),
    }


def _fit_directions(
    directions: Sequence[Direction],
    X: Matrix,
    rows: Sequence[Row],
    use: npt.NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

    weights = np.zeros((len(directions), X.shape[1]), np.float32)
    bias = np.zeros(len(directions), np.float32)
    for number, direction in enumerate(directions):
        chosen = np.array([bool(u) and direction.uses(row) for u, row in zip(use, rows, strict=True)])
        kept = [row for row, c in zip(rows, chosen, strict=True) if c]
        side = np.array([row.label in direction.yes for row in kept])
        if side.all() or not side.any():
            continue
        weight = np.array([row.weight for row in kept])
        # Both sides weigh alike: the prior comes back in calibration.
        for value in (True, False):
            weight[side == value] *= 0.5 * len(kept) / weight[side == value].sum()
        model = LinearSVC(C=direction.strength, random_state=SEED, max_iter=3000)
        model.fit(X[chosen], side, sample_weight=weight)
        weights[number], bias[number] = model.coef_[0], model.intercept_[0]
    return weights, bias
