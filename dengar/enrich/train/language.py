"""Train the language model and write models/language.npz. Seeded: the same data gives the same bytes.

Example: python -m dengar.enrich.train.language
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from dengar.enrich.language import BUCKETS, CODES, FILE, features, scale, words_of
from dengar.enrich.normalise import plain
from dengar.enrich.train.corpus import Corpus, DataError, data_folder

SEED = 7
SIZES = (3, 8)
LONGEST = 20
SMOOTHING = 0.1
# Added to the log odds: these are rarer in what is listened to than in the sets. Chosen on five-word windows of valid parts.
LEAN = {"other": -2.0, "min": -0.7}
NUSAX_CODES = {
    "indonesian": "id", "javanese": "jv", "sundanese": "su", "minangkabau": "min", "english": "en",
    "banjarese": "other", "balinese": "other", "madurese": "other",
}  # fmt: skip


def rows(corpus: Corpus) -> Iterator[tuple[str, str, str, float]]:
    """(text, code, source, weight) of everything whose language is known. Rows of `mix` and hand-checked noise are left out."""
    for name, code in NUSAX_CODES.items():
        for row in corpus.nusax(name, "train"):
            yield row.text, code, f"nusax {name}", 1.5
    for code in ("jv", "su"):
        for row in corpus.nusatranslation(code, "train"):
            yield row.text, code, f"nusatranslation {code}", 1.0
    for row in corpus.languages():
        yield row.text, {"Indo": "id", "Jawa": "jv"}[row.label], "lid", 0.5
    for source, table in (
        ("smsa", corpus.smsa("train")[::6]),
        ("indolem", corpus.indolem()[::2]),
        ("stif", corpus.stif()),
    ):
        for row in table:
            yield row.text, "id", source, 0.6
    for row in corpus.judol()[::4]:
        if row.label == "0" and len(row.text) > 20:
            yield row.text, "id", "judol", 0.3
    for seed in corpus.seeds:
        if seed.language in CODES:
            yield seed.text, seed.language, f"seeds {seed.writer}", 1.5


def windows(words: Sequence[str], random: Random) -> Iterator[list[str]]:
    """The text's beginning, and a stretch of a few of its words: comments are short."""
    yield list(words[:LONGEST])
    size = random.randint(*SIZES)
    if len(words) > size + 1:
        start = random.randrange(len(words) - size)
        yield list(words[start : start + size])


def matrix(samples: Sequence[Sequence[str]], known: dict[str, np.ndarray]) -> sparse.csr_matrix:
    """Samples × buckets: the mean over a word's buckets, summed over the words."""
    data, indices, starts = [], [], [0]
    for words in samples:
        for word in words:
            buckets = known.setdefault(word, features(word))
            indices.append(buckets)
            data.append(np.full(len(buckets), 1.0 / len(buckets), np.float32))
        starts.append(starts[-1] + sum(len(known[word]) for word in words))
    X = sparse.csr_matrix((np.concatenate(data), np.concatenate(indices), starts), shape=(len(samples), BUCKETS))
    X.sum_duplicates()
    return X


def train(corpus: Corpus, without: frozenset[str] = frozenset()) -> tuple[np.ndarray, np.ndarray]:
    """(weights BUCKETS × CODES, bias), learnt from every source but `without`.

    Naive Bayes over the buckets (log of the smoothed share of a bucket in a language), then a multinomial layer over the languages'
    scores, which learns how far to believe them and is folded into the weights.
    """
    random = Random(SEED)
    known: dict[str, np.ndarray] = {}
    samples, labels, weights = [], [], []
    for text, code, source, weight in rows(corpus):
        if source in without:
            continue
        words = [match.group().lower() for match in words_of(plain(text))]
        if len(words) < 2:
            continue
        for window in windows(words, random):
            samples.append(window)
            labels.append(CODES.index(code))
            weights.append(weight)
    y, w = np.array(labels), np.array(weights)
    X = matrix(samples, known)
    logs = np.zeros((BUCKETS, len(CODES)))
    for column in range(len(CODES)):
        mine = y == column
        counts = np.asarray(X[mine].multiply(w[mine, None]).sum(axis=0)).ravel()
        smoothed = counts + SMOOTHING * counts.sum() / BUCKETS
        logs[:, column] = np.log(smoothed / smoothed.sum())
    logs -= logs.mean(axis=1, keepdims=True)
    # Every language counts alike but Indonesian, which is what people mostly write.
    for column, name in enumerate(CODES):
        w[y == column] *= (2.0 if name == "id" else 1.0) / max(1e-9, w[y == column].sum())
    w *= len(w) / w.sum()
    scores = np.asarray(X @ logs) / np.array([[scale(len(words))] for words in samples])
    fitted = LogisticRegression(C=10.0, max_iter=300, random_state=SEED).fit(scores, y, sample_weight=w)
    lean = np.array([LEAN.get(code, 0.0) for code in CODES])
    return logs @ fitted.coef_.T, fitted.intercept_ + lean


def write(weights: np.ndarray, bias: np.ndarray, file: Path) -> None:
    """Weights as bytes with one scale a language."""
    step = np.abs(weights).max(axis=0) / 127
    quantised = np.round(weights / step).astype(np.int8)
    np.savez_compressed(file, weights=quantised, scale=step.astype(np.float32), bias=bias.astype(np.float32))


def main() -> None:
    """Read, learn, write."""
    parser = argparse.ArgumentParser(prog="python -m dengar.enrich.train.language", description=__doc__)
    parser.add_argument("--to", type=Path, default=FILE, help="the model's file")
    arguments = parser.parse_args()
    try:
        corpus = Corpus(data_folder())
    except DataError as error:
        sys.exit(str(error))
    write(*train(corpus), arguments.to)
    sys.stderr.write(f"wrote {arguments.to.name}, {arguments.to.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    main()
