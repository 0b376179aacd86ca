from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.enrich.normalise import normalise, normalised, plain
from dengar.enrich.normalise.lexicon import slang

PAIRS = Path(__file__).parent / "pairs"
# fmt: off
PIECES = [
    "b4nsos", "b.a.n", " ", "s o s", "gk", "😭", "anak2", "[NIK]", "@[akun]", "#tag", "https://a.id/x", "𝐛", "ѕ", "\u200b", "Ã©", "aaaa",
    "...", "!!!!", "di ", "kasih", " d ", "km", "5 ", "BLM", "'", "²", "\u0336", "🇮", "🇩", "\u00a0", "\n", "g@c", "b*i",
]
# fmt: on
WILD = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=12).map("".join)


def pairs(name: str) -> list[tuple[str, str]]:
    lines = (PAIRS / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(written, plain_form) for _, written, plain_form in rows]


def restored(name: str) -> float:
    rows = pairs(name)
    return sum(normalise(written).lower() == plain_form for written, plain_form in rows) / len(rows)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("bansos blm cair pak, udh 3 bln 😭😭", "bansos belum cair pak, sudah 3 bulan menangis"),
        ("J4KS4 4GUN6", "jaksa agung"),
        ("5L0T G4C0R 𝐦𝐚𝐱𝐰𝐢𝐧", "slot gacor maxwin"),
        ("b a n s o s  c a i r", "bansos cair"),
        ("g dapat d rumah, w blm terima", "tidak dapat di rumah, saya belum terima"),
        ("jaraknya 5 km, km di mana", "jaraknya 5 km, kamu di mana"),
        ("dr. Budi dr puskesmas", "dr. Budi dari puskesmas"),
        ("anak smp blm masuk smp skrg", "anak smp belum masuk smp sekarang"),
        ("blm cair smp skrg", "belum cair sampai sekarang"),
        ("di kasih uang di rumah", "dikasih uang di rumah"),
        ("BANSOS BLM CAIR", "BANSOS belum CAIR"),
        ("Kata BPK dan SMA Negeri III", "Kata BPK dan SMA Negeri III"),
        ("Ã©tapes", "étapes"),
    ],
)
def test_sentences(text: str, read: str) -> None:
    assert normalise(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "2024 300rb 5kg h+1 pkh2 covid19 4G 10k 3x 2,5jt",
        "maaf saat taat massa",
        "s.d. 30 April a.n. Rp.1.000 1.250.000",
        "https://b4nsos.id/blm?x=gk www.judi.com/b4nsos warga@contoh.id",
        "#BansosBlmCair @b4nsos_gk @[akun] [NIK] [TELEPON]",
        "wis ora opo-opo, matur nuwun sanget",
        "hatur nuhun, teu acan kenging bantosan",
        "привет 日本語 한국어",
        "",
        "kelas d vitamin d",
    ],
)
def test_what_stays(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize(("name", "floor"), [("developed.tsv", 0.97), ("held_out.tsv", 0.97), ("held_out_2.tsv", 0.92)])
def test_spellings_are_restored(name: str, floor: float) -> None:
    assert restored(name) >= floor


def test_standard_sentences_are_not_touched() -> None:
    sentences = (PAIRS / "clean.txt").read_text(encoding="utf-8").splitlines()
    before = [word for sentence in sentences for word in sentence.split()]
    after = [word for sentence in sentences for word in normalise(sentence).split()]
    assert len(sentences) >= 150
    assert len(before) == len(after)
    assert sum(one != other for one, other in zip(before, after, strict=True)) <= len(before) // 100


def test_standard_forms_are_stable_and_spellings_are_many() -> None:
    assert len(slang()) >= 1_500
    assert {standard for standard in set(slang().values()) if normalise(standard) != standard} == set()


def test_plain_keeps_the_words_as_chosen() -> None:
    assert plain("gk ngerti bangettt 𝐬𝐥𝐨𝐭 b\u200blm") == "gk ngerti banget slot blm"


def test_offsets_of_a_replaced_word() -> None:
    found = normalised("pak blm\u200b cair 😭")
    assert found.text == "pak belum cair menangis"
    start = found.text.index("belum")
    assert found.source_span(start, start + 5) == (4, 8)
    assert found.text_span(4, 8) == (4, 9)
    start = found.text.index("menangis")
    assert found.source[slice(*found.source_span(start, start + 8))] == "😭"


def test_signs_inside_a_replaced_word_are_cut_once() -> None:
    assert normalise("gkaaaab!!!!g@c ya") == normalise(normalise("gkaaaab!!!!g@c ya"))
    assert len(normalise("gkb4nsosaaaa!!!!g@c")) < 20


@settings(max_examples=500, deadline=None)
@given(WILD)
def test_any_text_has_valid_offsets_and_is_stable(text: str) -> None:
    found = normalised(text)
    assert found.text == normalise(text)
    assert normalise(found.text) == found.text
    starts, ends, back = list(found.to_source), list(found.source_ends), list(found.to_text)
    assert len(starts) == len(found.text) + 1
    assert len(ends) == len(found.text)
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert starts[-1] == len(text)
    assert all(0 <= start <= end <= len(text) for start, end in zip(starts, ends, strict=False))
    if text:
        assert all(start < end for start, end in zip(starts, ends, strict=False))
    assert len(back) == len(text) + 1
    assert back == sorted(back)
    assert back[-1] == len(found.text)
    for at in range(len(text)):
        first, last = found.text_span(at, at + 1)
        assert 0 <= first <= last <= len(found.text)


@settings(max_examples=300, deadline=None)
@given(WILD)
def test_plain_is_stable(text: str) -> None:
    assert plain(plain(text)) == plain(text)
