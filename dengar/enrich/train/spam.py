"""Spam: gambling promotion under videos, other promotion, bots.

The public set says only gambling or not, so its rows teach that direction and no other. Texts of the other sets are no gambling.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from dengar.enrich.train.corpus import Corpus
from dengar.enrich.train.fit import SEED
from dengar.enrich.train.spec import Direction, HeadSpec, Row

LABELS = ("none", "gambling", "promotion", "bot")
TWO = frozenset({"none", "gambling"})
_KNOWN = frozenset(LABELS)


def rows(corpus: Corpus) -> Sequence[Row]:
    """Seeds and hand labels with all labels; the public set by channel; a sample of other sets as plain texts."""
    found = [Row(s.text, s.spam, f"seeds {s.writer}", s.template) for s in corpus.seeds]
    for number, hand in enumerate(corpus.annotations):
        if hand.dataset != "judol_youtube":
            label = "promotion" if hand.intent == "promotion" else "none"
            found.append(Row(hand.text, label, f"hand {hand.dataset}", f"hand {number}", 0.5))
    found += [
        Row(row.text, "gambling" if row.label == "1" else "none", "judol", row.group, 1.0, TWO)
        for row in corpus.judol()
    ]
    others = [
        row for reader in (corpus.smsa("train"), corpus.indolem(), corpus.prdect(), corpus.stif()) for row in reader
    ]
    found += [Row(row.text, "none", "others", row.group, 0.3, TWO) for row in random.Random(SEED).sample(others, 3_000)]
    return found


SPAM = HeadSpec(
    "spam",
    LABELS,
    rows,
    (
        Direction("gambling", frozenset({"gambling"}), _KNOWN - {"gambling"}, 0.5),
        Direction("promotion", frozenset({"promotion"}), _KNOWN - {"promotion"}),
        Direction("bot", frozenset({"bot"}), _KNOWN - {"bot"}),
    ),
    sure=0.97,
)
