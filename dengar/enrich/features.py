"""The one featuriser of all heads: (masked, normalised) texts → one sparse row a text, hashed, of fixed size.

Three blocks, each of a length of its own, so that none drowns another:

- words: tokens, pairs of neighbours, and tokens under a negation, in 2**16 buckets;
- characters: n-grams of 2 to 5 inside a word with its edges (`char_wb`), in 2**16 buckets;
- traits: what counting words cannot say (length, capitals, styled letters, marks, links, what our listed words do), how far the
  listed words lean to a side (`tones`), and the cues of `dengar.enrich.cues` (matters and frames of complaints).

Words and characters are weighted (1 + log tf) · idf. Everything that hangs on a single word is computed once and cached in a
bounded dict, so that a text costs look-ups and a few array operations. Hashes are CRC-32: the same in every process.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]

from dengar.enrich.cues import CUES
from dengar.enrich.cues import indices as cue_numbers
from dengar.enrich.surface import surface
from dengar.enrich.tones import TONES, leaning, tones

WORDS, CHARACTERS, TRAITS = 1 << 16, 1 << 16, 1 << 12
SIZE = WORDS + CHARACTERS + TRAITS
# Each cue a text has; a dozen of them weigh as much as a block of unit length. Tones weigh as much.
CUE_WEIGHT = 0.3
TONE_WEIGHT = 0.3
LONGEST_WORD = 32
MAX_CACHED = 60_000
# Words after which the next two words mean the contrary (Indonesian, Javanese, Sundanese, Minangkabau, English).
# fmt: off
NEGATORS = frozenset({
    "tidak", "tak", "bukan", "belum", "jangan", "kurang", "tanpa", "ga", "gak", "nggak",
    "ora", "durung", "dudu", "henteu", "teu", "sanes", "indak", "not", "no",
})
# fmt: on

FORMULA = "words 1-2, negated words, char_wb 2-5, traits, tones, cues; crc32/3"

_TOKEN = re.compile(
    r"https?://\S+|www\.\S+|@\[?\w+\]?|\[[a-z]+\]|[^\W_]+(?:-[^\W_]+)*|[!?]+|[^\w\s]",
)
_DIGIT = re.compile(r"\d")
_WORDS_FILE = Path(__file__).parent / "models" / "words.txt"

Matrix = Any  # scipy.sparse.csr_matrix, which has no types


class Token(NamedTuple):
    """What a word brings along wherever it stands: itself, hash, n-gram buckets, kinds (`kinds_of_words`), is it a negator, its leaning."""

    word: str
    hash: int
    buckets: npt.NDArray[np.int32]
    kinds: tuple[str, ...]
    negator: bool
    leaning: float


class Featuriser:
    """Texts → rows. `idf` has WORDS + CHARACTERS entries; None weighs every bucket alike (before training)."""

    def __init__(self, idf: npt.NDArray[np.floating[Any]] | None = None) -> None:
        self.idf = None if idf is None else idf.astype(np.float32)
        self._tokens: dict[str, Token] = {}

    def transform(self, masked: Sequence[str], normalised: Sequence[str]) -> Matrix:
        """One row of SIZE columns a text (float32). Raises ValueError where the two sequences differ in length."""
        if len(masked) != len(normalised):
            raise ValueError("Give one normalised text for each masked text.")
        lines = self._lines(normalised)
        weighted = weigh(counts(_hits(lines), len(lines)), self.idf)
        traits = _traits(masked, normalised, lines)
        return sparse.csr_matrix(sparse.hstack((weighted, traits), format="csr", dtype=np.float32))

    def count(self, normalised: Sequence[str]) -> Matrix:
        """Plain counts of the word and character blocks: what `idf` is learnt from."""
        return counts(_hits(self._lines(normalised)), len(normalised))

    def buckets(self, normalised: Sequence[str]) -> list[npt.NDArray[np.int64]]:
        """The word buckets of each text, in the order of its words; texts without a word are left out."""
        lines = (np.array([token.hash for token in line], np.uint64) for line in self._lines(normalised) if line)
        return [_word_bucket(hashes) for hashes in lines]

    def _token(self, text: str) -> Token:
        token = self._tokens.get(text)
        if token is None:
            if len(self._tokens) >= MAX_CACHED:
                self._tokens.clear()
            token = self._tokens[text] = _describe(text)
        return token

    def _lines(self, normalised: Sequence[str]) -> list[list[Token]]:
        return [[self._token(token) for token in _TOKEN.findall(text.lower())] for text in normalised]


def _hits(lines: Sequence[Sequence[Token]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(row, bucket) of every occurrence."""
    flat = [token for line in lines for token in line]
    if not flat:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    rows = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    hashes = np.fromiter((token.hash for token in flat), np.uint64, len(flat))
    negator = np.fromiter((token.negator for token in flat), np.bool_, len(flat))
    together = rows[1:] == rows[:-1]
    pairs = (hashes[:-1] * np.uint64(0x9E3779B1) + hashes[1:])[together]
    negated = under_negation(negator, rows)
    opposites = hashes[negated] * np.uint64(0x85EBCA6B) + np.uint64(77)
    buckets = [token.buckets for token in flat]
    return (
        np.concatenate((rows, rows[1:][together], rows[negated], np.repeat(rows, [len(found) for found in buckets]))),
        np.concatenate((_word_bucket(hashes), _word_bucket(pairs), _word_bucket(opposites), *buckets)),
    )


def _traits(masked: Sequence[str], normalised: Sequence[str], lines: Sequence[Sequence[Token]]) -> Matrix:
    """The trait block: a few named yes-or-no columns a text; traits proper have unit length, a cue has CUE_WEIGHT."""
    columns: list[int] = []
    values: list[float] = []
    indptr = [0]
    for text, meant, line in zip(masked, normalised, lines, strict=True):
        proper = [_trait(name) for name in (*surface(text), *purport(line))]
        cued = [_cue(number) for number in cue_numbers(meant)]
        columns += proper
        columns += cued
        columns += _tone_columns()
        values += [len(proper) ** -0.5] * len(proper)
        values += [CUE_WEIGHT] * len(cued)
        values += [TONE_WEIGHT * tone for tone in tones(line, phrases())]
        indptr.append(len(columns))
    matrix = sparse.csr_matrix(
        (np.array(values, np.float32), np.array(columns, np.int32), indptr),
        shape=(len(lines), TRAITS),
        dtype=np.float32,
    )
    matrix.sum_duplicates()
    return matrix


def under_negation(negator: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which tokens stand one or two places after a negator of the same text and are none themselves."""
    after = np.zeros(len(negator), np.bool_)
    for step in (1, 2):
        after[step:] |= negator[:-step] & (rows[step:] == rows[:-step])
    return after & ~negator


def counts(hits: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]], texts: int) -> Matrix:
    """Occurrences → a matrix of counts."""
    rows, buckets = hits
    ones = np.ones(len(rows), np.float32)
    return sparse.csr_matrix((ones, (rows, buckets)), shape=(texts, WORDS + CHARACTERS), dtype=np.float32)


def weigh(matrix: Matrix, idf: npt.NDArray[np.float32] | None) -> Matrix:
    """(1 + log tf) · idf, then both blocks of each row to unit length, in place."""
    data, indices, indptr = matrix.data, matrix.indices, matrix.indptr
    np.log(data, out=data)
    data += 1
    if idf is not None:
        data *= idf[indices]
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(indptr))
    block = rows * 2 + (indices >= WORDS)
    squares = np.bincount(block, weights=data.astype(np.float64) ** 2, minlength=2 * matrix.shape[0])
    data /= np.sqrt(np.maximum(squares, 1e-12))[block].astype(np.float32)
    return matrix


def learn_idf(count: Matrix) -> npt.NDArray[np.float16]:
    """Smooth inverse document frequency of each bucket, ln((1 + n) / (1 + df)) + 1, as scikit-learn has it."""
    frequency = np.bincount(count.indices, minlength=WORDS + CHARACTERS)
    weights = np.log((1 + int(count.shape[0])) / (1 + frequency)) + 1
    return weights.astype(np.float16)


def purport(line: Sequence[Token]) -> list[str]:
    """Names of the traits of what the words do: their kinds, and the balance of good and bad ones.

    A word one or two places after a negator is of the kind "not …", and a good one counts as bad and the other way round.
    """
    good = bad = last = 0
    since = 9
    seen: set[str] = set()
    before = ""
    pairs = phrases()
    for token in line:
        since = 0 if token.negator else since + 1
        kinds = token.kinds
        if (before, token.word) in pairs:
            kinds += pairs[before, token.word]
        before = token.word
        for kind in kinds:
            negated = 0 < since <= 2
            if kind in ("good", "bad"):
                last = 1 if (kind == "good") != negated else -1
                good += last > 0
                bad += last < 0
            else:
                seen.add(f"not {kind}" if negated else kind if kind not in seen else f"{kind} twice")
    if not (good or bad):
        return [*sorted(seen), "no side"]
    difference = max(-3, min(3, good - bad))
    return [*sorted(seen), f"good {min(3, good)}", f"bad {min(3, bad)}", f"difference {difference}", f"last {last}"]


def kinds_of_words() -> dict[str, tuple[str, ...]]:
    """Our own list of words by what they do, from models/words.txt: word → kinds."""
    return _lists()[0]


def phrases() -> dict[tuple[str, str], tuple[str, ...]]:
    """The phrases of two words of the same list: (first, second) → kinds."""
    return _lists()[1]


@cache
def _lists() -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, str], tuple[str, ...]]]:
    words: dict[str, tuple[str, ...]] = {}
    pairs: dict[tuple[str, str], tuple[str, ...]] = {}
    for line in _WORDS_FILE.read_text(encoding="utf-8").splitlines():
        kind, separator, rest = line.partition(": ")
        if line.startswith("#") or not separator:
            continue
        for entry in rest.split():
            first, _, second = entry.partition("-")
            if second and first != second:
                pairs[first, second] = (*pairs.get((first, second), ()), kind)
            else:
                words[entry] = tuple(dict.fromkeys((*words.get(entry, ()), kind)))
    return words, pairs


@cache
def _trait(name: str) -> int:
    return crc32(name.encode()) % TRAITS


@cache
def _tone_columns() -> list[int]:
    return [crc32(f"tone {name}".encode()) % TRAITS for name in TONES]


@cache
def _cue(number: int) -> int:
    return crc32(f"cue {CUES[number]}".encode()) % TRAITS


def _word_bucket(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    mixed = (hashes ^ (hashes >> np.uint64(15))) * np.uint64(0x2C1B3C6D)
    return ((mixed ^ (mixed >> np.uint64(12))) % np.uint64(WORDS)).astype(np.int64)


def _describe(text: str) -> Token:
    if text.startswith(("http", "www.")) and len(text) > 6:
        text = "[tautan]"
    elif text.startswith("@") and len(text) > 1:
        text = "[akun]"
    word = _DIGIT.sub("0", text)[:LONGEST_WORD]
    code = crc32(word.encode("utf-8", "replace"))
    if not (word[0].isalnum() and len(word) > 1):
        kinds = kinds_of_words().get(word, ())
        return Token(word, code, np.zeros(0, np.int32), kinds, False, leaning(kinds))
    edged = f" {word} ".encode("utf-8", "replace") if word.isascii() else f" {word} "
    grams = [edged[at : at + n] for n in (2, 3, 4, 5) for at in range(len(edged) - n + 1)]
    hashed = (crc32(gram if isinstance(gram, bytes) else gram.encode("utf-8", "replace")) for gram in grams)
    buckets = np.fromiter((WORDS + h % CHARACTERS for h in hashed), np.int32, len(grams))
    kinds = _kinds(word)
    return Token(word, code, buckets, kinds, word in NEGATORS, leaning(kinds))


def _kinds(word: str) -> tuple[str, ...]:
    """Kinds of a word, or of what is left of it without a clitic."""
    known = kinds_of_words()
    if word in known:
        return known[word]
    for ending in ("nya", "ku", "mu", "lah", "kah", "an", "e", "na"):
        stem = word[: -len(ending)]
        if word.endswith(ending) and len(stem) > 3 and stem in known:
            return known[stem]
    return ()
