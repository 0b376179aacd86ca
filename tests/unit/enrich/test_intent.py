"""Cues, and what the heads intent and category are trained on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.enrich.cue_lexicon import LEXICON
from dengar.enrich.cues import CUES, cue_matrix, found, indices
from dengar.enrich.train.corpus import Corpus, DataError, data_folder
from dengar.enrich.train.intent import CATEGORY, INTENT


@pytest.fixture(scope="module")
def corpus():
    try:
        return Corpus(data_folder())
    except DataError as error:
        pytest.skip(str(error))


def test_phrases_have_at_most_three_words():
    for cue, listed in LEXICON.items():
        assert [phrase for phrase in listed.split(",") if len(phrase.split()) > 3] == [], cue


def test_found_names_the_words():
    names = found("tolong aplikasinya error terus")
    assert names["f_beg"] == "tolong"
    assert names["t_app"] == "aplikasinya"
    assert names["f_repeat"] == "terus"
    assert "t_pkh" not in names


def test_a_phrase_needs_all_its_words():
    assert "f_thanks" in found("terima kasih banyak")
    assert "f_thanks" not in found("terima bantuan")


def test_marks_of_place_and_writing():
    cues = {CUES[number] for number in indices("apa syaratnya?")}
    assert {"m_starts_ask", "m_question", "m_ends_question", "m_short"} <= cues
    assert "m_starts_ask" not in {CUES[n] for n in indices("saya tidak tahu kapan cair")}


@settings(deadline=None)  # the first call imports scipy
@given(st.lists(st.text(max_size=80), max_size=8))
def test_matrix_has_a_row_a_text_of_zeros_and_ones(texts):
    matrix = cue_matrix(texts)
    assert matrix.shape == (len(texts), len(CUES))
    assert set(matrix.data) <= {1.0}
    assert [sorted(matrix[row].indices) for row in range(len(texts))] == [indices(text) for text in texts]


@pytest.mark.parametrize("spec", [INTENT, CATEGORY], ids=lambda spec: spec.name)
def test_calibrating_rows_have_the_heads_labels_and_cover_them(spec, corpus):
    rows = [row for row in spec.rows(corpus) if row.calibrates]
    assert {row.label for row in rows} == set(spec.labels)


def test_seeds_are_grouped_by_template(corpus):
    groups = {row.group for row in INTENT.rows(corpus) if row.source == "seeds a" and row.calibrates}
    assert groups == {seed.template for seed in corpus.seeds if seed.writer == "a"}
