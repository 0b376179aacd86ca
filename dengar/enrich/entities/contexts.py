"""Groups of words that stand in like contexts ("bandung" with "medan", "rendang" with "soto"), learnt from all texts of data/nlp that
may train. A word's groups tell the labeller what a name may be that the labelled sets never show.

Word × neighbour counts at distances −2…2 → positive pointwise mutual information (context distribution smoothed by .75, Levy et al.
2015) → truncated SVD (80) → k-means at three sizes. Stored under hashed words.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dengar.enrich.entities.corpus import sentences
from dengar.enrich.entities.plain import key, plain
from dengar.enrich.entities.words import words

SIZES = (64, 320, 1000)
LEAST, NEIGHBOURS, DIMENSIONS, SEED = 4, 4000, 80, 5
FILE = Path(__file__).parent.parent / "models" / "entities-words.npz"
_LEFT_OUT = ("nc-measure-only", "lexicon")


def texts(folder: Path) -> Iterator[list[str]]:
    """Plain words of every text of every set but those that may only measure; development parts included, labels unread."""
    csv.field_size_limit(sys.maxsize)
    for path in sorted([*folder.rglob("*.csv"), *folder.rglob("*.txt")]):
        if path.name == "LICENCE.txt" or any(name in str(path.relative_to(folder)) for name in _LEFT_OUT):
            continue
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as lines:
                for row in csv.reader(lines):
                    yield [plain(word.text) for word in words(max(row, key=len, default=""))]
        elif path.parent.name in ("nergrit", "nerp", "idner_news_2k", "keps"):
            for sentence in sentences(path):
                yield [plain(word.text) for word in words(" ".join(word for word, _ in sentence))]
        else:
            for line in path.read_text(encoding="utf-8").splitlines():
                yield [plain(word.text) for word in words(line)]


def learn(folder: Path) -> dict[str, npt.NDArray[Any]]:
    """{"keys": hashed words, "groups": [word, size] numbers of groups}; the same data gives the same arrays."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from scipy.sparse.linalg import svds  # type: ignore[import-untyped]
    from sklearn.cluster import MiniBatchKMeans  # type: ignore[import-untyped]

    read = list(texts(folder))
    counted = Counter(word for text in read for word in text)
    vocabulary = sorted((word for word, count in counted.items() if count >= LEAST), key=lambda w: (-counted[w], w))
    number = {word: at for at, word in enumerate(vocabulary)}
    rows: list[int] = []
    columns: list[int] = []
    for text in read:
        ids = [number.get(word, -1) for word in text]
        for group, distance in enumerate((-2, -1, 1, 2)):
            for at in range(max(0, -distance), min(len(ids), len(ids) - distance)):
                if ids[at] >= 0 and 0 <= ids[at + distance] < NEIGHBOURS:
                    rows.append(ids[at])
                    columns.append(group * NEIGHBOURS + ids[at + distance])
    shape = (len(vocabulary), 4 * NEIGHBOURS)
    counts = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    counts.sum_duplicates()
    of_word = np.asarray(counts.sum(axis=1)).ravel()
    of_context = np.asarray(counts.sum(axis=0)).ravel() ** 0.75
    of_context /= of_context.sum()
    pairs = counts.tocoo()
    information = np.log(pairs.data / (of_word[pairs.row] * of_context[pairs.col]))
    matrix = csr_matrix((np.maximum(information, 0).astype(np.float32), (pairs.row, pairs.col)), shape=shape)
    left, strength, _ = svds(matrix, k=DIMENSIONS, random_state=SEED)
    place = left * np.sqrt(strength)
    place /= np.linalg.norm(place, axis=1, keepdims=True) + 1e-9
    groups = [
        MiniBatchKMeans(size, random_state=SEED, batch_size=4096, n_init=2, max_iter=60).fit(place).labels_
        for size in SIZES
    ]
    keys = np.array([key(word) for word in vocabulary], np.uint32)
    order = np.argsort(keys, kind="stable")
    return {"keys": keys[order], "groups": np.stack(groups, axis=1).astype(np.uint16)[order]}


@cache
def _groups() -> dict[int, tuple[int, ...]]:
    with np.load(FILE, allow_pickle=False) as stored:
        return dict(zip(stored["keys"].tolist(), map(tuple, stored["groups"].tolist()), strict=True))


def groups(plain_word: str) -> tuple[int, ...]:
    """The word's group at each of SIZES; none for a rare word."""
    return _groups().get(key(plain_word), ())
