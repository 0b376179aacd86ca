"""The heads that are trained, in the order of their columns."""

from __future__ import annotations

from dengar.enrich.train.sentiment import SENTIMENT
from dengar.enrich.train.spec import HeadSpec

HEADS: tuple[HeadSpec, ...] = (SENTIMENT,)
