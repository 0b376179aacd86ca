"""Vectors of words: words used alike are alike, folding changes no score, and a head learns words its rows never had."""

from __future__ import annotations

import random

import numpy as np
import pytest

from dengar.enrich.features import Featuriser
from dengar.enrich.train.fit import fit
from dengar.enrich.train.related import Floats, fold, vectors, widen
from dengar.enrich.train.spec import HeadSpec, Row

OBJECTS = ["paket", "kurir", "beras", "saldo", "petugas", "loket", "sinyal", "listrik"]
BAD = ("rusak", "hancur", "bobrok")
GOOD = ("mulus", "lancar", "beres")


def unlabelled() -> list[str]:
    drawn = random.Random(3)
    return [
        f"{drawn.choice(OBJECTS)} {drawn.choice(words)} {drawn.choice(words)} {tail}"
        for words, tail in ((BAD, "kecewa sekali"), (GOOD, "terima kasih"))
        for _ in range(300)
    ]


@pytest.fixture(scope="module")
def features() -> Featuriser:
    return Featuriser()


@pytest.fixture(scope="module")
def known(features: Featuriser) -> Floats:
    return vectors(features.buckets(unlabelled()), 8)


def test_words_used_alike_are_alike(features: Featuriser, known: Floats) -> None:
    rusak, hancur, mulus = (known[features.buckets([word])[0][0]] for word in ("rusak", "hancur", "mulus"))
    assert rusak @ hancur > rusak @ mulus + 0.3


def test_the_same_texts_give_the_same_vectors(features: Featuriser, known: Floats) -> None:
    assert np.array_equal(vectors(features.buckets(unlabelled()), 8), known)


def test_folding_changes_no_score(features: Featuriser, known: Floats) -> None:
    texts = ["paket rusak", "loket beres", ""]
    X = features.transform(texts, texts)
    weights = np.random.default_rng(1).normal(size=X.shape[1] + 8).astype(np.float32)
    assert np.allclose(widen(X, known, 0.7) @ weights, X @ fold(weights, known, 0.7), atol=1e-4)


def test_a_head_learns_words_that_its_rows_never_had(features: Featuriser, known: Floats) -> None:
    rows = [Row(f"{thing} {word}", label, "s", f"{thing} {word}") for thing in OBJECTS for word, label in
            (("rusak", "bad"), ("hancur", "bad"), ("mulus", "good"), ("lancar", "good"))]  # fmt: skip
    X = features.transform([row.text for row in rows], [row.text for row in rows])
    spec = HeadSpec("side", ("good", "bad"), lambda corpus: [], related=2.0)
    head = fit(spec, X, rows, known=lambda: known)
    unseen = ["bobrok", "beres"]
    assert [a.label for a in head.head.judge(head.scores(features.transform(unseen, unseen)))] == ["bad", "good"]
    assert head.weights.shape == (1, X.shape[1])
