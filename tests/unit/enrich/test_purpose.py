"""Purpose and form of official posts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.enrich.heads import Judgement
from dengar.enrich.purpose import PURPOSES, asked, cues, format_of, weighed
from dengar.enrich.train.purpose import PURPOSE

EVEN = Judgement("education", 0.1, dict.fromkeys(PURPOSES, 0.1), True)


@pytest.mark.parametrize(
    ("caption", "purpose"),
    [
        ("Tahukah kamu? Kenali 5 tanda anak mengalami cemas berlebih.", "education"),
        ("Syarat dan besaran bantuan permakanan, begini alur pengusulannya.", "programme_information"),
        ("PENGUMUMAN: pendaftaran dibuka mulai 3 Maret pukul 08.00 WIB.", "announcement"),
        ("Realisasi anggaran semester I mencapai 48 persen; laporan lengkap di laman kami.", "accountability"),
        ("Kisah Pak Slamet, dulu pemulung, kini punya bengkel: perjuangan yang menginspirasi.", "testimony"),
        ("Di balik layar: intip persiapan tim humas sebelum acara.", "behind_the_scenes"),
        ("Podcast: ngobrol bersama narasumber, wawancara lengkap di kanal kami.", "interview"),
        ("HOAKS! Kabar yang beredar itu tidak benar. Faktanya begini.", "clarification"),
        ("Yuk ikut jadi relawan! Tulis di kolom komentar, bergabunglah.", "participation"),
        ("Challenge berhadiah! Ikuti tantangan 7 hari dan menangkan hadiah.", "challenge"),
    ],
)
def test_cues_decide_where_the_head_does_not_know(caption: str, purpose: str) -> None:
    judged = weighed(EVEN, caption)
    assert judged.label == purpose
    assert judged.score > 0.5
    assert not judged.uncertain
    assert cues(caption)[purpose]


def test_without_cues_the_head_decides() -> None:
    head = Judgement("testimony", 0.91, dict.fromkeys(PURPOSES, 0.01) | {"testimony": 0.91}, False)
    judged = weighed(head, "sore di dermaga")
    assert (judged.label, judged.uncertain) == ("testimony", False)
    assert judged.score == pytest.approx(0.91, abs=0.01)


@given(st.text(max_size=300), st.lists(st.floats(0, 1), min_size=10, max_size=10))
def test_probabilities_stay_probabilities(caption: str, shares: list[float]) -> None:
    total = sum(shares) or 1.0
    probabilities = {purpose: share / total for purpose, share in zip(PURPOSES, shares, strict=True)}
    judged = weighed(Judgement("education", 0.1, probabilities, True), caption)
    assert sum(judged.probabilities.values()) == pytest.approx(1, abs=0.002)
    assert judged.score == max(judged.probabilities.values())


@pytest.mark.parametrize(
    ("kind", "role", "expected"),
    [
        ("post", "official", True),
        ("post", "partner", True),
        ("post", "media", False),
        ("post", "public", False),
        ("comment", "official", False),
        ("dm", "official", False),
    ],
)
def test_only_posts_of_offices_and_partners_are_asked(kind: str, role: str, expected: bool) -> None:
    assert asked({"kind": kind}, role) is expected


@pytest.mark.parametrize(
    ("given_format", "caption", "expected"),
    [
        ("image", "Simak infografis berikut", "infographic"),
        ("carousel", "#Infografik besaran PKH", "infographic"),
        ("carousel", "Infographic: siapa penerima bansos?", "infographic"),
        ("image", "Selamat pagi", "image"),
        ("reel", "Versi infografis ada di unggahan sebelumnya", "reel"),
        ("video", "Geser untuk melihat", "video"),
        ("story", "", "story"),
        ("live", "Live bersama psikolog", "live"),
        (None, "Geser ➡️ untuk belajar", "carousel"),
        (None, "Tonton Reels kami", "reel"),
        (None, "🔴 LIVE Rapat kerja", "live"),
        (None, "VIDEO: Mensos meninjau dapur umum", "video"),
        (None, "Selamat pagi", None),
        (None, "", None),
    ],
)
def test_form_comes_from_the_platform_then_the_caption(
    given_format: str | None, caption: str, expected: str | None
) -> None:
    draft = {"kind": "post", "platform": "instagram", "post_format": given_format, "title": None, "text": caption}
    assert format_of(draft) == expected


def test_a_title_counts_and_a_comment_has_no_form() -> None:
    assert format_of({"kind": "post", "post_format": "image", "title": "Infografis", "text": ""}) == "infographic"
    assert format_of({"kind": "comment", "post_format": None, "text": "infografis dong min"}) is None


def test_the_head_and_the_cues_name_the_same_purposes() -> None:
    assert PURPOSE.labels == PURPOSES
