"""Honest scores of a head: on folds, sources and writers it was not trained on. Everything is nested: whatever is judged took no part
in weights, calibration or thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from dengar.enrich.features import Featuriser, learn_idf
from dengar.enrich.heads import Judgement
from dengar.enrich.train.corpus import Corpus
from dengar.enrich.train.fit import Fitted, assign_folds, fit
from dengar.enrich.train.metrics import Labels, calibration_error, interval, macro_f1
from dengar.enrich.train.related import related
from dengar.enrich.train.spec import HeadSpec, Row

OUTER_FOLDS = 4


@dataclass(frozen=True)
class Scores:
    """What was measured: percent, its 95 % bootstrap interval, the number of texts, and the calibration error in percent."""

    score: float
    low: float
    high: float
    texts: int
    calibration: float


def featuriser(corpus: Corpus) -> Featuriser:
    """The featuriser with word weights of all texts (they carry no labels)."""
    _, normalised = corpus.forms(corpus.everything())
    return Featuriser(learn_idf(Featuriser().count(normalised)))


def judge(fitted: Fitted, corpus: Corpus, features: Featuriser, texts: Sequence[str]) -> list[Judgement]:
    """A head's judgements of texts as their set has them."""
    return fitted.head.judge(fitted.scores(features.transform(*corpus.forms(texts))))


def train_without(spec: HeadSpec, corpus: Corpus, features: Featuriser, sources: tuple[str, ...]) -> Fitted:
    """The head trained on every source whose name begins with none of `sources`."""
    rows = [row for row in spec.rows(corpus) if not (sources and row.source.startswith(sources))]
    X = features.transform(*corpus.forms(row.text for row in rows))
    return fit(spec, X, rows, known=partial(related, corpus, features))


def on_folds(
    spec: HeadSpec, corpus: Corpus, features: Featuriser, tested: Callable[[Row], bool], folds: int = OUTER_FOLDS
) -> tuple[list[Row], list[Judgement]]:
    """Rows for which `tested` holds, each judged by a head that saw nothing of its group."""
    rows = list(spec.rows(corpus))
    X = features.transform(*corpus.forms(row.text for row in rows))
    fold = assign_folds(rows, folds)
    kept: list[Row] = []
    said: list[Judgement] = []
    for number in range(folds):
        inside = np.flatnonzero(fold != number)
        fitted = fit(spec, X[inside], [rows[at] for at in inside], known=partial(related, corpus, features))
        outside = [int(at) for at in np.flatnonzero(fold == number) if tested(rows[at])]
        kept += [rows[at] for at in outside]
        said += fitted.head.judge(fitted.scores(X[outside])) if outside else []
    return kept, said


def left_out(
    spec: HeadSpec,
    corpus: Corpus,
    features: Featuriser,
    part: Callable[[Row], str | None],
    tested: Callable[[Row], bool],
) -> tuple[list[Row], list[Judgement]]:
    """Rows for which `tested` holds, each judged by a head that saw no row of its part: a writer, a source. None is of no part."""
    rows = list(spec.rows(corpus))
    X = features.transform(*corpus.forms(row.text for row in rows))
    parts = [part(row) for row in rows]
    kept: list[Row] = []
    said: list[Judgement] = []
    for name in sorted({one for one, row in zip(parts, rows, strict=True) if one is not None and tested(row)}):
        inside = [at for at, one in enumerate(parts) if one != name]
        outside = [at for at, one in enumerate(parts) if one == name and tested(rows[at])]
        fitted = fit(spec, X[inside], [rows[at] for at in inside], known=partial(related, corpus, features))
        kept += [rows[at] for at in outside]
        said += fitted.head.judge(fitted.scores(X[outside]))
    return kept, said


def score(truth: Labels, answers: Sequence[Judgement], measure: Callable[[Labels, Labels], float] = macro_f1) -> Scores:
    """Measure the labels chosen."""
    said = [answer.label for answer in answers]
    low, high = interval(truth, said, measure)
    right = np.array([t == s for t, s in zip(truth, said, strict=True)])
    told = np.array([answer.score for answer in answers])
    return Scores(100 * measure(truth, said), 100 * low, 100 * high, len(truth), 100 * calibration_error(right, told))


def of_two(answers: Sequence[Judgement], first: str, second: str) -> list[Judgement]:
    """The same answers where only two labels may be chosen: whichever is likelier."""
    return [
        answer._replace(label=first if answer.probabilities[first] >= answer.probabilities[second] else second)
        for answer in answers
    ]
