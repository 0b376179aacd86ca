"""The sequence labeller at work: a linear-chain CRF over word rows, decoded for a whole batch at once.

A word's row holds, for each of five distances, what it adds to the score of each label at that distance: made once from its
features, then kept. Pairs of neighbours are looked up together. Viterbi runs step by step over all texts of a batch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from dengar.enrich.entities import styles
from dengar.enrich.entities.features import OWN, features
from dengar.enrich.entities.plain import key, plain

DISTANCES = (-2, -1, 0, 1, 2)
VOID, EDGE, FIRST_WORD = 0, 1, 2
MAX_CACHED = 15_000
MAX_LONG = 128
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
        self._edge = weights["edge"].astype(np.float32)
        self._styles = weights["styles"].astype(np.float32) * float(weights["styles_scale"][0])
        self._table = np.zeros((4096, len(styles.STYLES), len(DISTANCES), size), np.float32)
        self._numbers = np.zeros(4096, np.uint64)
        self._style = np.zeros((4096, len(styles.STYLES)), np.float32)
        self._filled = np.zeros((4096, len(styles.STYLES)), np.bool_)
        self._ids: dict[tuple[str, bool], int] = {}
        self._words: list[tuple[str, bool]] = []
        self._forget()

    def _forget(self) -> None:
        self._ids.clear()
        self._words[:] = [("", False)] * FIRST_WORD
        self._table[EDGE] = self._edge
        self._filled[:FIRST_WORD] = True
        self._used = FIRST_WORD

    def _id(self, word: str, cased: bool) -> int:
        """The row of a word never seen before."""
        if self._used == len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
            self._numbers = np.concatenate([self._numbers, np.zeros_like(self._numbers)])
            self._style = np.concatenate([self._style, np.zeros_like(self._style)])
            self._filled = np.concatenate([self._filled, np.zeros_like(self._filled)])
        number = self._used
        self._filled[number] = False
        self._numbers[number] = key(plain(word))
        self._style[number] = self._styles[styles.bucket(word)]
        self._ids[word, cased] = number
        self._words.append((word, cased))
        self._used += 1
        return number

    def _fill(self, number: int, style: int) -> None:
        """Make the row of a word for a style."""
        found = features(*self._words[number])
        numbers = list(map(key, found))
        start = _STARTS[style]
        numbers += [
            crc32(feature.encode("utf-8", "replace"), start) for feature in found if feature.partition("=")[0] in OWN
        ]
        rows = [row for row in map(self._rows.get, numbers) if row is not None]
        self._table[number, style] = self._weights[rows].sum(axis=0, dtype=np.float32) * self._scale
        self._filled[number, style] = True

    def label(self, texts: Sequence[tuple[Sequence[str], bool]]) -> list[tuple[Ints, Floats]]:
        """(label of each word, margin of each word in nats over its next best label in the same place) for each (words, cased).

        Texts longer than MAX_LONG words are labelled in pieces.
        """
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
        read = self._read(places, pieces, cases)
        for at in np.flatnonzero(~self._filled[places, read]).tolist():
            if not self._filled[places[at], read[at]]:
                self._fill(int(places[at]), int(read[at]))
        scores = self._scores(places, read)
        found = self._decode(scores, pieces)
        joined: list[tuple[Ints, Floats]] = []
        at = 0
        for count in counts:
            part = found[at : at + count]
            at += count
            joined.append(
                part[0] if count == 1 else (np.concatenate([p[0] for p in part]), np.concatenate([p[1] for p in part]))
            )
        return joined

    def _read(self, flat: Ints, pieces: Sequence[tuple[int, int]], cases: Sequence[int]) -> Ints:
        """The style each place of the flat batch is read in: that of its piece."""
        starts = np.array([start for start, _ in pieces], np.int64)
        lengths = np.array([length for _, length in pieces], np.int64)
        # A piece reaches to the next one's start; the void and the edge between them weigh nothing.
        sums = np.add.reduceat(self._style[flat], starts, axis=0)
        read = styles.scores(sums, lengths, self._styles[np.array(cases)]).argmax(axis=1)
        reach = np.diff(np.append(starts, len(flat)))
        return np.concatenate([np.zeros(starts[0], np.int64), np.repeat(read, reach)])

    def _scores(self, flat: Ints, read: Ints) -> Floats:
        """Score of each label at each place of the flat batch; `read` is the style of each place."""
        table = self._table
        scores: Floats = table[flat, read, DISTANCES.index(0)]
        for index, distance in enumerate(DISTANCES):
            if distance < 0:
                scores[-distance:] += table[flat[:distance], read[-distance:], index]
            elif distance > 0:
                scores[:-distance] += table[flat[distance:], read[:-distance], index]
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
            best[: active[0]] = scores[starts[: active[0]]]
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
