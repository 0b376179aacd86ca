"""The heads that are trained, in the order of their columns."""

from __future__ import annotations

from dataclasses import replace

from dengar.enrich.train.intent import CATEGORY, INTENT
from dengar.enrich.train.purpose import PURPOSE
from dengar.enrich.train.sentiment import SENTIMENT
from dengar.enrich.train.spam import SPAM
from dengar.enrich.train.spec import HeadSpec
from dengar.enrich.train.toxicity import TOXICITY

# Captions of a purpose share few words: less regularised, the head is two points better on folds.
HEADS: tuple[HeadSpec, ...] = (SENTIMENT, INTENT, CATEGORY, TOXICITY, SPAM, replace(PURPOSE, strength=2.0))
