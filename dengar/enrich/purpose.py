"""Purpose and form of official posts: which mentions are asked, and how captions' set phrases weigh on the head's answer.

The head (dengar.enrich.train.purpose) knows the words of captions; the cues here know the phrases that offices all over use for
one purpose ("faktanya", "save the date", "kisah inspiratif"), whatever the matter is. Both are odds, and they multiply.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from dengar.enrich.heads import Judgement
from dengar.enrich.purpose_cues import CUES

PURPOSES = (
    "education",
    "programme_information",
    "announcement",
    "accountability",
    "testimony",
    "behind_the_scenes",
    "interview",
    "clarification",
    "participation",
    "challenge",
)
ROLES = frozenset({"official", "partner"})
FORMULA = "purpose/1"
# A cue multiplies the odds of its purpose by e^WEIGHT, at most MOST_CUES times; the head's log-probabilities count SHARE.
WEIGHT, MOST_CUES, SHARE = 1.3, 3, 1.0
UNCERTAIN = 0.5

_INFOGRAPHIC = re.compile(r"\binfo ?gra[fp]h?ik?s?\b|#info(?:grafis|graphic|grafik)|\binfographic", re.IGNORECASE)
_CAPTION_FORMATS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "live",
        re.compile(
            r"\b(?:sedang|lagi) live\b|\bsiaran langsung sekarang\b|^\W*(?:🔴\s*)?live(?: streaming| now)?\b|#livestreaming",
            re.I,
        ),
    ),
    ("reel", re.compile(r"\breels?\b|#reels?\w*", re.I)),
    ("carousel", re.compile(r"\b(?:geser|swipe|slide (?:berikut\w*|selanjut\w*|\d))\b|➡️", re.I)),
    ("video", re.compile(r"\b(?:tonton|simak) (?:video|tayangan)\w*|^\W*\[?video\]?\b", re.I)),
)


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    return {purpose: tuple(map(re.compile, listed)) for purpose, listed in CUES.items()}


def cues(text: str) -> dict[str, list[str]]:
    """Purpose → the phrases of its cues found in a caption, as written (lower case), for those found only."""
    lowered = text.lower()
    found = {
        purpose: [match[0].strip() for pattern in listed if (match := pattern.search(lowered))]
        for purpose, listed in _patterns().items()
    }
    return {purpose: phrases for purpose, phrases in found.items() if phrases}


def asked(draft: Mapping[str, Any], role: str) -> bool:
    """Whether a mention gets a purpose: a post by an official account or a partner of the registers."""
    return draft.get("kind") == "post" and role in ROLES


def weighed(judgement: Judgement, text: str) -> Judgement:
    """The head's judgement of a caption with the odds of its cues."""
    found = cues(text)
    logs = {
        purpose: SHARE * math.log(max(probability, 1e-4)) + WEIGHT * min(MOST_CUES, len(found.get(purpose, ())))
        for purpose, probability in judgement.probabilities.items()
    }
    top = max(logs.values())
    total = sum(math.exp(value - top) for value in logs.values())
    probabilities = {purpose: round(math.exp(value - top) / total, 4) for purpose, value in logs.items()}
    label = max(probabilities, key=lambda purpose: probabilities[purpose])
    return Judgement(label, probabilities[label], probabilities, probabilities[label] < UNCERTAIN)


def format_of(draft: Mapping[str, Any]) -> str | None:
    """Form of a post: the platform's field; `infographic` in place of a still form where the caption says so; else the caption.

    Null where neither tells, and for everything that is not a post.
    """
    if draft.get("kind") != "post":
        return None
    given: str | None = draft.get("post_format")
    caption = f"{draft.get('title') or ''}\n{draft.get('text') or ''}".strip()
    if given in ("image", "carousel", None) and _INFOGRAPHIC.search(caption):
        return "infographic"
    if given is not None:
        return given
    for form, pattern in _CAPTION_FORMATS:
        if pattern.search(caption):
            return form
    return "text" if caption and draft.get("platform") not in ("instagram", "youtube") else None
