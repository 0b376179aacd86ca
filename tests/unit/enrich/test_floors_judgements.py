"""Floors of what is judged of comments on aid, on comments of our own that no model was trained on; and of captions by template.

Each figure is read through the shipped heads and rules, as `dengar enrich` has them. What to expect elsewhere: bench/RESULTS.md.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dengar.enrich.features import Featuriser
from dengar.enrich.heads import Judgement, load_heads
from dengar.enrich.insults import weigh
from dengar.enrich.normalise import normalise
from dengar.enrich.pii import mask
from dengar.enrich.purpose import weighed
from dengar.enrich.train.annotations import load
from dengar.enrich.train.corpus import Corpus, DataError
from dengar.enrich.train.evaluate import on_folds
from dengar.enrich.train.intent import ACTIONABLE, COMPLAINS
from dengar.enrich.train.metrics import f1, macro_f1
from dengar.enrich.train.registry import HEADS

COMMENTS = [
    json.loads(line)
    for line in (Path(__file__).parent / "own_comments.ndjson").read_text(encoding="utf-8").splitlines()
]
TRUTH = [row["intent"] for row in COMMENTS]


@pytest.fixture(scope="module")
def judged() -> dict[str, list[Judgement]]:
    masked = [mask(row["text"])[0] for row in COMMENTS]
    normalised = [normalise(text) for text in masked]
    answers = load_heads().judge(masked, normalised)
    answers["toxicity"] = [weigh(one, text) for one, text in zip(answers["toxicity"], normalised, strict=True)]
    return answers


def complains(intents: list[str]) -> list[str]:
    return ["yes" if intent in COMPLAINS else "no" for intent in intents]


def test_complaint_or_not(judged: dict[str, list[Judgement]]) -> None:
    said = [answer.label for answer in judged["intent"]]
    assert f1(complains(TRUTH), complains(said), "yes") >= 0.85


def test_real_complaints_are_found_actionable(judged: dict[str, list[Judgement]]) -> None:
    found = [
        answer.label in ACTIONABLE for answer, true in zip(judged["intent"], TRUTH, strict=True) if true in COMPLAINS
    ]
    assert sum(found) / len(found) >= 0.90


def test_intent(judged: dict[str, list[Judgement]]) -> None:
    assert macro_f1(TRUTH, [answer.label for answer in judged["intent"]]) >= 0.80


def test_aid_complaints_are_no_abuse(judged: dict[str, list[Judgement]]) -> None:
    toxic = [answer.label for answer, true in zip(judged["toxicity"], TRUTH, strict=True) if true in COMPLAINS]
    assert len(toxic) == 64
    assert sum(label != "none" for label in toxic) <= 2


def test_complaints_of_customers_are_found_actionable(shared: Path) -> None:
    rows = [
        row for row in load(shared / "data" / "nlp", topic=False) if row.dataset == "stif" and row.intent == "complaint"
    ]
    if not rows:
        pytest.skip("The public data is absent.")
    masked = [mask(row.text)[0] for row in rows]
    answers = load_heads().judge(masked, [normalise(text) for text in masked])["intent"]
    assert sum(answer.label in ACTIONABLE for answer in answers) / len(answers) >= 0.90


def test_purpose_of_captions_by_template(shared: Path) -> None:
    try:
        corpus = Corpus(shared / "data" / "nlp")
    except DataError as error:
        pytest.skip(str(error))
    spec = next(spec for spec in HEADS if spec.name == "purpose")
    kept, said = on_folds(spec, corpus, Featuriser(load_heads().featuriser.idf), lambda row: True)
    masked, _ = corpus.forms(row.text for row in kept)
    told = [weighed(answer, text).label for answer, text in zip(said, masked, strict=True)]
    assert macro_f1([row.label for row in kept], told) >= 0.80
