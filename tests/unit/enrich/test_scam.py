"""Signs of a lure: lures of our own writing, and texts that share their words but lure nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.enrich.scam import judge, official, scam

LURES = [
    "Daftar bansos 2026 sekarang di https://bansos-cair.example/form sebelum ditutup, isi NIK dan nomor KK",
    "Bantuan PKH 2,4 juta sudah cair, klaim lewat bit.ly/klaim-pkh buruan kuota terbatas",
    "Selamat ibu dapat bantuan 5 juta, kirim foto KTP dan buku tabungan ke WA [TELEPON]",
    "mau desil turun? bisa saya bantu, wa [TELEPON] jalur dalam pasti lolos bansos",
    "yang belum dapat bansos inbox saya ya, nanti saya daftarin, cukup bayar materai 20rb",
    "BLT 900rb, transfer biaya pendaftaran 50rb ke admin dulu baru pencairan",
    "saya bisa bantu yang belum cair pkh, hubungi [TELEPON] biar diproses",
    "Kemensos bagi bagi uang tunai, klik link di bio lalu masukkan PIN kartu KKS",
    "KKS ibu terblokir, balas dengan kode OTP supaya bantuan masuk lagi",
    "salin status ini ke 10 teman agar dapat bantuan 3 juta dari pemerintah",
    "Bantuan subsidi upah: install SuratBantuan.apk untuk cek nama penerima",
    "hibah 150 juta khusus TKI, hubungi [TELEPON] untuk pencairan, hanya bayar pajak 500rb",
    "pemenang undian berhadiah Rp15.000.000, segera konfirmasi ke nomor [TELEPON]",
    "info bansos, daftar lewat telegram kami t.me/bansoscepat isi data diri lengkap",
    "jasa daftar DTSEN tanpa survei dijamin lolos chat wa [TELEPON]",
    "bu, kirim nomor rekening sama PIN ya, biar bansosnya saya cairkan",
    "kartu prakerja gelombang baru: login di prakerja-daftar.xyz masukkan NIK dan password",
    "Dana hibah pemerintah 25jt, kirim data diri + foto selfie KTP, transfer biaya verifikasi",
    "teruskan pesan ini ke 15 grup, lalu klik https://bantuan.example/lansia untuk klaim bansos lansia",
    "Admin kemensos: untuk aktivasi bantuan transfer dulu 100 ribu, konfirmasi ke [TELEPON]",
    "siapa mau bansos 600rb? ketik nama lengkap, NIK, no KK di inbox",
    "pkh e wes cair, kirimno foto KTP karo PIN nang wa ku",
    "bantosan 2 juta, kintunkeun poto KTP sareng no rekening ka WA abdi",
    "KIS gratis seumur hidup, jasa pengurusan cukup transfer 75rb wa [TELEPON]",
    "Beasiswa kemensos pasti cair, isi form di s.id/beasiswa-cair dengan nomor rekening dan nama ibu kandung",
    "Giveaway mensos: bagikan ke semua grup dan isi nomor WA di www.hadiah-mensos.site",
    "subsidi listrik 500rb klik www.subsidi-pln.top masukkan no kartu",
    "Penerima bansos wajib instal aplikasi bantuan.apk hari ini terakhir",
    "BSU tahap 2: daftar di bsu-kemnaker.my.id/daftar isi NIK dan nomor rekening",
]
HARMLESS = [
    "bansos saya belum cair min, sudah tiga bulan",
    "min tolong bansos saya belum cair dari bulan maret, hub [TELEPON]",
    "kami belum pernah dapat bantuan pencairan, wa saya [TELEPON] kalau mau data",
    "pkh ibu saya tidak cair, tolong hubungi [TELEPON] supaya diproses",
    "Awas penipuan! Jangan kirim NIK atau PIN ke siapa pun yang mengaku petugas bansos",
    "HOAKS: tautan bansos-cair.example bukan dari Kemensos, jangan klik",
    "Daftar usulan hanya lewat aplikasi Cek Bansos atau cekbansos.kemensos.go.id",
    "ini link bit.ly/daftar-bansos asli atau penipuan kak?",
    "ibu saya ketipu, disuruh transfer biaya pencairan 500rb katanya bantuan",
    "benarkah harus bayar materai untuk daftar bansos?",
    "di desa kami dimintai uang admin 50 ribu tiap cair",
    "nomor saya [TELEPON] mohon dihubungi soal bantuan ibu saya",
    "Laporkan pungli bansos ke 171, layanan gratis tanpa biaya",
    "anggaran bansos tahun ini 78 triliun",
    "bantuan modal Rp5.000.000 diserahkan kepada 20 keluarga",
    "jual daster murah wa [TELEPON]",
    "bawa KTP dan KK asli waktu pencairan di kantor pos ya bu",
    "syarat daftar: fotokopi KTP, KK, surat keterangan",
    "pinjol ilegal minta akses kontak, hati-hati",
    "terima kasih bantuan sudah cair 600rb",
    "kata pendamping pencairan besok, bawa kartu kks",
    "baca beritanya di https://www.detik.com/bansos-2026",
    "resep rendang ada di blog saya www.dapurkami.example",
    "kirim foto rumah lewat aplikasi Cek Bansos menu sanggah",
    "lupa pin kks gimana cara gantinya min?",
    "otp aplikasi cek bansos gak masuk masuk",
    "giveaway kaos kemensos, pemenang diumumkan senin",
    "Donasi untuk penyintas lewat kitabisa.com/banjir",
    "kami tidak pernah meminta PIN, OTP, atau biaya apa pun untuk pencairan bantuan",
    "tolong bantu sebarkan info kehilangan ini, nenek saya hilang di terminal",
    "nik saya tidak padan dengan dukcapil, bantuan jadi terhenti",
    "saya transfer uang ke ibu tiap bulan karena pkh berhenti",
    "jangan mau kalau ada yang nawarin jasa daftar dtsen bayar 100rb",
    "admin tolong jawab dm saya soal pkh",
    "ada oknum minta biaya admin pencairan, sudah kami laporkan",
    "lowongan pendamping PKH, daftar di laman resmi kemensos.go.id",
    "di grup ada yang share link bansos, itu resmi ya min?",
    "juara lomba dapat beasiswa 10 juta, selamat!",
    "kis saya mati, cara aktifkan lagi lewat mana?",
    "sudah transfer 250rb ke calo, katanya pasti dapat pkh, sampai sekarang nihil",
    "Kartu KKS tidak ada biaya administrasi",
    "Melaporkan, beredar pesan ke KPM dari nomor tak dikenal yang meminta OTP",
    "BSU sama bansos gak nyampe, padahal bayar pajak jalan terus",
    "",
    "👍👍👍",
]


@pytest.mark.parametrize("text", LURES)
def test_lure_is_suspected(text: str) -> None:
    found = scam(text)
    assert found.suspected, found
    assert found.reasons


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_is_not_suspected(text: str) -> None:
    assert not scam(text).suspected, scam(text)


def test_reasons_name_the_signs() -> None:
    found = scam("daftar bansos di bit.ly/abc, isi NIK, transfer biaya admin, terakhir hari ini")
    assert {"asks_data", "asks_fee", "short_link", "hurry"} <= set(found.reasons)


def test_a_link_told_apart_counts_as_one_in_the_text() -> None:
    assert "unofficial_link" in scam("isi data diri penerima bansos", ["bansos-cepat.example"]).reasons
    assert scam("info bansos", ["kemensos.go.id"]).signs == ()


def test_an_unofficial_link_alone_is_a_sign_but_no_suspicion() -> None:
    found = scam("artikel tentang bansos: https://blog-warga.example/bansos")
    assert found.reasons == ("unofficial_link",)
    assert not found.suspected


def test_normalised_text_shows_what_spelling_hid() -> None:
    masked = "k1r1m N.I.K dan P1N ke saya, b4nsos 5 jt p4sti c4ir"
    plain = "kirim nik dan pin ke saya, bansos 5 juta pasti cair"
    assert not scam(masked).suspected
    found = judge([masked], [plain])[0]
    assert found.suspected
    assert all(sign.start == -1 for sign in found.signs)


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("cekbansos.kemensos.go.id", True),
        ("www.kemensos.go.id", True),
        ("kemensos.go.id.bansos.example", False),
        ("kemensos-go.id", False),
        ("m.youtube.com", True),
        ("notyoutube.com", False),
    ],
)
def test_official_hosts(host: str, public: bool) -> None:
    assert official(host) is public


def test_a_letter_that_lower_case_makes_longer_moves_no_span() -> None:
    text = "İİİ kirim NIK ke sini, bansos cair"
    sign = scam(text).signs[0]
    assert text[sign.start : sign.end] == "kirim NIK"


def test_a_long_odd_text_is_judged_too() -> None:
    for odd in ("a." * 5_000, "benar " * 1_500, "kirim nik " * 1_000, "www." * 2_500):
        assert isinstance(scam(odd + " link bansos").suspected, bool)


@given(st.text(max_size=400))
def test_spans_lie_in_any_text(text: str) -> None:
    for sign in scam(text).signs:
        assert 0 <= sign.start < sign.end <= len(text)


@given(st.lists(st.sampled_from(LURES + HARMLESS), min_size=1, max_size=3))
def test_spans_show_the_words(parts: list[str]) -> None:
    text = " ".join(parts)
    for sign in scam(text).signs:
        assert text[sign.start : sign.end].strip()
