"""Flags of an answer's words, of answers written for this test."""

import pytest

from dengar.responses.answer import copy_of, flags_of

PUBLIC = [
    ("Mohon maaf Kak atas kendalanya, kami cek dulu.", ("acknowledges",)),
    ("Silakan cek lewat menu usul sanggah, siapkan KTP ya.", ("explains_steps",)),
    ("Kami kabari paling lambat 3 hari kerja.", ("gives_deadline",)),
    ("Hasilnya besok pagi ya Kak.", ("gives_deadline",)),
    ("Cek DM ya Kak.", ("redirects_only",)),
    ("Terima kasih, silakan hubungi call center 171.", ("acknowledges", "redirects_only")),
    ("Cek DM ya, caranya kami jelaskan di sana.", ("explains_steps",)),
    ("Tulis NIK dan nomor KK di sini ya Kak.", ("asks_private_data",)),
    ("Boleh minta nomor HP-nya?", ("asks_private_data",)),
    ("Mohon info NIK", ("asks_private_data",)),
    ("Jangan tulis NIK di kolom komentar ya.", ()),
    ("Kirim NIK lewat pesan langsung ya Kak.", ("redirects_only",)),
    ("Kami tidak pernah minta nomor rekening.", ()),
    ("Siap!", ()),
]


@pytest.mark.parametrize(("text", "flags"), PUBLIC)
def test_in_public(text: str, flags: tuple[str, ...]) -> None:
    assert flags_of(text, public=True) == flags


def test_in_a_private_message_the_datum_may_be_asked() -> None:
    assert flags_of("Boleh minta NIK-nya?", public=False) == ()


def test_copies_differ_in_names_case_and_marks_only() -> None:
    assert copy_of("Halo @sari_k, sudah kami catat!") == copy_of("halo @[ig~abc] sudah kami catat")
    assert copy_of("sudah kami catat") != copy_of("sudah kami kirim")
