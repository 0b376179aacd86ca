"""Abuse by words: a listed insult or obscenity counts as abuse unless the head is all but sure that it is none.

The head learns from complaints, which are angry and clean, and so is slow to see abuse where there is no complaint; the words
(`insult` in models/words.txt, our own list) are quick. Words that people also use without insulting anybody ("gila sih", "bau sampah")
need more support from the head.
"""

from __future__ import annotations

import re

from dengar.enrich.features import kinds_of_words
from dengar.enrich.heads import Judgement

STRONG_SUPPORT, WEAK_SUPPORT = 0.01, 0.1
SURE_ENOUGH = 0.6
MILD = frozenset(
    word
    for line in (
        "gila edan sinting sarap sampah jijik najis noob cupu culun kampungan gembel bangkai kafir ampas jamban berak",
        "budek benalu parasit setan iblis kadal tai tuyul picek",
    )
    for word in line.split()
)
_WORD = re.compile(r"[^\W\d_]+")


def weigh(judgement: Judgement, normalised: str) -> Judgement:
    """The head's judgement of toxicity with the words of the normalised text: `none` becomes `abuse` where they say so."""
    if judgement.label != "none":
        return judgement
    known = kinds_of_words()
    found = {word for word in _WORD.findall(normalised.lower()) if "insult" in known.get(word, ())}
    if not found:
        return judgement
    toxic = 1 - judgement.probabilities.get("none", 0.0)
    if toxic < (STRONG_SUPPORT if found - MILD else WEAK_SUPPORT):
        return judgement
    sure = max(SURE_ENOUGH, toxic)
    hate = judgement.probabilities.get("hate", 0.0)
    probabilities = {"none": round(1 - sure, 4), "abuse": round(sure - hate, 4), "hate": hate}
    return Judgement("abuse", probabilities["abuse"], probabilities, True)
