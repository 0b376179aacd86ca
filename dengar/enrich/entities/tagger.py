"""The sequence labeller at work: a CRF over word rows and a small layer (network.py), decoded for a whole batch at once.

A word's row holds, for each of five distances, what it adds to the score of each label at that distance, and its numbers for the
small layer: made once from its features, then kept. Pairs of neighbours are looked up together. Viterbi runs step by step over all
texts of a batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from dengar.enrich.entities import styles
from dengar.enrich.entities.features import OWN, features, kind
from dengar.enrich.entities.plain import key, plain

DISTANCES = (-2, -1, 0, 1, 2)
VOID, EDGE, FIRST_WORD = 0, 1, 2
MAX_CACHED = 15_000
MAX_LONG = 128
# Words that go through the small layer together: bounds its memory.
AT_ONCE = 8192
# Public bodies are left unsaid in a text that reads like NERP's (see Read) with more than this probability.
FIRMS_ONLY = 0.7
# A style's own features are named `style~feature`; a CRC goes on from that of the beginning.
_STARTS = tuple(key(f"{name}~") for name in styles.STYLES)
_FOLDER = Path(__file__).parent.parent / "models"

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def pair_key(left: npt.NDArray[np.uint64], right: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The number of a pair of neighbouring words, of the numbers of their plain forms."""
    return left * np.uint64(0x9E3779B97F4A7C15) + right * np.uint64(0xC2B2AE3D27D4EB4F)


def is_cased(words: Sequence[str]) -> bool:
    """Whether letter case means anything: a word after the first that is capitalised but not in capitals all through."""
    return any(word[0].isupper() and not word.isupper() for word in words[1:])


class Read(NamedTuple):
    """What the labeller makes of a text: label of each word; its margin in nats over the next best label in the same place, where it is
    not O; with what probability the text reads like NERP's news, whose key has firms, media and clubs for organisations, no public body.
    """

    marks: Ints
    margins: Floats
    firms: float


class Tagger:
    """Labels of words, and how sure they are. Not safe for use by two threads at once."""

    def __init__(
        self, weights: dict[str, npt.NDArray[np.generic]], labels: Sequence[str], temperature: float = 1.0
    ) -> None:
        self._temperature = temperature
        self.labels = tuple(labels)
        size = len(self.labels)
        scale = weights["scale"].astype(np.float32)
        self._rows = {int(number): row for row, number in enumerate(weights["keys"])}
        self._weights = weights["weights"]
        self._scale = float(scale[0])
        self._pairs = weights["pair_keys"].astype(np.uint64)
        self._before, self._after = weights["pair_before"], weights["pair_after"]
        self._steps = weights["transitions"].astype(np.float32)
        self._begins = np.array([-30.0 if label.startswith("I-") else 0.0 for label in self.labels], np.float32)
        self._body = np.array([label.endswith("-ORG") for label in self.labels])
        self._bias = weights["bias"].astype(np.float32)
        self._layer = tuple(weights[name].astype(np.float32) for name in ("mix", "mix_bias", "out"))
        self._inner = weights["inner"]
        self._inner_scale = float(weights["inner_scale"].astype(np.float32)[0])
        self._styles = weights["styles"].astype(np.float32) * float(weights["styles_scale"][0])
        self._table = np.zeros((4096, len(styles.STYLES), len(DISTANCES), size), np.float32)
        self._numbers = np.zeros(4096, np.uint64)
        self._style = np.zeros((4096, len(styles.STYLES)), np.float32)
        self._filled = np.zeros((4096, len(styles.STYLES)), np.bool_)
        self._seen = np.zeros((4096, self._inner.shape[1]), np.float32)
        self._ids: dict[tuple[str, bool], int] = {}
        self._words: list[tuple[str, bool]] = []
        self._forget()

    def _forget(self) -> None:
        self._ids.clear()
        self._words[:] = [("", False)] * FIRST_WORD
        edge = self._found([key("edge")])
        self._table[EDGE] = self._sum(edge)
        self._seen[EDGE] = self._sum_inner(edge)
        self._filled[:FIRST_WORD] = True
        self._used = FIRST_WORD

    def _id(self, word: str, cased: bool) -> int:
        """The row of a word never seen before."""
        if self._used == len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
            self._numbers = np.concatenate([self._numbers, np.zeros_like(self._numbers)])
            self._style = np.concatenate([self._style, np.zeros_like(self._style)])
            self._filled = np.concatenate([self._filled, np.zeros_like(self._filled)])
            self._seen = np.concatenate([self._seen, np.zeros_like(self._seen)])
        number = self._used
        self._filled[number] = False
        self._numbers[number] = key(plain(word))
        self._style[number] = self._styles[styles.bucket(word)]
        self._ids[word, cased] = number
        self._words.append((word, cased))
        self._used += 1
        return number

    def _found(self, numbers: Iterable[int]) -> list[int]:
        return [row for row in map(self._rows.get, numbers) if row is not None]

    def _sum(self, rows: list[int]) -> Floats:
        total: Floats = self._weights[rows].sum(axis=0, dtype=np.float32) * self._scale
        return total

    def _sum_inner(self, rows: list[int]) -> Floats:
        # The features that all styles share come first; only they have numbers for the small layer.
        shared = [row for row in rows if row < len(self._inner)]
        total: Floats = self._inner[shared].sum(axis=0, dtype=np.float32) * self._inner_scale
        return total

    def _fill(self, number: int, style: int) -> None:
        """Make the row of a word for a style."""
        found = features(*self._words[number])
        start = _STARTS[style]
        own = [crc32(feature.encode("utf-8", "replace"), start) for feature in found if kind(feature) in OWN]
        shared = self._found(map(key, found))
        self._seen[number] = self._sum_inner(shared)
        self._table[number, style] = self._sum(shared + self._found(own))
        self._filled[number, style] = True

    def label(self, texts: Sequence[tuple[Sequence[str], bool]]) -> list[Read]:
        """What is read in each (words, cased). Texts longer than MAX_LONG words are labelled in pieces."""
        if not texts:
            return []
        if self._used > MAX_CACHED:
            self._forget()
        flat: list[int] = [VOID, EDGE]
        pieces: list[tuple[int, int]] = []
        cases: list[int] = []
        counts: list[int] = []
        ids = self._ids
        for words, cased in texts:
            counts.append(max(1, -(-len(words) // MAX_LONG)))
            for start in range(0, max(len(words), 1), MAX_LONG):
                piece = words[start : start + MAX_LONG]
                pieces.append((len(flat), len(piece)))
                cases.append(styles.column(cased))
                for word in piece:
                    number = ids.get((word, cased))
                    flat.append(self._id(word, cased) if number is None else number)
                flat += (EDGE, VOID, EDGE)
        places = np.array(flat, np.int64)
        read, firms = self._read(places, pieces, cases)
        for at in np.flatnonzero(~self._filled[places, read]).tolist():
            if not self._filled[places[at], read[at]]:
                self._fill(int(places[at]), int(read[at]))
        scores = self._scores(places, read)
        found = self._decode(scores, pieces)
        for number in np.flatnonzero(firms > FIRMS_ONLY).tolist():
            marks, margins = found[number]
            bodies = self._body[marks]
            marks[bodies], margins[bodies] = 0, 0
        joined: list[Read] = []
        at = 0
        for count in counts:
            part = found[at : at + count]
            sure = float(firms[at : at + count].min())
            at += count
            joined.append(
                Read(*part[0], sure)
                if count == 1
                else Read(np.concatenate([p[0] for p in part]), np.concatenate([p[1] for p in part]), sure)
            )
        return joined

    def _read(self, flat: Ints, pieces: Sequence[tuple[int, int]], cases: Sequence[int]) -> tuple[Ints, Floats]:
        """(the style each place of the flat batch is read in, that of its piece; the probability that a piece is in NERP's)."""
        starts = np.array([start for start, _ in pieces], np.int64)
        lengths = np.array([length for _, length in pieces], np.int64)
        # A piece reaches to the next one's start; the void and the edge between them weigh nothing.
        sums = np.add.reduceat(self._style[flat], starts, axis=0)
        scores = styles.scores(sums, lengths, self._styles[np.array(cases)])
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        reach = np.diff(np.append(starts, len(flat)))
        read = np.concatenate([np.zeros(starts[0], np.int64), np.repeat(scores.argmax(axis=1), reach)])
        return read, chances[:, styles.STYLES.index("nerp")]

    def _scores(self, flat: Ints, read: Ints) -> Floats:
        """Score of each label at each place of the flat batch; `read` is the style of each place."""
        table = self._table
        scores: Floats = table[flat, read, DISTANCES.index(0)]
        scores += self._bias[read]
        for index, distance in enumerate(DISTANCES):
            if distance < 0:
                scores[-distance:] += table[flat[:distance], read[-distance:], index]
            elif distance > 0:
                scores[:-distance] += table[flat[distance:], read[:-distance], index]
        mix, mix_bias, out = self._layer
        words = np.flatnonzero(flat >= FIRST_WORD)
        for start in range(0, len(words), AT_ONCE):
            at = words[start : start + AT_ONCE]
            near = flat[at[:, None] + np.array(DISTANCES)]
            style = read[at]
            units = np.maximum(self._seen[near].reshape(len(at), -1) @ mix + mix_bias[style], 0)
            for number in np.unique(style).tolist():
                mine = np.flatnonzero(style == number)
                scores[at[mine]] += units[mine] @ out[number]
        numbers = self._numbers[flat]
        if len(self._pairs):
            wanted = pair_key(numbers[:-1], numbers[1:])
            place = np.minimum(np.searchsorted(self._pairs, wanted), len(self._pairs) - 1)
            hits = np.flatnonzero((self._pairs[place] == wanted) & (flat[:-1] >= FIRST_WORD) & (flat[1:] >= FIRST_WORD))
            scores[hits + 1] += self._before[place[hits]].astype(np.float32) * self._scale
            scores[hits] += self._after[place[hits]].astype(np.float32) * self._scale
        return scores

    def _decode(self, scores: Floats, pieces: Sequence[tuple[int, int]]) -> list[tuple[Ints, Floats]]:
        """Viterbi over all pieces, the longest first, so that a step works on a prefix of them."""
        order = sorted(range(len(pieces)), key=lambda piece: -pieces[piece][1])
        starts = np.array([pieces[piece][0] for piece in order], np.int64)
        lengths = np.array([pieces[piece][1] for piece in order], np.int64)
        longest, width, size = int(lengths[0]), len(order), len(self.labels)
        active = [int(np.searchsorted(-lengths, -step, side="left")) for step in range(longest)]
        best = np.zeros((width, size), np.float32)
        back = np.zeros((longest, width, size), np.int8)
        steps = np.ascontiguousarray(self._steps.T)[None]
        if longest:
            best[: active[0]] = scores[starts[: active[0]]] + self._begins
        for step in range(1, longest):
            n = active[step]
            through = best[:n, None, :] + steps  # [text, to, from]
            came = through.argmax(axis=2)
            back[step, :n] = came
            best[:n] = np.take_along_axis(through, came[:, :, None], 2)[:, :, 0] + scores[starts[:n] + step]
        labels = np.zeros((width, max(longest, 1)), np.int64)
        last = best.argmax(axis=1)
        for step in range(longest - 1, -1, -1):
            n = active[step]
            labels[:n, step] = last[:n]
            last[:n] = back[step, np.arange(n), last[:n]]
        found: list[tuple[Ints, Floats]] = [(np.zeros(0, np.int64), np.zeros(0, np.float32))] * len(pieces)
        for index, piece in enumerate(order):
            start, length = pieces[piece]
            taken = labels[index, :length]
            found[piece] = (taken, self._margins(scores[start : start + length], taken))
        return found

    def _margins(self, scores: Floats, taken: Ints) -> Floats:
        """How much the whole text's score would fall were one label changed alone; only where an entity is."""
        margins = np.zeros(len(taken), np.float32)
        if not taken.any():
            return margins
        places = np.flatnonzero(taken)
        steps = self._steps
        local = scores[places].copy()
        inner = places > 0
        local[inner] += steps[taken[places[inner] - 1]]
        inner = places < len(taken) - 1
        local[inner] += steps[:, taken[places[inner] + 1]].T
        chosen = local[np.arange(len(places)), taken[places]]
        local[np.arange(len(places)), taken[places]] = -np.inf
        margins[places] = (chosen - local.max(axis=1)) / self._temperature
        return margins


@cache
def load_tagger(folder: Path | None = None) -> Tagger:
    """The labeller from entities.npz and entities.json of a folder (default: the committed ones); loaded once."""
    folder = _FOLDER if folder is None else folder
    with np.load(folder / "entities.npz", allow_pickle=False) as stored:
        weights = {name: stored[name] for name in stored.files}
    card = json.loads((folder / "entities.json").read_text(encoding="utf-8"))
    return Tagger(weights, card["labels"], float(card["temperature"]))
