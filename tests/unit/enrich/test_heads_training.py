from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dengar.enrich.features import Featuriser, learn_idf
from dengar.enrich.heads import expand, load_heads
from dengar.enrich.train.artefact import quantise, write
from dengar.enrich.train.corpus import stand_in
from dengar.enrich.train.fit import Fitted, assign_folds, fit
from dengar.enrich.train.metrics import calibration_error, f1, interval, macro_f1
from dengar.enrich.train.registry import HEADS
from dengar.enrich.train.spec import Direction, HeadSpec, Row, one_against_rest

SIDES = frozenset({"good", "bad"})
SIDED = Direction("takes a side", SIDES, frozenset({"neutral"}))
WHICH = Direction("which side", frozenset({"good"}), frozenset({"bad"}))
WORDS = {"good": "bagus ramah cepat enak", "bad": "buruk kasar lambat pahit", "neutral": "jadwal rapat senin tanggal"}


def rows() -> list[Row]:
    """Twenty-four texts a label of three classes, and two-class texts that say "bagus jadwal"."""
    found = []
    for label, words in WORDS.items():
        for n, first in enumerate(words.split() * 6):
            second = words.split()[(n // 4) % 4]
            found.append(Row(f"{first} {second} {'kami' if n % 2 else 'mereka'}", label, "three", f"{label} {n}"))
    found += [Row(f"jadwal {word}", "good", "two", f"two {word}", 1.0, SIDES) for word in WORDS["neutral"].split()]
    return found


@pytest.fixture(scope="module")
def fitted() -> tuple[Featuriser, np.ndarray, Fitted]:
    spec = HeadSpec("side", ("good", "neutral", "bad"), lambda corpus: [], (SIDED, WHICH))
    drawn = rows()
    texts = [row.text for row in drawn]
    idf = learn_idf(Featuriser().count(texts))
    featuriser = Featuriser(idf)
    return featuriser, idf, fit(spec, featuriser.transform(texts, texts), drawn)


def test_two_class_rows_teach_the_side_and_nothing_about_neutral() -> None:
    row = Row("jadwal", "good", "two", "g", 1.0, SIDES)
    assert WHICH.uses(row)
    assert not SIDED.uses(row)
    assert SIDED.uses(Row("jadwal", "good", "three", "g"))
    assert not WHICH.uses(Row("jadwal", "neutral", "three", "g"))


def test_neutral_survives_two_class_rows(fitted: tuple[Featuriser, np.ndarray, Fitted]) -> None:
    featuriser, _, head = fitted
    texts = ["rapat jadwal kami", "ramah cepat mereka", "kasar lambat kami"]
    answers = head.head.judge(head.scores(featuriser.transform(texts, texts)))
    assert [answer.label for answer in answers] == ["neutral", "good", "bad"]
    assert head.on_folds["texts"] == 72


def test_training_twice_gives_the_same_bytes_and_they_load(
    fitted: tuple[Featuriser, np.ndarray, Fitted], tmp_path: Path
) -> None:
    _, idf, head = fitted
    version = write(tmp_path / "a", [head], idf, {}, {})
    assert write(tmp_path / "b", [head], idf, {}, {}) == version
    assert (tmp_path / "a/heads.npz").read_bytes() == (tmp_path / "b/heads.npz").read_bytes()
    loaded = load_heads(tmp_path / "a")
    texts = ["ramah cepat mereka", "rapat senin kami"]
    assert [answer.label for answer in loaded.judge(texts, texts)["side"]] == ["good", "neutral"]
    assert loaded.version == version


def test_a_group_is_never_split_and_labels_are_spread() -> None:
    drawn = [Row(f"t{n}", "rare" if n < 8 else "common", "s", f"g{n // 2}") for n in range(200)]
    fold = assign_folds(drawn, 4)
    assert all(fold[n] == fold[n + 1] for n in range(0, 200, 2))
    assert set(fold[:8].tolist()) == {0, 1, 2, 3}


def test_one_against_rest() -> None:
    assert [d.name for d in one_against_rest(("a", "b", "c"))] == ["a", "b", "c"]
    assert [d.name for d in one_against_rest(("no", "yes"))] == ["yes"]


def test_weights_as_bytes_keep_the_large_and_the_small() -> None:
    weights = np.random.default_rng(1).normal(scale=0.02, size=(2, 1000)).astype(np.float32)
    weights[0, 7] = 3.0
    whole, scale = quantise(weights)
    assert whole.dtype == np.int8
    back = expand(whole, scale)
    assert back[0, 7] == pytest.approx(3.0, rel=1e-3)
    large = np.abs(weights) > 0.01
    assert np.abs(back - weights)[large].max() <= 0.005


def test_scores() -> None:
    truth, said = ["a", "a", "b", "b"], ["a", "b", "b", "b"]
    assert f1(truth, said, "a") == pytest.approx(2 / 3)
    assert macro_f1(truth, said) == pytest.approx((2 / 3 + 4 / 5) / 2)
    low, high = interval(truth * 20, said * 20, macro_f1)
    assert low < macro_f1(truth, said) < high
    assert calibration_error(np.array([True, False]), np.array([1.0, 1.0])) == pytest.approx(0.5)


def test_stand_ins_are_written_as_real_texts_have_them() -> None:
    assert stand_in("min xxxuserxxx tgl xxxdatexxx [USERNAME] URL") == "min @akun tgl 12 @akun http://a.id"


def test_heads_have_distinct_names_and_labels() -> None:
    assert len({spec.name for spec in HEADS}) == len(HEADS)
    for spec in HEADS:
        assert len(set(spec.labels)) == len(spec.labels)
        assert set(spec.preference) <= set(spec.labels)
        for direction in spec.all_directions():
            assert not direction.yes & direction.no
