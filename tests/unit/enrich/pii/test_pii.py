"""Personal data: floors on the labelled sets, what is decided not to be personal, offsets and masking under any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.pii import SETS, cases, tally
from dengar.enrich import Context, enrich_texts
from dengar.enrich.pii import IDENTIFIERS, PLACEHOLDERS, find_pii, mask
from dengar.registers import Account, Registers
from dengar.validate.expectations import masked

CONTEXT = Context(Registers(), b"k" * 16, "sandbox")


@pytest.mark.parametrize("name", SETS)
def test_precision_and_recall(name: str) -> None:
    total = tally(cases(name))
    assert total.precision() >= 0.97
    assert total.recall() >= 0.97
    for kind in PLACEHOLDERS:
        assert min(total.precision(kind), total.recall(kind)) >= 0.93, kind


def test_the_sets_are_large_enough_and_half_clean() -> None:
    texts = [case for name in SETS for case in cases(name)]
    assert len(texts) >= 400
    assert 0.4 <= sum(not case.spans for case in texts) / len(texts) <= 0.6
    assert len({case.text for case in texts}) >= 0.98 * len(texts)
    assert {span.type for case in texts for span in case.spans} == set(PLACEHOLDERS)


@pytest.mark.parametrize("name", SETS)
def test_nothing_that_pii_names_is_left(name: str) -> None:
    texts = [case.text for case in cases(name)]
    for text, found in zip(texts, enrich_texts(texts, CONTEXT, platforms=["instagram"] * len(texts)), strict=True):
        for span in found["pii"]:
            value = text[span["start"] : span["end"]]
            assert value not in found["text"]
            assert value not in found["text_normalised"]
        assert masked(f"{found['text']}\n\n{found['text_normalised']}")


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("resi 1234567890123456", []),
        ("nik 1234567890123456", ["nik"]),
        ("pesanan 3204055203859012", ["nik"]),  # a valid NIK is one, whatever it is called
        ("rekening BRI 081234567890", ["bank_account"]),
        ("rekening BRI kosong, wa saya 081200001234", ["phone"]),
        ("email pengaduan@contoh.go.id", []),
        ("email siti.contoh@contoh.go.id", ["email"]),
        ("kantor dinas di Jl. Melati No. 5 RT 1", []),
        ("rumah saya di Jl. Melati No. 5 RT 1", ["address"]),
        ("Desa Sukamaju Kecamatan Cibadak", []),
        ("Bu Risma", []),
        ("a.n. Saifullah Yusuf", []),
        ("call center 1500-299, 171, 129", []),
    ],
)
def test_what_is_personal(text: str, types: list[str]) -> None:
    assert [span.type for span in find_pii(text)] == types


def test_names_in_the_registers_are_public() -> None:
    registers = Registers(accounts=(Account("instagram", "1", "sari_uji", "Sari Ujiwati", "public_figure"),))
    context = Context(registers, b"k" * 16, "sandbox")
    (found,) = enrich_texts(["a.n. Sari Ujiwati"], context, platforms=["instagram"])
    assert found["pii"] == []
    assert [span.type for span in find_pii("a.n. Sari Ujiwati")] == ["name"]


PIECES = st.lists(
    st.sampled_from(
        [
            "3201011203850001", "081234567890", "0812 3456 7890", "a.b@contoh.id", "wa ", "resi ", "no kk ", " ", "-", "@", "+62",
            "nama saya ", "Siti Aminah", "a.n. ", "Jl. Mawar No. 5 ", "RT 02 RW 03", " Kel. Sukamaju ", "plat B 1234 XYZ",
            "npwp 12.345.678.9-012.000", "rek BRI ", "-6.914744, 107.609810", "\n", ", ", "NIK", "alamat: ", "nol delapan ", "satu",
        ]
    )
    | st.text(max_size=6),
    max_size=10,
).map("".join)  # fmt: skip


def holds(text: str) -> None:
    """Spans lie in the text, in order, apart; nothing they name is left; what was masked stays so."""
    end = 0
    spans = find_pii(text)
    hidden = mask(text)[0]
    for span in spans:
        assert end <= span.start < span.end <= len(text)
        end = span.end
        if span.type in IDENTIFIERS:
            assert text[span.start : span.end] not in hidden
    assert mask(hidden)[0] == hidden


@settings(max_examples=500, deadline=None)
@given(PIECES)
def test_any_text(text: str) -> None:
    holds(text)


@pytest.mark.long
@settings(max_examples=50_000, deadline=None)
@given(PIECES)
def test_very_many_texts(text: str) -> None:
    holds(text)
