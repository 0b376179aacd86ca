"""Numbers of the features and of the pairs of neighbours that the training texts show often enough; texts as arrays of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dengar.enrich.entities.features import FAR, NEAR, OWN, OWN_NEAR, features, kind
from dengar.enrich.entities.plain import plain
from dengar.enrich.entities.styles import STYLES
from dengar.enrich.entities.tagger import DISTANCES, EDGE, is_cased

EDGE_FEATURE = "edge"
Ints = npt.NDArray[np.int64]


class Text(NamedTuple):
    """A text for the network: numbers of its words, of the pairs of a word and the one before it (−1: none), of its labels, its style."""

    words: Ints
    pairs: Ints
    gold: Ints
    style: int


class Numbering:
    """`features` {feature: row}, the ones that all styles share before the ones of a style; `pairs` {(plain, plain): row}."""

    def __init__(self, texts: Iterable[tuple[Sequence[str], int]], least: int, least_pairs: int) -> None:
        self._made: dict[tuple[str, bool], list[str]] = {}
        shared: Counter[str] = Counter()
        own: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for words, style in texts:
            cased = is_cased(words)
            for word in words:
                found = self._features(word, cased)
                shared.update(found)
                own.update(self._own(found, style))
            pairs.update(pairwise(plain(word) for word in words))
        names = [EDGE_FEATURE, *sorted(name for name, count in shared.items() if count >= least)]
        self.shared = len(names)
        names += sorted(name for name, count in own.items() if count >= least)
        self.features = {name: row for row, name in enumerate(names)}
        self.pairs = {pair: row for row, pair in enumerate(sorted(pairs)) if pairs[pair] >= least_pairs}
        self.pairs = {pair: row for row, pair in enumerate(self.pairs)}
        self._numbers: dict[tuple[str, bool, int], int] = {}
        # The void beyond a text's edge has no features; the edge has one.
        self._rows: list[list[int]] = [[], [self.features[EDGE_FEATURE]]]
        assert len(self._rows) == EDGE + 1

    def _features(self, word: str, cased: bool) -> list[str]:
        found = self._made.get((word, cased))
        if found is None:
            found = self._made[word, cased] = features(word, cased)
        return found

    @staticmethod
    def _own(found: Sequence[str], style: int) -> list[str]:
        return [f"{STYLES[style]}~{feature}" for feature in found if kind(feature) in OWN]

    def text(self, words: Sequence[str], gold: Sequence[int], style: int) -> Text:
        """A text's arrays; words not met before get a number."""
        cased = is_cased(words)
        numbers = []
        for word in words:
            number = self._numbers.get((word, cased, style))
            if number is None:
                found = self._features(word, cased)
                rows = [self.features.get(feature) for feature in (*found, *self._own(found, style))]
                number = self._numbers[word, cased, style] = len(self._rows)
                self._rows.append([row for row in rows if row is not None])
            numbers.append(number)
        pairs = [-1, *(self.pairs.get(pair, -1) for pair in pairwise(plain(word) for word in words))]
        return Text(np.array(numbers, np.int64), np.array(pairs, np.int64), np.array(gold, np.int64), style)

    def matrix(self) -> Any:
        """CSR [word, feature] of all words that have a number."""
        from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

        ends = np.cumsum([0, *map(len, self._rows)])
        columns = np.array([row for rows in self._rows for row in rows], np.int32)
        shape = (len(self._rows), len(self.features))
        return csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=shape)

    def reach(self) -> npt.NDArray[np.bool_]:
        """[feature, distance] whether the feature of a word counts at that distance from it."""
        found = np.zeros((len(self.features), len(DISTANCES)), np.bool_)
        for name, row in self.features.items():
            of_style = "~" in name.split("=")[0]
            what = kind(name).rpartition("~")[2]
            near = what in OWN_NEAR if of_style else name == EDGE_FEATURE or what in NEAR
            far = not of_style and (name == EDGE_FEATURE or what in FAR)
            found[row] = [(True, near, far)[abs(distance)] for distance in DISTANCES]
        return found
