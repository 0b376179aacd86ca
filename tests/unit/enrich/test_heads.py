from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.enrich.features import SIZE, Featuriser
from dengar.enrich.heads import MODELS, Head, ModelError, load_heads, softmax
from dengar.enrich.normalise import normalise

TEXTS = [
    "terima kasih kemensos, bantuannya sangat membantu ibu saya",
    "kecewa sekali, bansos dipotong petugas dan pelayanannya buruk",
    "jadwal pencairan tahap tiga diumumkan hari senin",
    "main di 𝗛𝗢𝗞𝗜𝟴𝟴 gampang maxwin, slot gacor hari ini",
]


def judged(texts: list[str]) -> dict[str, list[str]]:
    answers = load_heads().judge(texts, [normalise(text) for text in texts])
    return {name: [answer.label for answer in found] for name, found in answers.items()}


def test_every_head_answers_every_text_in_order() -> None:
    answers = load_heads().judge(TEXTS, TEXTS)
    assert set(answers) == set(load_heads().names)
    for found in answers.values():
        assert len(found) == len(TEXTS)
        for answer in found:
            assert answer.score == answer.probabilities[answer.label]
            assert sum(answer.probabilities.values()) == pytest.approx(1, abs=0.002)


def test_plain_cases() -> None:
    labels = judged(TEXTS)
    assert labels["sentiment"][:2] == ["positive", "negative"]
    assert labels["spam"] == ["none", "none", "none", "gambling"]
    assert labels["toxicity"] == ["none"] * 4


def test_no_texts_no_answers() -> None:
    assert all(found == [] for found in load_heads().judge([], []).values())
    rows = Featuriser().transform([], [])
    assert load_heads().predict(rows)["sentiment"] == []


def test_a_batch_does_not_change_an_answer() -> None:
    many = TEXTS * 300
    together = load_heads().judge(many, many)
    alone = load_heads().judge([TEXTS[1]], [TEXTS[1]])
    assert {name: found[1] for name, found in together.items()} == {name: found[0] for name, found in alone.items()}


def test_only_the_named_heads() -> None:
    rows = load_heads().featuriser.transform(TEXTS, TEXTS)
    assert set(load_heads().predict(rows, names=("spam",))) == {"spam"}


def test_another_process_says_the_same() -> None:
    code = (
        "import sys, json; from dengar.enrich.heads import load_heads;"
        f"t = {TEXTS!r}; sys.stdout.write(json.dumps(load_heads().judge(t, t), sort_keys=True))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == json.dumps(load_heads().judge(TEXTS, TEXTS), sort_keys=True)


def test_prediction_needs_neither_scikit_learn_nor_pandas() -> None:
    code = (
        "import sys; from dengar.enrich.heads import load_heads; load_heads().judge(['bansos'], ['bansos']);"
        "sys.stdout.write(' '.join(m for m in ('sklearn', 'pandas') if m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == ""


def test_preference_moves_the_choice_and_not_the_probabilities() -> None:
    layer = np.array([[1.0, -1.0], [0.0, 0.0]], np.float32)
    even = np.ones(2, np.float32)
    scores = np.array([[0.1]], np.float32)
    plain = Head("x", ("a", "b"), slice(0, 1), layer, even, 0.6).judge(scores)[0]
    leaning = Head("x", ("a", "b"), slice(0, 1), layer, np.array([1, 3], np.float32), 0.6).judge(scores)[0]
    assert (plain.label, leaning.label) == ("a", "b")
    assert plain.probabilities == leaning.probabilities
    assert plain.uncertain


def test_softmax_of_large_scores() -> None:
    assert softmax(np.array([[1e4, 0.0]], np.float32)).tolist() == [[1.0, 0.0]]


def test_missing_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"dengar\.enrich\.train"):
        load_heads(tmp_path)


def test_weights_of_another_featuriser_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text((MODELS / "model.json").read_text(encoding="utf-8"), encoding="utf-8")
    np.savez(tmp_path / "heads.npz", weights=np.zeros((1, 7), np.int8))
    with pytest.raises(ModelError, match="another featuriser"):
        load_heads(tmp_path)


def test_the_artefacts_are_small_and_hold_no_pickle() -> None:
    assert sum(path.stat().st_size for path in MODELS.glob("heads*")) < 5_000_000
    with np.load(MODELS / "heads.npz", allow_pickle=False) as arrays:
        assert arrays["weights"].dtype == np.int8
        assert arrays["weights"].shape[1] == SIZE


@settings(max_examples=100)
@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_text_is_judged(texts: list[str]) -> None:
    for found in load_heads().judge(texts, texts).values():
        assert len(found) == len(texts)
        assert all(0 <= answer.score <= 1 for answer in found)
