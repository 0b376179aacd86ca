"""Every page, in both languages: what stands on it, what is missing is said, nothing is a blank."""

from __future__ import annotations

import html
import re

import pytest

from dengar.index.connection import IndexUnavailable
from dengar.log import LogError
from dengar.web.words import words
from tests.unit.web.world import Explorer, mention

PAGES = (
    "/", "/?day=2026-11-20", "/search", "/search?q=bansos&intent=complaint&since=7d", "/search?sort=newest&platform=youtube",
    "/mentions/yt:comment:1", "/conversations/ig:comment:3?at=ig:comment:3", "/why", "/why?asked=yt:comment:1", "/complaints",
    "/complaints?state=all&days=30&category=pkh", "/trends", "/content", "/campaigns", "/campaigns/peduli", "/partners/mitra", "/health",
    "/sign-in",
)  # fmt: skip


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    return Explorer("sandbox")


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_there_in_both_languages(address):
    explorer = Explorer("sandbox")
    mark = "&" if "?" in address else "?"
    for language, other in (("id", "English"), ("en", "Bahasa Indonesia")):
        page = explorer.get(f"{address}{mark}lang={language}")
        assert f'<html lang="{language}">' in page
        assert other in page
        assert page.count("<h1") == 1
        assert "<script" not in page
        assert " style=" not in page


def test_the_language_that_was_chosen_stays():
    explorer = Explorer("sandbox")
    assert "This morning" in explorer.get("/?lang=en")
    assert "This morning" in explorer.get("/")
    assert "Pagi ini" in explorer.get("/?lang=id")


def test_the_catalogues_say_the_same_things():
    one, other = words("id"), words("en")
    assert one._sentences.keys() == other._sentences.keys()
    assert {name: rows.keys() for name, rows in one._labels.items()} == {
        name: rows.keys() for name, rows in other._labels.items()
    }
    holes = re.compile(r"\{(\w+)\}")
    for key, sentence in one._sentences.items():
        assert set(holes.findall(sentence)) == set(holes.findall(other._sentences[key])), key


def test_every_label_of_the_schema_has_a_name():
    from dengar.index.fields import values

    for field in (
        "kind",
        "role",
        "format",
        "intent",
        "category",
        "sentiment",
        "urgency",
        "toxicity",
        "spam",
        "purpose",
    ):
        for language in ("id", "en"):
            assert set(values(field)) <= set(words(language).labels(field)), field


def test_the_morning_counts_since_the_last_working_day_ended(explorer):
    page = explorer.get("/")
    assert "Sen 23 Nov 2026 16.00 WIB sampai Sel 24 Nov 2026 09.00 WIB" in page
    cards = re.findall(r'class="big"><a href="[^"]*platform=(\w+)[^"]*">(\d+)</a>', page)
    assert cards == [("youtube", "2"), ("instagram", "1")], "without the official account's and last week's"
    assert "Lihat pagi itu" not in page


def test_a_morning_without_anything_new_says_what_is_newest(explorer):
    old = [mention("yt:comment:9", published_at="2026-10-05T03:00:00.000Z")]
    page = Explorer("sandbox", old).get("/")
    assert "Sebutan terbaru terbit Sen 5 Okt 2026 10.00 WIB" in page
    assert "/?day=2026-10-05" in page
    assert "Indeks masih kosong" in Explorer("sandbox", []).get("/")


def test_who_waits_stands_with_deadline_and_the_answered_do_not(explorer):
    page = explorer.get("/complaints")
    assert "yt:comment:1" in page
    assert "ig:comment:3" not in page, "an official account answered it"
    answered = explorer.get("/complaints?state=answered")
    assert "ig:comment:3" in answered
    assert "yt:comment:1" not in answered
    assert "lewat batas" in explorer.get("/complaints?state=overdue&days=30")


def test_search_narrows_and_its_links_are_deep(explorer):
    page = explorer.get("/search?q=bansos")
    assert "4 sebutan" in page
    facet = html.unescape(re.findall(r'href="(/search\?[^"]*intent=praise[^"]*)"', page)[0])
    narrowed = explorer.get(facet)
    assert "1 sebutan" in narrowed
    assert "terima kasih bansos" in narrowed
    assert 'aria-label="Lepaskan maksud pujian"' in narrowed
    assert "belum cair" not in narrowed


def test_a_mistake_in_the_query_points_at_its_place(explorer):
    page = explorer.get('/search?q="', 400)
    assert 'role="alert"' in page
    assert "<mark>&#34;</mark>" in page
    assert "bukan waktu" in explorer.get("/search?since=kemarin", 400)
    explorer.get("/complaints?days=10000000000000000000000", 400)
    explorer.get("/complaints?day=0001-01-01&days=400", 400)
    explorer.get("/?day=banjir", 400)


def test_a_conversation_shows_its_turns_in_order_and_its_post(explorer):
    page = explorer.get("/conversations/ig:comment:3")
    assert page.index("Cara cek bansos") < page.index("bansos kapan cair min") < page.index("Silakan kirim lewat pesan")
    assert "Dijawab akun resmi Sel 24 Nov 2026 08.00 WIB" in page
    explorer.get("/conversations/none", 404)


def test_what_was_deleted_or_never_there_is_said(explorer):
    assert "telah dihapus" in explorer.get("/mentions/yt:comment:gone", 404)
    assert "Tidak ada sebutan" in explorer.get("/mentions/yt:comment:none", 404)
    assert "Halaman itu tidak ada" in explorer.get("/nowhere", 404)


def test_null_is_not_zero(explorer):
    page = explorer.get("/mentions/yt:comment:1")
    assert re.search(r"balasan</dt><dd>– <span class=\"note\">disembunyikan", page)


def test_silence_is_not_zero(explorer):
    page = explorer.get("/health")
    assert "Diam bukan nol." in page
    assert re.search(r"youtube\.comments</th><td><bdi>terdengar", page)
    assert re.search(r"instagram\.stories</th><td><bdi>tidak didengar: angka sejak itu tidak diketahui", page)
    assert "gagal: token &lt;expired&gt;" in page
    assert "story kedaluwarsa: 3" in page
    assert "index_mentions: 12 rekaman menunggu" in page


def test_without_kafka_reading_goes_on_and_the_state_is_unknown():
    explorer = Explorer("sandbox")
    explorer.collection.fares = LogError("Kafka does not answer")
    assert "tidak diketahui (bukan baik, bukan buruk)" in explorer.get("/health")
    assert "Tidak diketahui: Kafka tidak menjawab" in explorer.get("/")
    assert "Riwayat butuh Kafka" in Explorer("sandbox", why=None).get("/why?asked=yt:comment:1", 400)


@pytest.mark.parametrize("address", [one for one in PAGES if not one.startswith(("/why", "/sign-in"))])
def test_without_elasticsearch_every_page_says_so(address):
    explorer = Explorer("sandbox")
    explorer.archive.broken = IndexUnavailable("Elasticsearch does not answer")
    page = explorer.get(address, 503)
    assert "Elasticsearch tidak menjawab" in page
    assert "dengar up" in page
    assert "Coba lagi" in page


def test_figures_have_a_picture_an_alternative_and_a_table(explorer):
    page = explorer.get("/trends")
    pictures = re.findall(r'<img src="data:image/svg\+xml;base64,[^"]+" alt="([^"]+)"', page)
    assert len(pictures) == 5
    assert all("seluruhnya, terbanyak" in told for told in pictures)
    assert page.count("Angkanya sebagai tabel") >= 5
    empty = Explorer("sandbox", []).get("/trends")
    assert '<img src="data:' not in empty
    assert empty.count("Tidak ada sebutan dalam rentang ini.") == 5


def test_saved_searches_are_a_click_away():
    explorer = Explorer("sandbox", searches=lambda: [("bansos-macet", 'bansos AND "belum cair"')])
    page = explorer.get("/search")
    assert 'href="/search?q=bansos+AND+%22belum+cair%22">bansos-macet</a>' in page
    assert "Pencarian tersimpan" not in Explorer("sandbox").get("/search")
