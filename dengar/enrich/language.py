"""Language of a text and of its words: Indonesian, Javanese, Sundanese, Minangkabau, English, other.

A word's score for each language is the sum of the weights of its character n-grams (1 to 5, with its edges) and of itself, hashed; it is
computed once a word and kept in a bounded dict. A text is judged by the scores of its words together, divided by the root of their
number: a multinomial logistic regression. Words are judged by their own score and half of their neighbours': what is left in another
language than the text's is the code-mixed share.

Judged is the text as it was written, cleaned but not normalised: normalising would turn Javanese words that look like slang into
Indonesian ones. Source of the model: models/LICENCE; trained by `python -m dengar.enrich.train.language`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

FORMULA = "dengar-language/1"
CODES = ("id", "jv", "su", "min", "en", "other")
BUCKETS = 1 << 16
LONGEST_WORD = 24
MINIMUM_WORDS = 2
MIXED_MARGIN = 1.0
MAX_CACHED = 50_000
FILE = Path(__file__).parent / "models" / "language.npz"

_NOISE = re.compile(r"(?:https?://|www\.)\S+|[@#＃]\S+|\[[A-Za-z]+\]|\S+@\S+")
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LAUGHTER = re.compile(r"(?:wk)+w?|(?:ha){2,}h?|(?:he){2,}h?|(?:hi){2,}h?|(.)\1{2,}")


class Span(NamedTuple):
    """A stretch of words in one language: characters start (included) to end (excluded)."""

    start: int
    end: int
    code: str


class Language(NamedTuple):
    """`code` is one of CODES, or `und` where there is too little to tell; `confidence` its probability, None for `und`.

    `mixed` is the share of words in another language than `code`, None for `und`; `spans` are the stretches, in order.
    """

    code: str
    confidence: float | None
    mixed: float | None
    spans: tuple[Span, ...]


UNDETERMINED = Language("und", None, None, ())


def languages(texts: Sequence[str]) -> list[Language]:
    """The language of each (masked) text. Pure; the weights are read once a process."""
    return [_language(text) for text in texts]


def told(language: Language) -> dict[str, Any]:
    """The shape of schemas/mention."""
    return {"code": language.code, "confidence": language.confidence, "mixed": language.mixed}


def words_of(text: str) -> list[re.Match[str]]:
    """The words that are judged: no links, accounts, hashtags, placeholders, numbers or laughter."""
    blanked = _NOISE.sub(lambda match: " " * len(match.group()), text)
    return [match for match in _WORDS.finditer(blanked) if not _LAUGHTER.fullmatch(match.group().lower())]


def features(word: str) -> npt.NDArray[np.int64]:
    """Buckets of a lower-case word: itself, and its n-grams with its edges."""
    edged = f"<{word[:LONGEST_WORD]}>"
    # In their order, not a set's: that differs from process to process, and with it the last digit of a sum.
    grams = dict.fromkeys(edged[at : at + n] for n in range(1, 6) for at in range(len(edged) - n + 1))
    hashed = [crc32(gram.encode("utf-8", "replace")) % BUCKETS for gram in grams]
    return np.array([crc32(f"w {word}".encode("utf-8", "replace")) % BUCKETS, *hashed], np.int64)


def scale(words: int) -> float:
    """What the sum of the words' scores is divided by."""
    return math.sqrt(words)


class Model:
    """Weights (BUCKETS × CODES) and bias, and the scores of the words seen so far."""

    def __init__(self, weights: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> None:
        self._weights, self._bias = weights, bias
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def score(self, word: str) -> npt.NDArray[np.float32]:
        """A lower-case word's score for each language."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= MAX_CACHED:
                self._known.clear()
            rows = self._weights[features(word)]
            found = self._known[word] = np.asarray(rows.mean(axis=0), np.float32)
        return found

    def probabilities(self, total: npt.NDArray[np.float32], words: int) -> npt.NDArray[np.float64]:
        """Of the languages, from the sum of the words' scores."""
        raised = np.asarray(total / scale(words) + self._bias, np.float64)
        powers = np.exp(raised - raised.max())
        return np.asarray(powers / powers.sum())


@cache
def model(file: Path = FILE) -> Model:
    """The shipped model. Raises FileNotFoundError where it is missing: reinstall, or train it."""
    with np.load(file, allow_pickle=False) as arrays:
        weights = arrays["weights"].astype(np.float32) * arrays["scale"].astype(np.float32)
        return Model(weights, arrays["bias"].astype(np.float32))


def _language(text: str) -> Language:
    found = words_of(text)
    if len(found) < MINIMUM_WORDS:
        return UNDETERMINED
    judge = model()
    scores = np.stack([judge.score(match.group().lower()) for match in found])
    probabilities = judge.probabilities(scores.sum(axis=0), len(found))
    best = int(probabilities.argmax())
    near = scores.copy()
    near[1:] += 0.5 * scores[:-1]
    near[:-1] += 0.5 * scores[1:]
    # A word is of another language only where it says so clearly: names and loans look like anything.
    chosen = near.argmax(axis=1)
    chosen[near.max(axis=1) - near[:, best] < MIXED_MARGIN] = best
    runs = groupby(zip(found, chosen.tolist(), strict=True), key=lambda pair: pair[1])
    stretches = [(CODES[code], [match for match, _ in run]) for code, run in runs]
    spans = tuple(Span(matches[0].start(), matches[-1].end(), code) for code, matches in stretches)
    mixed = round(float((chosen != best).mean()), 3)
    return Language(CODES[best], round(float(probabilities[best]), 4), mixed, spans)
