"""The explorer under each profile: what is off is not shown, counted or searched by, and says why."""

from __future__ import annotations

import re

import pytest

from tests.unit.web.world import Explorer

JUDGEMENTS = ("keluhan", "pujian", "negatif", "2026.11.1", "90 %")


def test_strict_shows_no_judgement_of_youtube_anywhere():
    explorer = Explorer("strict")
    page = explorer.get("/mentions/yt:comment:1")
    body = re.sub(r"<select.*?</select>|<details.*?</details>", "", page, flags=re.DOTALL)
    assert not [word for word in JUDGEMENTS if re.search(rf"<td[^>]*>\s*{re.escape(word)}", body)]
    assert page.count("dimatikan kebijakan") >= 9
    assert "pass the audit of the API project" in page
    assert "keluhan" in explorer.get("/mentions/ig:comment:3"), "Instagram's are allowed"

    search = explorer.get("/search?platform=youtube")
    hits = search[search.index('id="hits"') :]
    assert "dimatikan kebijakan" in hits
    assert not re.search(r'class="chip (intent|tone)', hits)
    facets = search[search.index('class="facets"') : search.index('id="hits"')]
    assert "YouTube: dimatikan kebijakan" in facets
    assert "intent=complaint" not in facets


def test_strict_counts_no_judgement_of_youtube():
    explorer = Explorer("strict")
    page = explorer.get("/")
    card = page[page.index('class="card youtube"') : page.index('class="card instagram"')]
    assert card.count("dimatikan kebijakan") == 3
    assert "platform=youtube&amp;actionable" not in card
    for address in ("/trends", "/content", "/complaints"):
        assert "YouTube: dimatikan kebijakan" in explorer.get(address), address
    assert "yt:comment:1" not in explorer.get("/complaints?state=all&days=30")
    assert "sentiment_over_time" not in page
    table = explorer.get("/trends")
    intent = table[table.index("<h2>Maksud sebutan</h2>") : table.index("<h2>Tagar terbanyak</h2>")]
    assert "<td><bdi>Instagram</bdi></td>" in intent
    assert "<td><bdi>YouTube</bdi></td>" not in intent


def test_strict_finds_no_youtube_mention_by_a_judgement():
    page = Explorer("strict").get("/search?intent=complaint")
    assert "yt:comment:1" not in page
    assert "ig:comment:3" in page


@pytest.mark.parametrize(("profile", "apart"), [("strict", False), ("audited", False), ("sandbox", False)])
def test_every_page_opens_under_every_profile(profile, apart):
    explorer = Explorer(profile)
    for address in ("/", "/search", "/complaints", "/trends", "/content", "/campaigns", "/campaigns/peduli", "/health"):
        assert f"Profil kebijakan: {profile}" in explorer.get(address)


def test_the_sandbox_profile_says_that_its_data_is_invented():
    assert "semua isi dan nama rekaan" in Explorer("sandbox").get("/")
    assert "semua isi dan nama rekaan" not in Explorer("strict").get("/")


def test_hand_labels_of_youtube_cannot_be_set_under_strict():
    explorer = Explorer("strict")
    secret = explorer.sign_in()
    page = explorer.get("/mentions/yt:comment:1")
    assert "Label tangan di YouTube: dimatikan kebijakan" in page
    assert 'name="intent"' not in page
    assert 'name="language"' in page
    address = "/mentions/yt:comment:1/labels"
    assert explorer.client.post(address, data={"secret": secret, "intent": "praise"}).status_code == 400
    assert explorer.labels.labels == {}
    assert explorer.client.post(address, data={"secret": secret, "language": "jv"}).status_code == 303
