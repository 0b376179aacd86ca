from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.enrich import Context, enrich_text, pii_spans
from dengar.enrich.entities import hashtags
from dengar.enrich.language import language
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
    found = enrich_text(
        "@Dinas_Uji @warga.biasa. #Peduli #peduli ＃Aksi2026 #123 https://a.go.id/x?nik=1#frag (bit.ly/Ab)", CONTEXT
    )
    assert found["text"].startswith("@dinas_uji @[akun]. ")
    assert found["mentions"][0] == "dinas_uji"
    assert found["mentions"][1].startswith("ig~")
    assert found["hashtags"] == ["peduli", "aksi2026"]
    assert found["links"] == ["https://a.go.id/x", "bit.ly/Ab"]
    assert found["domains"] == ["a.go.id", "bit.ly"]
    assert hashtags("https://a.id/#bukan tag") == []


def test_normalisation() -> None:
    assert normalise("b\u200bansos 𝐜𝐚𝐢𝐫 lamaaaaa!!! ѕаluran") == "bansos cair lama! saluran"
    assert normalise("привет") == "привет"
    assert normalise("https://www.a.id/xooox") == "https://www.a.id/xooox"


def test_language_is_sensible() -> None:
    assert language("bansos saya belum cair pak")["code"] == "id"
    assert language("tolong dibantu min, data saya hilang")["code"] == "id"
    assert language("aku seneng banget matur nuwun sanget nggih")["code"] == "jv"
    assert language("ok sip") == {"code": "und", "confidence": None}
    assert language("😀 #tag https://a.id")["code"] == "und"


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


@settings(max_examples=400, deadline=None)
@given(PIECES)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text)[0]
    assert mask(once)[0] == once


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), st.sampled_from([NIK, "081234567890", "siti.uji@contoh.co.id"]), st.text(max_size=40))
def test_planted_data_never_comes_out(before: str, planted: str, after: str) -> None:
    found = enrich_text(f"{before} {planted} {after}", CONTEXT)
    assert planted not in found["text"]
    assert planted not in found["text_normalised"]


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60))
def test_normalisation_is_idempotent(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
