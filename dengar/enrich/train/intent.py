"""Intent and complaint category: our own seeds of two writers and hand labels on public rows.

No public set has either label. The seeds bring the domain (social aid), the hand labels bring how people write elsewhere: reviews,
customer service, comments under videos. Definitions and tie-breaks: docs/label-guide.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from dengar.enrich.train.corpus import Corpus
from dengar.enrich.train.spec import HeadSpec, Row

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
    found = [Row(seed.text, seed.intent, f"seeds {seed.writer}", seed.template) for seed in corpus.seeds]
    found += [
        Row(row.text, row.intent, f"hand {row.dataset}", f"hand {row.dataset} {number}")
        for number, row in enumerate(corpus.annotations)
        if row.intent in INTENTS
    ]
    return found


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


INTENT = HeadSpec("intent", INTENTS, intents, sure=0.9)
CATEGORY = HeadSpec("category", CATEGORIES, categories, sure=0.9)
