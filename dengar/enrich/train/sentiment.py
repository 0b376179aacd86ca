"""Sentiment: first whether a text takes sides at all (neutral or not), then which side.

Two-class sets offer no neutral, so they teach the side only; the three-class sets, seeds and hand labels teach both, two more
directions (each side against the rest), and calibrate. Hand labels are few and nearest to what is listened to: they weigh more. What
unlabelled texts say of words (`related`) is worth half a point on sources left out, the listed words' tones (`dengar.enrich.tones`) one.
"""

from __future__ import annotations

from collections.abc import Sequence

from dengar.enrich.train.corpus import NUSAX, Corpus, Labelled
from dengar.enrich.train.spec import Direction, HeadSpec, Row

LABELS = ("positive", "neutral", "negative")
SIDES = frozenset({"positive", "negative"})
# The same sentences in eight languages: those listened to weigh most.
NUSAX_WEIGHT = {
    "indonesian": 1.5,
    "javanese": 1.5,
    "sundanese": 1.5,
    "banjarese": 0.25,
    "balinese": 0.25,
    "madurese": 0.25,
}
_WRITTEN = {"1": "positive", "0": "negative"}


def rows(corpus: Corpus) -> Sequence[Row]:
    """Every labelled text there is; a hand label wins over its set's own."""
    found = [Row(s.text, s.sentiment, f"seeds {s.writer}", s.template) for s in corpus.seeds]
    translated = [corpus.nusax(language, "train") for language in NUSAX]
    translated += [corpus.nusatranslation(code, "train") for code in ("jv", "su")]
    sentence = {row.text: row.group for reader in translated for row in reader}
    found += [
        Row(a.text, a.sentiment, f"hand {a.dataset}", sentence.get(a.text, f"hand {a.text}"), 2.0)
        for a in corpus.annotations
    ]
    found += _set(corpus, "smsa", corpus.smsa("train"))
    for language in NUSAX:
        weight = NUSAX_WEIGHT.get(language, 0.5)
        found += _set(corpus, f"nusax {language}", corpus.nusax(language, "train"), weight)
    for code in ("jv", "su"):
        found += _set(corpus, f"nusatranslation {code}", corpus.nusatranslation(code, "train"), 1.0, SIDES)
    found += _set(corpus, "indolem", corpus.indolem(), 1.0, SIDES)
    found += _set(corpus, "prdect", corpus.prdect(), 0.7, SIDES)
    return found


def written(label: str) -> str:
    """A public set's label (`1`, `Positive`, …) in our words."""
    return _WRITTEN.get(label, label.lower())


def _set(
    corpus: Corpus,
    source: str,
    labelled: Sequence[Labelled],
    weight: float = 1.0,
    offered: frozenset[str] | None = None,
) -> list[Row]:
    return [
        Row(row.text, written(row.label), source, row.group, weight, offered)
        for row in labelled
        if row.text not in corpus.annotated
    ]


SENTIMENT = HeadSpec(
    "sentiment",
    LABELS,
    rows,
    (
        Direction("takes a side", SIDES, frozenset({"neutral"}), 0.2),
        Direction("which side", frozenset({"positive"}), frozenset({"negative"}), 0.2),
        Direction("positive", frozenset({"positive"}), frozenset({"neutral", "negative"}), 0.2),
        Direction("negative", frozenset({"negative"}), frozenset({"positive", "neutral"}), 0.2),
    ),
    related=1.0,
)
