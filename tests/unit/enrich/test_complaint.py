"""Who, where, since when, and the category that a text's words point to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.enrich.complaint import details, hints
from dengar.enrich.normalise import normalise


def read(text):
    return details(text, normalise(text))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("bansos belum cair di Kec. Bukitraya sejak Juni", "Kec. Bukitraya"),
        ("bantuan di Desa Sukarame Jaya macet", "Desa Sukarame Jaya"),
        ("warga desa kertamukti belum dapat beras", "desa kertamukti"),
        ("di RT 03/RW 05 semua dipotong", "RT 03/RW 05"),
        ("pkh belum masuk, saya di wonosobo", "wonosobo"),
        ("di lombok timur belum turun", "lombok timur"),
        ("kami dari Cipondoh belum dapat", "Cipondoh"),
    ],
)
def test_where_is_a_named_place(text, where):
    assert where in [span.text for span in read(text).where]


@pytest.mark.parametrize(
    "text",
    [
        "di desa kami belum dapat bantuan",
        "dipotong rt 100rb",
        "dari desa disuruh ke kecamatan. Capek",
        "orang kelurahan ngobrol terus",
        "KELUARGA KADES DAPAT SEMUA",
        "sudah saya cek di Aplikasi",
    ],
)
def test_where_is_not_just_any_unit(text):
    assert read(text).where == ()


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("udah 3 bln belum cair", "3 bln"),
        ("belum masuk sejak Agustus 2025", "sejak Agustus 2025"),
        ("wis telung sasi ora metu", "telung sasi"),
        ("tahap 4 belum juga", "tahap 4"),
        ("dicoret tahun lalu", "tahun lalu"),
        ("terakhir tanggal 12 Maret", "tanggal 12 Maret"),
    ],
)
def test_since_is_a_date_or_a_duration(text, since):
    assert since in [span.text for span in read(text).since]


@pytest.mark.parametrize("text", ["nenek saya 80 tahun belum dapat", "lansia umur 70 tahun", "anak 5 th butuh susu"])
def test_an_age_is_no_time(text):
    assert read(text).since == ()


def test_complete_needs_who_where_and_since():
    assert read("PKH ibu saya di Kab. Blora belum cair 2 bulan").complete
    assert not read("PKH ibu saya belum cair 2 bulan").complete
    assert not read("di Kab. Blora belum cair 2 bulan").complete
    assert not read("PKH ibu saya di Kab. Blora belum cair").complete


def test_places_found_elsewhere_count():
    text = "PKH Solok belum cair 2 bulan"
    assert details(text, normalise(text), [(4, 9)]).complete
    assert not details(text, normalise(text)).complete


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("bansos saya belum cair", "bansos_not_received"),
        ("pkh anak saya berhenti", "pkh"),
        ("desil saya kok 7", "dtsen_data"),
        ("beras bantuan kutuan", "bpnt_sembako"),
        ("kursi roda belum datang", "disability"),
        ("nenek belum pernah dapat bantuan", "elderly"),
        ("bantuan yatim macet", "child"),
        ("korban banjir belum dapat logistik", "disaster_aid"),
        ("pkh dipotong ketua kelompok", "fraud_levy"),
        ("petugas jutek sekali", "service_attitude"),
        ("aplikasi cek bansos error", "app_system"),
    ],
)
def test_first_hint_follows_the_guides_precedence(text, category):
    assert hints(normalise(text))[0].category == category


def test_a_hint_tells_its_words():
    hint = hints("pkh saya belum cair")[0]
    assert (hint.category, hint.matter, hint.problem) == ("pkh", "pkh", "belum")
    assert hints("selamat pagi semua") == ()


@given(st.text(max_size=300))
def test_spans_index_the_text(text):
    found = details(text, text)
    for span in (*found.who, *found.where, *found.since):
        assert text[span.start : span.end] == span.text
