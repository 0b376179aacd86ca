"""Which posts teach how to complain."""

from __future__ import annotations

import pytest

from dengar.responses.teaching import teaches


@pytest.mark.parametrize(
    "text",
    [
        "Begini cara mengadu bila bansos belum diterima",
        "Langkah-langkah menyampaikan pengaduan lewat aplikasi",
        "Panduan sanggah data penerima",
        "Format pengaduan: nama, desa, sejak kapan",
        "Punya keluhan? Sertakan nama desa, jenis bantuan, dan sejak kapan belum diterima ya Kak.",
        "TIPS LAPOR supaya cepat ditangani",
        "Contoh aduan yang lengkap",
    ],
)
def test_these_do(text):
    assert teaches(text)


@pytest.mark.parametrize(
    "text",
    [
        "Penyaluran bansos tahap empat dimulai hari ini",
        "Terima kasih atas laporan Kakak semua",
        "Cara cek bansos lewat aplikasi",
        "Kami menerima 2.000 pengaduan bulan lalu dan menyelesaikan 90 persen",
        "Sertakan doa terbaik untuk korban banjir",
        "Lengkapi data: nama dan alamat untuk lomba ini",
        "Cara masak bubur. Laporan keuangan sudah terbit",
    ],
)
def test_these_do_not(text):
    assert not teaches(text)
