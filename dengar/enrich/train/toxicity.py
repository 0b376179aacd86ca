"""Toxicity without the non-commercial set: seeds, hand labels, and public texts that hold one of our listed insults.

What only a word list says is weak evidence, right in some six of seven texts; seeds and hand labels say where it is wrong. Complaints are
hard negatives: the seeds have thousands, angry ones among them, all labelled none.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from dengar.enrich.features import kinds_of_words
from dengar.enrich.train.corpus import Corpus
from dengar.enrich.train.fit import SEED
from dengar.enrich.train.spec import Direction, HeadSpec, Row

LABELS = ("none", "abuse", "hate")
_WORD = re.compile(r"[^\W\d_]+")


def rows(corpus: Corpus) -> Sequence[Row]:
    """Seeds, hand labels, and weak rows."""
    found = [Row(s.text, s.toxicity, f"seeds {s.writer}", s.template) for s in corpus.seeds]
    found += [
        Row(hand.text, hand.toxicity, f"hand {hand.dataset}", f"hand {number}")
        for number, hand in enumerate(corpus.annotations)
    ]
    return found + _weak(corpus)


def _weak(corpus: Corpus) -> list[Row]:
    readers = (corpus.indolem(), corpus.judol(), corpus.stif(), corpus.languages(), corpus.smsa("train"))
    texts = [row.text for reader in readers for row in reader if row.text not in corpus.annotated]
    _, normalised = corpus.forms(texts)
    insulting: list[str] = []
    clean: list[str] = []
    for text, meant in zip(texts, normalised, strict=True):
        insults = any("insult" in kinds_of_words().get(word, ()) for word in _WORD.findall(meant.lower()))
        (insulting if insults else clean).append(text)
    clean = random.Random(SEED).sample(clean, 6_000)
    return [Row(text, "abuse", "weak", f"weak {n}") for n, text in enumerate(insulting)] + [
        Row(text, "none", "weak", f"weak clean {n}") for n, text in enumerate(clean)
    ]


TOXICITY = HeadSpec(
    "toxicity",
    LABELS,
    rows,
    (
        Direction("toxic", frozenset({"abuse", "hate"}), frozenset({"none"}), 1.0),
        Direction("hate", frozenset({"hate"}), frozenset({"none", "abuse"})),
    ),
    sure=0.95,
)
