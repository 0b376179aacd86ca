"""Purpose of official posts: our own captions, titles and openings of transcripts, in the voices of many offices.

No public set has this label. Rows are grouped by template (the occasion a caption is written for).
"""

from __future__ import annotations

from collections.abc import Sequence

from dengar.enrich.purpose import PURPOSES
from dengar.enrich.train.corpus import Corpus
from dengar.enrich.train.spec import HeadSpec, Row


def rows(corpus: Corpus) -> Sequence[Row]:
    """The seeds that have a purpose."""
    return [Row(seed.text, seed.purpose, f"seeds {seed.style}", seed.template) for seed in corpus.seeds if seed.purpose]


PURPOSE = HeadSpec("purpose", PURPOSES, rows, sure=0.85)
