"""Words that stand among the same words: what unlabelled texts teach a direction about words its labelled texts hardly have.

Each word bucket gets a vector: positive pointwise mutual information with its neighbours (Levy, Goldberg & Dagan 2015: contexts
smoothed by the power .75, neighbours weighed by 1 / distance), factored to DIMENSIONS columns. A text's vector is the sum of its words',
so a classifier that learns from both is a classifier of words alone: `fold` adds what it learnt of vectors to the weights of words.
Nothing of this is shipped or costs anything when texts are judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]

from dengar.enrich.features import WORDS, Featuriser, Matrix
from dengar.enrich.train.corpus import Corpus

DIMENSIONS, WINDOW, SMOOTHING = 150, 4, 0.75
SEED = 20251125
Floats = npt.NDArray[np.float32]


@lru_cache(maxsize=1)
def related(corpus: Corpus, features: Featuriser) -> Floats:
    """The vectors (WORDS × DIMENSIONS, rows of unit length or zero) of everything the corpus has."""
    texts = list(dict.fromkeys(corpus.everything()))
    return vectors(features.buckets(corpus.forms(texts)[1]))


def vectors(lines: Sequence[npt.NDArray[np.int64]], dimensions: int = DIMENSIONS) -> Floats:
    """Vectors of word buckets from texts given as the buckets of their words, in order. Seeded, on one thread: always the same."""
    from sklearn.utils.extmath import randomized_svd  # type: ignore[import-untyped]
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):
        left, strength, _ = randomized_svd(_information(_together(lines)), dimensions, n_iter=4, random_state=SEED)
    found = np.asarray(left * np.sqrt(strength), np.float32)
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6), np.float32)


def widen(X: Matrix, known: Floats, share: float) -> Matrix:
    """X with `share` times each text's vector as further columns."""
    return sparse.hstack((X, sparse.csr_matrix(share * (X[:, :WORDS] @ known))), format="csr", dtype=np.float32)


def fold(weights: Floats, known: Floats, share: float) -> Floats:
    """Weights of a widened X → weights of X that give the same scores."""
    width = len(weights) - known.shape[1]
    folded = weights[:width].copy()
    folded[:WORDS] += share * (known @ weights[width:])
    return folded


def _together(lines: Sequence[npt.NDArray[np.int64]]) -> Any:
    """WORDS × WORDS: how often two words stand within WINDOW places of each other, the nearer the more."""
    flat = np.concatenate(lines) if lines else np.zeros(0, np.int64)
    text = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    met = sparse.csr_matrix((WORDS, WORDS), dtype=np.float64)
    for distance in range(1, WINDOW + 1):
        same = text[distance:] == text[:-distance]
        first, second = flat[:-distance][same], flat[distance:][same]
        met += sparse.csr_matrix((np.full(len(first), 1 / distance), (first, second)), shape=met.shape)
    return met + met.T


def _information(met: Any) -> Any:
    """Positive pointwise mutual information of counts."""
    word = np.asarray(met.sum(axis=1)).ravel()
    context = np.asarray(met.sum(axis=0)).ravel() ** SMOOTHING
    context /= max(context.sum(), 1e-12)
    pairs = met.tocoo()
    told = np.log(pairs.data / (word[pairs.row] * context[pairs.col]))
    kept = told > 0
    return sparse.csr_matrix((told[kept].astype(np.float32), (pairs.row[kept], pairs.col[kept])), shape=met.shape)
