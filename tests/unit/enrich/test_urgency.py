"""Urgency: dangers now; not those that are over, denied, supposed or a figure of speech."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.enrich.normalise import normalise
from dengar.enrich.urgency import urgency

URGENT = [
    ("air sudah sedada, nenek masih di atap rumah", "trapped"),
    ("banjir bandang barusan, ada warga hanyut", "flood_now"),
    ("gempa barusan, rumah ambruk semua", "disaster_now"),
    ("kebakaran makin besar, ada orang terjebak", "disaster_now"),
    ("anak tetangga dipukuli bapaknya tiap malam, tolong", "child_violence"),
    ("bocah itu dikurung tidak dikasih makan", "child_violence"),
    ("ditemukan bayi di depan mushola, masih hidup", "abandoned_child"),
    ("saya ingin mati saja, tidak kuat lagi", "suicide"),
    ("dia bilang mau bunuh diri malam ini", "suicide"),
    ("sudah 3 hari tidak makan, bayi lemas", "hunger"),
    ("wis rong dina ora mangan pak", "hunger"),
    ("tolong anak saya kejang di pengungsian", "medical_emergency"),
    ("perempuan itu disekap majikannya", "violence"),
    ("odgj ngamuk bawa golok di pasar", "violence"),
]
ATTENTION = [
    "nenek tinggal sendiri di gubuk, tidak ada yang mengurus, sakit-sakitan",
    "kis mati padahal harus cuci darah dua kali seminggu",
    "pengungsi belum dapat selimut dan obat",
    "odgj dipasung di belakang rumah",
    "kami diancam kalau melapor",
    "anak kecil disuruh ngemis di lampu merah",
]
NONE = [
    "bansos saya belum cair 3 bulan",
    "banjir tahun lalu merendam rumah kami",
    "kebakaran sudah padam, tidak ada korban",
    "kalau ada gempa harus lari ke mana?",
    "simulasi evakuasi tsunami berjalan lancar",
    "mati gaya nunggu kereta wkwk",
    "kebakaran jenggot tuh orang",
    "dulu waktu kecil saya pernah tiga hari tidak makan",
    "bagaimana cara mendaftar bantuan lansia?",
    "filmnya sedih, anaknya diculik di film itu",
    "mati lampu lagi",
    "banjir order hari ini alhamdulillah",
    "skripsi ini membunuhku",
    "terima kasih bantuannya",
    "",
]


@pytest.mark.parametrize(("text", "reason"), URGENT)
def test_urgent(text, reason):
    found = urgency(normalise(text))
    assert found.label == "urgent"
    assert reason in found.reasons


@pytest.mark.parametrize("text", ATTENTION)
def test_attention(text):
    assert urgency(normalise(text)).label == "attention"


@pytest.mark.parametrize("text", NONE)
def test_none(text):
    assert urgency(normalise(text)) == ("none", ())


def test_a_clause_that_is_over_does_not_hide_the_next():
    assert urgency("banjir tahun lalu parah. sekarang air sudah sedada lagi").label == "urgent"


@given(st.text(max_size=300))
def test_any_text_has_a_label_and_reasons_only_with_one(text):
    found = urgency(text)
    assert found.label in ("none", "attention", "urgent")
    assert bool(found.reasons) == (found.label != "none")
