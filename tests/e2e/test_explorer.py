"""The explorer as an analyst meets it: `dengar web` on the real stack, in a real browser.

Screenshots of the walk are kept in the test's temporary folder, `explorer*/`.
"""

from __future__ import annotations

import csv
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dengar.index import apply_templates, refresh, write_records
from dengar.index import client as open_client
from dengar.labels.mentions import indexed_mentions
from dengar.records import pack_version, timestamp
from dengar.settings import Settings
from tests.e2e.walking import TOKEN, Walk, served
from tests.unit.web.test_shield import hostile
from tests.unit.web.world import OFFICIAL, mention

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.timeout(900)]

RUN = uuid.uuid4().hex[:10]
WORD = f"penyaluran{RUN}"
ASKED, ANSWER, THREAD = f"ig:comment:{RUN}1", f"ig:comment:{RUN}2", f"yt:comment:{RUN}h"


def records() -> list[dict[str, Any]]:
    """A complaint with its answer, one of YouTube, and 200 hostile texts in one conversation."""
    now = datetime.now(UTC)

    def made(identity: str, minutes: int, **changes: Any) -> dict[str, Any]:
        at = now - timedelta(minutes=minutes)
        fields = {"published_at": timestamp(at), "observed_at": timestamp(at), "version": pack_version(at)}
        return mention(identity, **fields, **changes)

    asked = made(ASKED, 50, text=f"kok {WORD} bansos belum cair ya min")
    answer = made(
        ANSWER,
        20,
        kind="reply",
        conversation_id=ASKED,
        text="Mohon kirim datanya lewat pesan",
        author=OFFICIAL,
        actionable=False,
    )
    other = made(
        f"yt:comment:{RUN}3",
        40,
        text=f"{WORD} lancar, terima kasih",
        actionable=False,
        intent={"label": "praise", "score": 0.9, "uncertain": False, "origin": "model"},
    )
    wild = [
        made(
            f"{THREAD}{number}",
            10,
            text=text,
            title=text[:100],
            conversation_id=THREAD,
            hashtags=[text[:60]],
            permalink=text[:400],
        )
        for number, text in enumerate(hostile())
    ]
    return [asked, answer, other, *wild]


@pytest.fixture(scope="module")
def settings(request: pytest.FixtureRequest) -> Settings:
    return Settings.from_environment(request.getfixturevalue("stack").environment())


@pytest.fixture(scope="module")
def explorer(request: pytest.FixtureRequest, settings: Settings) -> Iterator[str]:
    """Address of a running `dengar web` over the corpus."""
    index = open_client(settings)
    apply_templates(index)
    assert write_records(index, [("mention", one) for one in records()]).rejected == []
    refresh(index)
    index.close()
    with served(request.getfixturevalue("stack")) as address:
        yield address


def test_an_analyst_walks_from_the_morning_to_a_corrected_label(explorer, browser, pictures, settings):
    walk = Walk(browser, explorer, pictures)
    page = walk.page
    page.goto("/")
    assert page.locator("h1").inner_text() == "Pagi ini"
    walk.look("1-pagi-ini")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip", "the keyboard may jump to the content"
    page.get_by_role("link", name="Cari", exact=True).click()
    page.fill("#q", WORD)
    page.keyboard.press("Enter")
    page.get_by_text("2 sebutan").wait_for()
    walk.look("2-cari")

    page.locator(".facets").get_by_role("link", name="keluhan").click()
    page.get_by_text("1 sebutan").wait_for()
    assert page.get_by_role("link", name="Lepaskan maksud keluhan").is_visible()
    walk.look("3-saringan")

    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh hasil ini (CSV)").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["id"], row["intent"]) == (ASKED, "complaint")

    page.get_by_role("link", name=f"Percakapan {ASKED}").click()
    page.get_by_text("Mohon kirim datanya lewat pesan").wait_for()
    assert page.get_by_text("Dijawab akun resmi").is_visible()
    walk.look("4-percakapan")

    page.get_by_role("link", name=f"Rincian {ASKED}").click()
    page.get_by_text("hanya membaca").wait_for()
    page.locator("#content").get_by_role("link", name="Masuk").click()
    page.fill("#token", TOKEN)
    page.fill("#nickname", "sari")
    walk.look("5-masuk")
    page.get_by_role("button", name="Masuk").click()
    page.select_option("#set-intent", "question")
    page.select_option("#set-category", "bpnt_sembako")
    walk.look("6-label")
    page.get_by_role("button", name="Simpan").click()
    page.get_by_text("Koreksi nomor 1 tersimpan").wait_for()
    walk.look("7-tersimpan")
    assert corrected(settings, ASKED) == {"intent": ("question", "hand"), "category": ("bpnt_sembako", "hand")}
    page.reload()
    assert page.locator("table").get_by_text("manusia").count() == 2

    page.get_by_role("link", name="Kesehatan data").click()
    page.get_by_text("Diam bukan nol.").wait_for()
    walk.look("8-kesehatan")
    page.get_by_role("link", name="English").click()
    assert page.locator("h1").inner_text() == "Data health"
    for name, address in (
        ("9-complaints", "/complaints"),
        ("10-trends", "/trends"),
        ("11-content", "/content"),
        ("12-campaigns", "/campaigns"),
    ):
        page.goto(address)
        walk.look(name)
    page.set_viewport_size({"width": 390, "height": 800})
    for name, address in (
        ("13-phone-morning", "/"),
        ("14-phone-search", f"/search?q={WORD}"),
        ("15-phone-mention", f"/mentions/{ASKED}"),
    ):
        page.goto(address)
        walk.look(name)
    page.close()
    assert len(list(pictures.glob("*.png"))) >= 15


def corrected(settings: Settings, identity: str) -> dict[str, tuple[str, str]]:
    """What searches tell of intent and category once the correction went through topics and DAGs."""
    index = open_client(settings)
    try:
        deadline = time.monotonic() + 240
        while (found := indexed_mentions(index, [identity])[identity])["label_revision"] == 0:
            assert time.monotonic() < deadline, "the correction never reached the index"
            time.sleep(0.5)
        return {name: (found[name]["label"], found[name]["origin"]) for name in ("intent", "category")}
    finally:
        index.close()


def test_200_hostile_strings_are_inert_in_a_browser(explorer, browser, pictures):
    walk = Walk(browser, explorer, pictures)
    page = walk.page
    page.goto(f"/conversations/{THREAD}")
    assert page.locator("article.mention").count() == 200
    walk.look("hostile", whole=False)
    for address in (
        f"/mentions/{THREAD}0",
        "/search?sort=newest",
        '/search?q="><script>alert(1)</script>',
        "/?day=<script>",
        "/trends",
    ):
        page.goto(address)
        assert page.evaluate("document.querySelectorAll('script, iframe, object, embed, style, base').length") == 0
        assert (
            page.evaluate(
                "[...document.querySelectorAll('*')].some(e => [...e.attributes].some(a => a.name.startsWith('on')))"
            )
            is False
        )
        walk.said[:] = [told for told in walk.said if "status of 400" not in told]
        assert (walk.said, walk.elsewhere) == ([], [])
    page.close()
