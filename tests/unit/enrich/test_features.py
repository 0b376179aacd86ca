from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.enrich.features import (
    CHARACTERS,
    MAX_CACHED,
    NEGATORS,
    SIZE,
    WORDS,
    Featuriser,
    kinds_of_words,
    learn_idf,
    phrases,
    purport,
    surface,
    under_negation,
)
from dengar.enrich.tones import TONES, tones

TEXTS = ["bansos saya belum cair pak", "tidak bagus sama sekali", "terima kasih kemensos 🙏", ""]


def traits(text: str) -> set[str]:
    featuriser = Featuriser()
    return set(purport(featuriser._lines([text])[0]))


def test_rows_have_the_promised_shape_and_unit_blocks() -> None:
    rows = Featuriser().transform(TEXTS, TEXTS)
    assert rows.shape == (4, SIZE)
    assert rows.dtype == np.float32
    dense = rows.toarray().astype(np.float64)
    words = np.linalg.norm(dense[:, :WORDS], axis=1)
    characters = np.linalg.norm(dense[:, WORDS : WORDS + CHARACTERS], axis=1)
    assert words[:3] == pytest.approx(np.ones(3), abs=1e-3)
    assert characters[:3] == pytest.approx(np.ones(3), abs=1e-3)
    assert words[3] == characters[3] == 0


def test_no_texts_no_rows() -> None:
    assert Featuriser().transform([], []).shape == (0, SIZE)


def test_a_text_has_the_same_row_alone_and_in_a_batch() -> None:
    featuriser = Featuriser()
    together = featuriser.transform(TEXTS, TEXTS)
    for number, text in enumerate(TEXTS):
        alone = Featuriser().transform([text], [text])
        assert (alone != together[number]).nnz == 0


def test_another_process_hashes_alike() -> None:
    code = (
        "from dengar.enrich.features import Featuriser as F; import sys; r = F().transform(*[['bansos cair 😭']] * 2)"
    )
    code += "; sys.stdout.write(repr((r.indices.tolist(), r.data.tolist())))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    row = Featuriser().transform(["bansos cair 😭"], ["bansos cair 😭"])
    assert told == repr((row.indices.tolist(), row.data.tolist()))


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="one normalised text"):
        Featuriser().transform(["a"], [])


def test_negation_reaches_two_words_and_not_the_next_text() -> None:
    negator = np.array([True, False, False, False, True, False])
    rows = np.array([0, 0, 0, 0, 0, 1])
    assert under_negation(negator, rows).tolist() == [False, True, True, False, False, False]


def test_a_negated_good_word_counts_as_bad() -> None:
    assert "good 1" in traits("pelayanannya bagus")
    assert {"bad 1", "good 0"} <= traits("pelayanannya tidak bagus")
    assert "no side" in traits("rapat jam delapan")


def leanings(text: str) -> dict[str, float]:
    return dict(zip(TONES, tones(Featuriser()._lines([text])[0], phrases()), strict=True))


def test_tones_follow_the_listed_words_and_negation_turns_them() -> None:
    assert leanings("petugasnya ramah")["balance"] > 0 > leanings("petugasnya judes")["balance"]
    assert leanings("petugasnya tidak ramah")["balance"] < 0
    assert leanings("rapat jam delapan")["mute"] == 1
    assert leanings("mereka berdoa")["balance"] < leanings("mereka bahagia")["balance"]


def test_what_follows_a_contrast_is_told_apart() -> None:
    mixed = leanings("petugasnya ramah dan sabar tapi judes")
    assert mixed["balance"] > 0 > mixed["after contrast"]
    assert mixed["contrast"] == 1


def test_no_phrase_begins_with_a_negator() -> None:
    assert [pair for pair, kinds in phrases().items() if pair[0] in NEGATORS and {"good", "bad"} & set(kinds)] == []


def test_phrases_and_negated_kinds() -> None:
    assert "thanks" in traits("terima kasih pak")
    assert "not receive" in traits("bansos belum cair")
    assert "receive" in traits("bansos sudah cair")


def test_surface_sees_how_a_text_is_written() -> None:
    assert "styled 3" in surface("main di 𝗛𝗢𝗞𝗜 yuk")
    assert "letters spaced" in surface("A L E X I S ada event")
    assert "link" in surface("cek www.contoh.id")
    assert "elongated" in surface("manaaaa")


def test_listed_words_are_lower_case_and_of_one_side() -> None:
    for word, kinds in kinds_of_words().items():
        assert word == word.lower()
        assert not {"good", "bad"} <= set(kinds), word


def test_rare_buckets_weigh_more() -> None:
    idf = learn_idf(Featuriser().count(["sama satu", "sama dua", "sama tiga"]))
    assert idf.dtype == np.float16
    assert idf.shape == (WORDS + CHARACTERS,)
    common = Featuriser().count(["sama"]).indices
    rare = Featuriser().count(["dua"]).indices
    assert idf[common].mean() < idf[rare].mean()


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dengar.enrich.features.MAX_CACHED", 10)
    featuriser = Featuriser()
    text = " ".join(f"kata{chr(97 + n)}" for n in range(26))
    before = featuriser.transform([text], [text])
    assert len(featuriser._tokens) <= 10 < MAX_CACHED
    assert (featuriser.transform([text], [text]) != before).nnz == 0


@settings(max_examples=200)
@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_text_gives_finite_rows(texts: list[str]) -> None:
    rows = Featuriser().transform(texts, texts)
    assert rows.shape[0] == len(texts)
    assert np.isfinite(rows.data).all()
    assert rows.nnz == 0 or (rows.indices.min() >= 0 and rows.indices.max() < SIZE)
