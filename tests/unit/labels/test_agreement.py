"""Agreement between people and machine: the pairs, κ, its interval."""

from __future__ import annotations

import random

import pytest
from sklearn.metrics import cohen_kappa_score

from dengar.labels.agreement import agreement, pairs
from tests.unit.labels.samples import label, machine, mention


def test_pairs_are_decisions_with_a_judgement_beside_them():
    one = label(about=mention(), intent="question", purpose="education")
    other = label(about=mention(**machine("praise", model_version="m2")), intent="praise")
    assert pairs([one, other]) == {"intent": [("complaint", "question"), ("praise", "praise")]}
    assert pairs([one, other], model_version="m2") == {"intent": [("praise", "praise")]}
    assert pairs([one, other], drawn="sample") == {}


def test_kappa_of_a_table_worked_by_hand():
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: p_o 0.7, p_e 0.5, κ 0.4
    judged = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    found = agreement("intent", judged)
    assert (found.n, found.equal, found.kappa) == (50, 0.7, 0.4)
    assert found.low < 0.4 < found.high
    assert agreement("intent", judged) == found, "the same seed gives the same interval"


def test_the_interval_holds_the_true_value_as_often_as_it_says():
    chance = random.Random(4)
    covered = 0
    for seed in range(120):
        truth = [chance.choice("abc") for _ in range(120)]
        judged = [(one if chance.random() < 0.7 else chance.choice("abc"), one) for one in truth]
        found = agreement("intent", judged, seed=seed)
        assert found.kappa == pytest.approx(cohen_kappa_score(*zip(*judged, strict=True)), abs=1e-4)
        covered += found.low <= 0.7 <= found.high  # κ of this process is 0.7 exactly
    assert 105 <= covered <= 120


def test_perfect_agreement_is_one_and_a_single_class_has_no_kappa():
    assert agreement("spam", [("a", "a"), ("b", "b")] * 10).kappa == 1.0
    alone = agreement("spam", [("none", "none")] * 3)
    assert (alone.n, alone.equal, alone.kappa, alone.low, alone.high) == (3, 1.0, None, None, None)
    single = agreement("spam", [("none", "bot")])
    assert (single.n, single.equal, single.kappa) == (1, 0.0, 0.0)
