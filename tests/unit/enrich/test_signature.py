from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.enrich.normalise import normalise
from dengar.enrich.signature import EMPTY, NEAR, distance, signature

LONG = (
    "bantuan sembako di desa kami belum cair sejak bulan januari padahal data sudah lengkap dan pendamping bilang "
    "tinggal menunggu jadwal dari dinas sosial kabupaten"
)
OTHER = "resep ayam goreng lengkuas yang renyah cocok untuk makan siang keluarga, jangan lupa sambal terasi dan lalapan segar"


def test_known_value_is_the_same_in_another_process() -> None:
    code = f"from dengar.enrich.signature import signature; print(signature({LONG!r}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert told == signature(LONG) == "d1324ff7a0b8e2db"


def test_case_signs_links_and_numbers_do_not_matter() -> None:
    assert signature(f"{LONG.upper()}!!! https://x.id/a 123 @[akun] #viral [TELEPON]") == signature(LONG)


def test_spelling_does_not_matter_after_normalising() -> None:
    written = LONG.replace("belum", "blm").replace("sudah", "udh").replace("desa", "d3sa").replace("sembako", "ѕеmbаkо")
    assert signature(normalise(written)) == signature(normalise(LONG))


@pytest.mark.parametrize("copy", [LONG.replace("januari", "maret"), LONG + " tolong", LONG.replace("padahal ", "")])
def test_near_copies_are_near(copy: str) -> None:
    assert distance(signature(LONG), signature(copy)) <= NEAR


def test_unrelated_texts_are_far() -> None:
    assert distance(signature(LONG), signature(OTHER)) >= 16


def test_without_words() -> None:
    assert signature("123 !!! https://x.id @[akun]") == EMPTY


def test_distance_wants_hexadecimal() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        distance("xyz", EMPTY)


@given(st.text())
def test_any_text_has_sixteen_digits(text: str) -> None:
    found = signature(text)
    assert len(found) == 16
    assert distance(found, found) == 0
