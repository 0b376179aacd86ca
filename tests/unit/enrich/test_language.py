from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.enrich.language import CODES, UNDETERMINED, languages, told
from dengar.enrich.train.corpus import Corpus, DataError


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Corpus:
    try:
        return Corpus(shared / "data" / "nlp")
    except DataError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("bansos saya kok belum cair ya pak, sudah tiga bulan", "id"),
        ("aku durung entuk bantuan, kapan mudhune pak", "jv"),
        ("abdi teu acan nampi bantosan ti pamarentah", "su"),
        ("when will the cash transfer be paid out this month", "en"),
        ("ambo alun dapek bantuan lai pak, bilo kaluanyo", "min"),
    ],
)
def test_plain_cases(text: str, code: str) -> None:
    found = languages([text])[0]
    assert found.code == code
    assert found.confidence is not None
    assert 0 < found.confidence <= 1


@pytest.mark.parametrize("text", ["", "😭😭", "https://contoh.id/a", "@akun #tagar", "[NIK] 123", "wkwkwk", "ok"])
def test_too_little_to_tell(text: str) -> None:
    assert languages([text]) == [UNDETERMINED]
    assert told(UNDETERMINED) == {"code": "und", "confidence": None, "mixed": None}


def test_a_mixed_text_has_stretches_of_both() -> None:
    text = "bantuan saya belum masuk rekening, please check the system because nothing happened"
    found = languages([text])[0]
    assert {"id", "en"} <= {span.code for span in found.spans}
    assert found.mixed is not None
    assert found.mixed > 0.2
    english = " ".join(text[span.start : span.end] for span in found.spans if span.code == "en")
    assert "check the system" in english


def five_words(texts: list[str]) -> list[str]:
    windows = []
    for text in texts:
        words = text.split()
        windows += [" ".join(words[at : at + 5]) for at in range(0, max(1, len(words) - 5), 5)]
    return windows


def test_five_words_are_enough(corpus: Corpus) -> None:
    recalls = []
    for name, code in (("indonesian", "id"), ("javanese", "jv"), ("sundanese", "su"), ("english", "en")):
        found = languages(five_words([row.text for row in corpus.nusax(name, "valid")]))
        recalls.append(sum(one.code == code for one in found) / len(found))
    assert sum(recalls) / 4 >= 0.95


@pytest.mark.parametrize(("code", "floor"), [("jv", 0.93), ("su", 0.93)])
def test_regional_tweets(corpus: Corpus, code: str, floor: float) -> None:
    found = languages([row.text for row in corpus.nusatranslation(code, "valid")])
    assert sum(one.code == code for one in found) / len(found) >= floor


def test_informal_indonesian(corpus: Corpus) -> None:
    found = [one for one in languages([row.text for row in corpus.smsa("valid")]) if one.code != "und"]
    assert sum(one.code == "id" for one in found) / len(found) >= 0.96


@settings(max_examples=200)
@given(st.text(max_size=120))
def test_spans_are_stretches_of_the_text(text: str) -> None:
    found = languages([text])[0]
    assert found.code in (*CODES, "und")
    ends = 0
    for span in found.spans:
        assert ends <= span.start < span.end <= len(text)
        ends = span.end
    assert languages([text])[0] == found
