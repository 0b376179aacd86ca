"""Intent, complaint category and urgency: our own seeds of two writers and hand labels on public rows.

No public set has either label. The seeds bring the domain (social aid), the hand labels bring how people write elsewhere: reviews,
customer service, comments under videos. Definitions and tie-breaks: docs/label-guide.md.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dengar.enrich.train.corpus import Corpus
from dengar.enrich.train.sentiment import rows as sentiment
from dengar.enrich.train.spec import Direction, HeadSpec, Row, one_against_rest

SEED = 20251125
HAND_WEIGHT = 1.0
SIDES_PER_SOURCE = 2_500
PREFERENCE = {"complaint": 2.0, "request": 1.5, "report": 1.5, "question": 1.5}

URGENCIES = ("none", "attention", "urgent")
INTENTS = ("complaint", "question", "request", "report", "praise", "suggestion", "hoax", "promotion", "other")
ACTIONABLE = frozenset(INTENTS[:4])
# *Complaint or not* counts these as yes.
COMPLAINS = frozenset({"complaint", "request", "report"})
CATEGORIES = (
    "bansos_not_received",
    "pkh",
    "dtsen_data",
    "bpnt_sembako",
    "disability",
    "elderly",
    "child",
    "disaster_aid",
    "fraud_levy",
    "service_attitude",
    "app_system",
    "other",
)


def intents(corpus: Corpus) -> Sequence[Row]:
    """Seeds, grouped by template, and hand labels, each a group of its own."""
    found = [
        # An institution's own post wants nothing: it must not weigh on what people's comments are.
        Row(seed.text, seed.intent, f"official {seed.writer}", seed.template, 0.2, None, False)
        if seed.purpose
        else Row(seed.text, seed.intent, f"seeds {seed.writer}", seed.template)
        for seed in corpus.seeds
    ]
    found += [
        Row(row.text, row.intent, f"hand {row.dataset}", f"hand {row.dataset} {number}", HAND_WEIGHT)
        for number, row in enumerate(corpus.annotations)
        if row.intent in INTENTS
    ]
    return found + _sides(corpus, {row.text: row.group for row in found})


def _sides(corpus: Corpus, groups: Mapping[str, str]) -> list[Row]:
    """Rows of the sentiment head, some of each source: they teach two directions and calibrate nothing."""
    drawn = list(sentiment(corpus))
    random.Random(SEED).shuffle(drawn)
    taken: Counter[str] = Counter()
    kept = []
    for row in drawn:
        taken[row.source] += 1
        if taken[row.source] <= SIDES_PER_SOURCE:
            kept.append(replace(row, group=groups.get(row.text, row.group), calibrates=False))
    return kept


def urgencies(corpus: Corpus) -> Sequence[Row]:
    """Seeds, of which few are urgent: the head finds in other words what the rules of `dengar.enrich.urgency` miss."""
    return [Row(seed.text, seed.urgency, f"seeds {seed.writer}", seed.template) for seed in corpus.seeds]


def categories(corpus: Corpus) -> Sequence[Row]:
    """Actionable texts only. Of the hand-labelled ones nearly all are about other matters, so that they weigh
    little and don't calibrate."""
    found = [
        Row(seed.text, seed.category, f"seeds {seed.writer}", seed.template) for seed in corpus.seeds if seed.category
    ]
    found += [
        Row(row.text, row.category, f"hand {row.dataset}", f"hand {row.dataset} {number}", 0.1, None, False)
        for number, row in enumerate(corpus.annotations)
        if row.intent in ACTIONABLE and row.category in CATEGORIES
    ]
    return found


# Who complains takes the negative side: the many texts with a sentiment carry that over to where no intent is labelled.
INTENT = HeadSpec(
    "intent",
    INTENTS,
    intents,
    (
        *one_against_rest(INTENTS),
        Direction("takes a side", frozenset({"positive", "negative"}), frozenset({"neutral"}), 0.1),
        Direction("negative side", frozenset({"negative"}), frozenset({"positive"}), 0.1),
    ),
    # A complaint overlooked costs more than one looked at in vain.
    preference=PREFERENCE,
    sure=0.9,
    related=0.6,
)
CATEGORY = HeadSpec("category", CATEGORIES, categories, sure=0.9, related=0.6)
URGENCY = HeadSpec("urgency", URGENCIES, urgencies, sure=0.9)
