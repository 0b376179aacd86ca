"""Which of the sources a text reads like, one of the labelled sets or a comment: each has its own sense of what a name is.

A linear model over hashed words. What the sources disagree about (is a ministry an organisation? a band?) is learnt for each apart,
all else together.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dengar.enrich.entities.plain import key, plain

STYLES = ("nergrit", "nerp", "idner", "comments")
BUCKETS = 1 << 15


def bucket(word: str) -> int:
    """The column of a word."""
    return key(plain(word)) % (BUCKETS - 2)


def column(cased: bool) -> int:
    """The column that says whether a text is cased."""
    return BUCKETS - 2 + cased


def scores(
    sums: npt.NDArray[np.float32], counts: npt.NDArray[np.int64], cased: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """[text, style] from the sums of the words' weights, their number and the weights of the case."""
    length: npt.NDArray[np.float32] = np.sqrt(np.maximum(counts, 1)).astype(np.float32)
    found: npt.NDArray[np.float32] = (sums / length[:, None] + cased).astype(np.float32)
    return found


def fit(texts: Sequence[tuple[Sequence[str], bool, int]], seed: int = 5) -> npt.NDArray[np.float32]:
    """Weights [BUCKETS, style] of (words, cased, style) texts."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from sklearn.exceptions import ConvergenceWarning  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    rows, columns, values = [], [], []
    for row, (words, cased, _) in enumerate(texts):
        weight = 1 / max(len(words), 1) ** 0.5
        for word in words:
            rows.append(row)
            columns.append(bucket(word))
            values.append(weight)
        rows.append(row)
        columns.append(column(cased))
        values.append(1.0)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(texts), BUCKETS), dtype=np.float32)
    model = LogisticRegression(C=3.0, fit_intercept=False, class_weight="balanced", max_iter=40, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # near enough: it only says which style is nearest
        model.fit(matrix, [style for _, _, style in texts])
    weights: npt.NDArray[np.float32] = model.coef_.T.astype(np.float32)
    return weights


def style_of(words: Sequence[str], cased: bool, weights: npt.NDArray[np.float32]) -> int:
    """The style of one text."""
    sums = weights[[bucket(word) for word in words]].sum(axis=0, keepdims=True)
    return int(scores(sums, np.array([len(words)]), weights[[column(cased)]]).argmax())
