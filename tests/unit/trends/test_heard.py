"""What a mention is heard to speak of."""

from dengar.trends.heard import content_words


def test_placeholders_links_and_accounts_are_no_words() -> None:
    text = "Kirim NIK [NIK] ke [TELEPON] atau @[akun] di https://contoh.example/daftar #bansos, kartu hilang"
    assert [word for word in content_words(text) if word] == ["kirim", "nik", "kartu", "hilang"]
