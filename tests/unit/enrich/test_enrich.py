from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.enrich import Context, enrich_texts, pii_spans
from dengar.enrich.entities import hashtags
from dengar.enrich.language import languages
from dengar.enrich.normalise import normalise
from dengar.enrich.pii import mask
from dengar.enrich.pseudonym import pseudonym
from dengar.registers import Account, Registers

KEY = b"k" * 16
OFFICIAL = Account("instagram", "1", "dinas_uji", "Dinas Uji", "official")
CONTEXT = Context(Registers(accounts=(OFFICIAL,)), KEY, "sandbox")
NIK = "3201011203850001"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"NIK saya {NIK} ya", "NIK saya [NIK] ya"),
        (f"nik{NIK}", "nik[NIK]"),
        ("NIK 3201 0112 0385 0001", "NIK [NIK]"),
        ("nik 320101.120385.0001", "nik [NIK]"),
        ("no kk: 3201011203850002", "no kk: [KK]"),
        ("３２０１０１１２０３８５０００１", "[NIK]"),
        ("hub 0812-3456-7890", "hub [TELEPON]"),
        ("wa +62 812 3456 7890", "wa [TELEPON]"),
        ("0812.3456.7890", "[TELEPON]"),
        ("62 81234567890 min", "[TELEPON] min"),
        ("O812 3456 789O", "[TELEPON]"),
        ("wa.me/6281234567890", "wa.me/[TELEPON]"),
        (f"{NIK} 081234567890", "[NIK] [TELEPON]"),
        ("email budi.uji@contoh.co.id dong", "email [EMAIL] dong"),
        ("budi[at]contoh.com", "[EMAIL]"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert mask(text)[0] == masked


@pytest.mark.parametrize(
    "text",
    [
        "harga Rp 1.250.000.000 per bulan",
        "12.000.000 views, 2.345.678 likes",
        "tanggal 17-08-2026 s/d 20-11-2026",
        "resi 081234567890",
        "pesanan INV/2026/081234567890",
        "#bansos2026 #17Agustus2026",
        "jam 08.00 - 16.00, kuota 3000 orang",
        "nomor tiket 202611200001",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert mask(text) == (text, {})


def test_spans_are_offsets_into_the_original() -> None:
    text = "ok 😀 wa 0812 3456 7890 ya"
    (span,) = pii_spans(text)
    assert text[int(span["start"]) : int(span["end"])] == "0812 3456 7890"
    assert span["type"] == "phone"


def test_accounts_hashtags_and_links() -> None:
    text = "@Dinas_Uji @warga.biasa. #Peduli #peduli ＃Aksi2026 #123 https://a.go.id/x?nik=1#frag (bit.ly/Ab)"
    (found,) = enrich_texts([text], CONTEXT, platforms=["instagram"])
    assert found["text"].startswith("@dinas_uji @[akun]. ")
    assert found["mentions"][0] == "dinas_uji"
    assert found["mentions"][1].startswith("ig~")
    assert found["hashtags"] == ["peduli", "aksi2026"]
    assert found["urls"] == ["https://a.go.id/x", "bit.ly/Ab"]
    assert found["domains"] == ["a.go.id", "bit.ly"]
    assert hashtags("https://a.id/#bukan tag") == []


def test_normalisation() -> None:
    assert normalise("b\u200bansos 𝐜𝐚𝐢𝐫 lamaaaaa!!! ѕаluran") == "bansos cair lama! saluran"
    assert normalise("привет") == "привет"
    assert normalise("https://www.a.id/xooox") == "https://www.a.id/xooox"


def test_language_is_sensible() -> None:
    texts = [
        "bansos saya belum cair pak",
        "tolong dibantu min, data saya hilang",
        "aku seneng banget matur nuwun sanget nggih",
        "abdi teu acan nampi bantosan ti desa",
        "the aid has not arrived in our village yet",
    ]
    assert [language.code for language in languages(texts)] == ["id", "id", "jv", "su", "en"]
    for text in ("oke", "😀 #tag https://a.id", "wkwkwk 123"):
        (language,) = languages([text])
        assert (language.code, language.confidence, language.mixed) == ("und", None, None)


def test_words_of_another_language_are_counted_and_spanned() -> None:
    text = "bansos saya belum cair, please help me sir because we are waiting"
    (language,) = languages([text])
    assert language.mixed is not None
    assert 0.3 < language.mixed < 0.9
    assert {span.code for span in language.spans} >= {"id", "en"}
    for before, after in pairwise(language.spans):
        assert before.start < before.end <= after.start


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_has_a_language_and_valid_spans(text: str) -> None:
    (language,) = languages([text])
    assert all(0 <= span.start < span.end <= len(text) for span in language.spans)


def test_pseudonyms_are_keyed_and_apart_per_platform() -> None:
    one = pseudonym(KEY, "youtube", "UC1", None)
    assert one is not None
    assert len(one) == 3 + 26
    assert len({one, pseudonym(KEY, "instagram", "UC1", None), pseudonym(b"z" * 16, "youtube", "UC1", None)}) == 3
    assert pseudonym(KEY, "youtube", None, None) is None
    with pytest.raises(ValueError, match="DENGAR_PSEUDONYM_KEY"):
        pseudonym(b"short", "youtube", "UC1", None)


PIECES = st.lists(
    st.sampled_from(
        [NIK, "081234567890", "0812 3456 7890", "a.b@contoh.id", "wa", "resi ", "no kk", " ", "-", "@", "8", "+62"]
    )
    | st.text(max_size=8),
    max_size=8,
).map("".join)


def test_a_number_right_behind_an_address_is_masked_too() -> None:
    assert mask("a.b@contoh.id-081234567890")[0] == "[EMAIL]-[TELEPON]"


@settings(max_examples=400, deadline=None)
@given(PIECES)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text)[0]
    assert mask(once)[0] == once


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), st.sampled_from([NIK, "081234567890", "siti.uji@contoh.co.id"]), st.text(max_size=40))
def test_planted_data_never_comes_out(before: str, planted: str, after: str) -> None:
    (found,) = enrich_texts([f"{before} {planted} {after}"], CONTEXT, platforms=["instagram"])
    assert planted not in found["text"]
    assert planted not in found["text_normalised"]


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60))
def test_normalisation_is_idempotent(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
