"""Floors of quality of the shipped model on public parts it was not trained on; skipped where the data is absent.

They guard against a model that got worse; what to expect on texts from elsewhere stands in bench/RESULTS.md.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dengar.enrich.heads import load_heads
from dengar.enrich.insults import weigh
from dengar.enrich.train.corpus import Corpus, DataError
from dengar.enrich.train.metrics import calibration_error, f1, macro_f1
from dengar.enrich.train.public import Trial, abuse, sentiment_trials


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Corpus:
    try:
        return Corpus(shared / "data" / "nlp")
    except DataError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def trials(corpus: Corpus) -> dict[str, Trial]:
    return {trial.name: trial for trial in sentiment_trials(corpus)}


@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("SmSA valid", 0.80),
        ("NusaX indonesian valid", 0.78),
        ("NusaX javanese valid", 0.72),
        ("NusaX sundanese valid", 0.72),
        ("EmoT tweets (2 classes), never trained on", 0.76),
    ],
)
def test_sentiment(corpus: Corpus, trials: dict[str, Trial], name: str, floor: float) -> None:
    trial = trials[name]
    answers = load_heads().judge(*corpus.forms(trial.texts))["sentiment"]
    if trial.two_class:
        said = [
            "positive" if a.probabilities["positive"] >= a.probabilities["negative"] else "negative" for a in answers
        ]
    else:
        said = [answer.label for answer in answers]
    assert macro_f1(trial.truth, said) >= floor


def test_sentiment_is_calibrated_in_domain(corpus: Corpus, trials: dict[str, Trial]) -> None:
    trial = trials["SmSA valid"]
    answers = load_heads().judge(*corpus.forms(trial.texts))["sentiment"]
    right = np.array([answer.label == truth for answer, truth in zip(answers, trial.truth, strict=True)])
    assert calibration_error(right, np.array([answer.score for answer in answers])) <= 0.05


def test_abuse_in_the_set_never_trained_on(corpus: Corpus) -> None:
    texts, truth = abuse(corpus.folder)
    masked, normalised = corpus.forms(texts)
    judged = load_heads().judge(masked, normalised)["toxicity"]
    answers = [weigh(one, text) for one, text in zip(judged, normalised, strict=True)]
    said = ["none" if answer.label == "none" else "abuse" for answer in answers]
    assert f1(truth, said, "abuse") >= 0.72


def test_few_ordinary_comments_are_called_spam_or_toxic(corpus: Corpus) -> None:
    texts = [row.text for row in corpus.smsa("valid")]
    found = load_heads().judge(*corpus.forms(texts))
    assert sum(answer.label == "gambling" for answer in found["spam"]) <= 0.01 * len(texts)
    assert sum(answer.label == "hate" for answer in found["toxicity"]) <= 0.01 * len(texts)


def test_the_trainer_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="DENGAR_SHARED"):
        Corpus(tmp_path)
