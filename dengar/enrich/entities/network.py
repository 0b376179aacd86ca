"""The labeller while it learns: what numpy needs to train it, with hand-made gradients, in about a minute.

score of a label at a word = weights of the features of the words at −2…2 (shared and the style's own) + weights of its pairs with its
neighbours + a small layer: features are summed to `WIDTH` numbers a word, those of five words go through `HIDDEN` rectified units, and
each style reads these in its own way. Trained by Adam on the CRF's loss; features are dropped at random, so that none is relied on
alone (a word's own name least of all: names of tomorrow are new).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dengar.enrich.entities.chain import forbidden, loss
from dengar.enrich.entities.numbering import Numbering, Text
from dengar.enrich.entities.styles import STYLES
from dengar.enrich.entities.tagger import DISTANCES, EDGE, VOID

WIDTH, HIDDEN = 32, 96
DROP, DROP_HIDDEN, DROP_INPUT = 0.5, 0.4, 0.2
RATE, RATE_LINEAR, RATE_HIDDEN = 0.005, 0.005, 0.0015
BATCH, SEED = 64, 1

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


class Weights:
    """A parameter with Adam's moments (Kingma & Ba 2015); rows that a batch doesn't touch stay as they are."""

    def __init__(self, start: npt.NDArray[Any], rate: float) -> None:
        self.now: Floats = start.astype(np.float32)
        self._mean, self._square = np.zeros_like(self.now), np.zeros_like(self.now)
        self._rate, self._steps = rate, 0

    def step(self, gradient: npt.NDArray[Any], share: float, rows: Any = ...) -> None:
        """One step down the gradient of `rows` at a `share` of the rate."""
        self._steps += 1
        rate = self._rate * share * (1 - 0.99**self._steps) ** 0.5 / (1 - 0.9**self._steps)
        mean = 0.9 * self._mean[rows] + np.float32(0.1) * gradient
        square = 0.99 * self._square[rows] + np.float32(0.01) * gradient * gradient
        self._mean[rows], self._square[rows] = mean, square
        self.now[rows] -= np.float32(rate) * mean / (np.sqrt(square) + np.float32(1e-8))


def _adder(rows: Ints, count: int) -> Any:
    """CSR that adds up what belongs to the same row: [row, item]."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    return csr_matrix((np.ones(len(rows), np.float32), (rows, np.arange(len(rows)))), shape=(count, len(rows)))


class Network:
    """Weights by the numbers of `numbering`, for `labels` (the first is O); `hidden=False` leaves the small layer out."""

    def __init__(self, numbering: Numbering, labels: Sequence[str], hidden: bool = True, seed: int = SEED) -> None:
        self.labels, self.hidden = tuple(labels), hidden
        self._random = np.random.default_rng(seed)
        size, random = len(labels), self._random.standard_normal
        features, distances = len(numbering.features), len(DISTANCES)
        self._shared = numbering.shared
        self._reach = np.repeat(numbering.reach(), size, axis=1).astype(np.float32)
        self._starts = np.array([not label.startswith("I-") for label in labels], np.float32)
        self._forbidden = forbidden(labels)
        self.linear = Weights(np.zeros((features, distances * size)), RATE_LINEAR)
        self.pairs = Weights(np.zeros((len(numbering.pairs), 2 * size)), RATE_LINEAR)
        self.bias = Weights(np.zeros((len(STYLES), size)), RATE)
        self.steps = Weights(np.zeros((size, size)), RATE)
        self.inner = Weights(random((self._shared, WIDTH)) * 0.1, RATE)
        self.mix = Weights(random((distances * WIDTH, HIDDEN)) * (distances * WIDTH) ** -0.5, RATE_HIDDEN)
        self.mix_bias = Weights(np.zeros((len(STYLES), HIDDEN)), RATE_HIDDEN)
        self.out = Weights(random((len(STYLES), HIDDEN, size)) * 0.05, RATE_HIDDEN)

    def train(self, texts: Sequence[Text], matrix: Any, rounds: int) -> None:
        """`rounds` times over all texts, in batches of like length; the rate falls to 0 over the last 7 of 10 steps."""
        lengths = np.array([len(text.words) for text in texts])
        batches = -(-len(texts) // BATCH)
        done = 0
        for _ in range(rounds):
            order = np.argsort(lengths + self._random.random(len(texts)) * 12, kind="stable")
            for batch in self._random.permutation(batches):
                share = min(1.0, (1 - done / (rounds * batches)) / 0.7)
                self._learn([texts[at] for at in order[batch * BATCH : (batch + 1) * BATCH]], matrix, share)
                done += 1

    def transitions(self) -> Floats:
        """[from, to] weights of the steps; NEVER and less for those that can't be."""
        found: Floats = self.steps.now + self._forbidden
        return found

    def _dropped(self, shape: tuple[int, ...], share: float) -> Floats:
        kept = self._random.random(shape, dtype=np.float32) >= share
        return kept.astype(np.float32) / np.float32(1 - share)

    def _learn(self, batch: Sequence[Text], matrix: Any, share: float) -> None:
        """One step of Adam for all weights on a batch."""
        from scipy.sparse import csr_matrix

        size, far = len(self.labels), len(DISTANCES)
        lengths = np.array([len(text.words) for text in batch])
        flat = np.concatenate([[VOID, EDGE], *([*text.words, EDGE, VOID, EDGE] for text in batch), [VOID]])
        begins = 2 + np.concatenate([[0], np.cumsum(lengths[:-1] + 3)])
        at = np.concatenate([np.arange(begin, begin + length) for begin, length in zip(begins, lengths, strict=True)])
        style = np.repeat([text.style for text in batch], lengths)
        words, place = np.unique(flat, return_inverse=True)
        rows = matrix[words]
        rows.data = self._dropped(rows.data.shape, DROP)
        touched, column = np.unique(rows.indices, return_inverse=True)
        local = csr_matrix((rows.data, column, rows.indptr), shape=(len(words), len(touched)))
        near = [place[at + distance] for distance in DISTANCES]

        table = (local @ self.linear.now[touched]).reshape(len(words), far, size)
        scores: Floats = self.bias.now[style].astype(np.float32)
        for index, other in enumerate(near):
            scores += table[other, index]
        pairs = np.concatenate([text.pairs for text in batch])
        paired = np.flatnonzero((pairs >= 0) & (self._random.random(len(pairs)) >= DROP))
        known, which = np.unique(pairs[paired], return_inverse=True)
        weights = self.pairs.now[known][which]
        scores[paired] += weights[:, :size]  # of a word with the one before it,
        scores[paired - 1] += weights[:, size:]  # and of that one with the one after it
        common = touched < self._shared
        if self.hidden:
            inner = local[:, common] @ self.inner.now[touched[common]]
            kept = self._dropped((len(at), far * WIDTH), DROP_INPUT)
            seen = np.concatenate([inner[other] for other in near], axis=1) * kept
            units = np.maximum(seen @ self.mix.now + self.mix_bias.now[style], 0)
            lit = self._dropped(units.shape, DROP_HIDDEN) * (units > 0)
            units *= lit
            of_style = [np.flatnonzero(style == number) for number in range(len(STYLES))]
            for number, mine in enumerate(of_style):
                scores[mine] += units[mine] @ self.out.now[number]

        gold = np.concatenate([text.gold for text in batch])
        _, by_scores, by_steps = loss(scores, self.transitions(), gold, lengths, self._starts)
        by_scores /= len(batch)
        adders = [_adder(other, len(words)) for other in near]
        by_style = _adder(style, len(STYLES))
        by_table = np.concatenate([adder @ by_scores for adder in adders], axis=1)
        self.linear.step((local.T @ by_table) * self._reach[touched], share, touched)
        if len(paired):
            by_pairs = np.concatenate([by_scores[paired], by_scores[paired - 1]], axis=1)
            self.pairs.step(_adder(which, len(known)) @ by_pairs, share, known)
        if self.hidden:
            by_out = np.stack([units[mine].T @ by_scores[mine] for mine in of_style])
            by_units = np.zeros_like(units)
            for number, mine in enumerate(of_style):
                by_units[mine] = by_scores[mine] @ self.out.now[number].T
            by_units *= lit
            by_seen = (by_units @ self.mix.now.T) * kept
            by_mix = seen.T @ by_units
            by_inner = np.zeros((len(words), WIDTH), np.float32)
            for index, adder in enumerate(adders):
                by_inner += adder @ by_seen[:, index * WIDTH : (index + 1) * WIDTH]
            self.inner.step(local[:, common].T @ by_inner, share, touched[common])
            self.mix.step(by_mix, share)
            self.mix_bias.step(by_style @ by_units, share)
            self.out.step(by_out, share)
        self.bias.step(by_style @ by_scores, share)
        self.steps.step(by_steps / len(batch), share)
