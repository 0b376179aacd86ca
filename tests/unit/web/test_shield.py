"""What stands around every answer, and 200 hostile strings that stay text."""

from __future__ import annotations

import random
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import orjson

from dengar.web.figures import render
from dengar.web.shield import HEADERS
from dengar.web.text import marked, outside, short
from tests.unit.web.world import Explorer, mention

SEEDS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "javascript:alert(1)", "{{ 7 * 7 }}",
    "{% raw %}", "</textarea><script>", "<iframe srcdoc='<script>'>", "' OR 1=1 --", "<style>*{display:none}</style>", "&lt;b&gt;",
    "<a href='javascript:1'>klik</a>", "<base href=//jahat.example>", "<meta http-equiv=refresh content=0>", "\u202eterbalik\u202c",
    "السلام عليكم bansos", "שלום", "\u200b\u200d\ufeff", "A" * 3000, "🧕🏽" * 300, "<!--", "]]>", "<form action=//jahat.example>",
    "\ue000<b>\ue001", "\ue001\ue000", "%00", "\x07\x1b[31m", "<bdi dir=rtl>", "<math><mi xlink:href=javascript:1>", "<title></title>",
)  # fmt: skip


def hostile() -> list[str]:
    """200 strings: the seeds, and pairs of them."""
    chance = random.Random(7)
    return [*SEEDS, *(f"{chance.choice(SEEDS)} {chance.choice(SEEDS)}" for _ in range(200 - len(SEEDS)))]


class Elements(HTMLParser):
    """Counts elements and collects what could run or lead away."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, int] = {}
        self.bad: list[Any] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names[tag] = self.names.get(tag, 0) + 1
        for name, value in attributes:
            told = (value or "").strip().lower()
            if (
                name.startswith("on")
                or name == "style"
                or (name in ("href", "src", "action") and told.startswith(("javascript", "//", "vb")))
            ):
                self.bad.append((tag, name, value))


def elements(page: str) -> Elements:
    read = Elements()
    read.feed(page)
    return read


def corpus(texts: list[str]) -> list[dict[str, Any]]:
    """A mention a text: in every field that people fill."""
    made = []
    for number, text in enumerate(texts):
        entity = {"type": "place", "start": 0, "end": 1, "text": text[:200], "code": None}
        who = {"key": f"k{number}", "role": "media", "handle": text[:100], "name": text[:200]}
        fields = {
            "text": text,
            "title": text[:100],
            "hashtags": [text[:60]],
            "entities": [entity],
            "author": who,
            "permalink": text,
        }
        made.append(mention(f"yt:comment:{number}", **fields, campaigns=[text[:30]], conversation_id="utas"))
    return made


def test_200_hostile_strings_stay_text():
    texts = hostile()
    assert len(texts) == 200
    tame = Explorer("sandbox", corpus(["teks biasa"] * 200))
    wild = Explorer("sandbox", corpus(texts))
    for address in (
        "/conversations/utas",
        "/search?sort=oldest",
        "/complaints?state=all&days=30",
        "/",
        "/mentions/yt:comment:0",
    ):
        expected, found = elements(tame.get(address)), elements(wild.get(address))
        assert found.bad == [], address
        harmless = {
            "mark",
            "li",
            "a",
            "span",
            "tr",
            "td",
            "bdi",
            "section",
            "h3",
            "ul",
            "img",
            "div",
            "p",
            "details",
            "summary",
            "abbr",
        }
        odd = {name: n for name, n in found.names.items() if name not in harmless and n != expected.names.get(name, 0)}
        assert odd == {}, address
    for number in range(0, 200, 7):
        assert elements(wild.get(f"/mentions/yt:comment:{number}")).bad == []


def test_hostile_parameters_come_back_inert():
    explorer = Explorer("sandbox")
    asked = (
        ("/search", "q"), ("/search", "hashtag"), ("/search", "since"), ("/why", "asked"), ("/sign-in", "then"),
        ("/complaints", "category"), ("/complaints", "state"), ("/", "day"), ("/trends", "days"), ("/health", "lang"),
    )  # fmt: skip
    for text in SEEDS:
        for address, name in asked:
            answer = explorer.client.get(address, params={name: text})
            assert answer.status_code in (200, 400), (address, name)
            assert elements(answer.text).bad == []
            assert "<script" not in answer.text
        answer = explorer.client.get(f"/mentions/{quote(text[:50])}")
        assert answer.status_code == 404
        assert elements(answer.text).bad == []


def test_headers_stand_around_every_answer():
    explorer = Explorer("sandbox")
    for address in ("/", "/nowhere", "/static/style.css", "/search?since=kemarin"):
        answer = explorer.client.get(address)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (address, name)
    policy = HEADERS["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert explorer.client.get("/").headers["cache-control"] == "no-store"
    assert "httponly" in explorer.client.get("/?lang=en").headers["set-cookie"].lower()


def test_a_foreign_host_name_and_other_methods_are_refused():
    explorer = Explorer("sandbox")
    assert explorer.client.get("/", headers={"host": "jahat.example"}).status_code == 421
    assert explorer.client.put("/").status_code == 405
    assert explorer.client.post("/sign-in", data={"token": "x" * 70_000}).status_code == 413


def test_links_lead_to_the_platforms_only():
    assert outside("https://www.youtube.com/watch?v=a")
    assert outside("https://www.instagram.com/p/a/")
    for address in (
        "javascript:alert(1)", "http://www.youtube.com/", "https://youtube.com.jahat.example/", "https://jahat.example/youtube.com",
        "//youtube.com", "https://[bad", "", None, "https://youtube.com/\u202e", "data:text/html,x",
    ):  # fmt: skip
        assert not outside(address), address


def test_marks_are_balanced_whatever_the_text_holds():
    assert marked("a \ue000<b>\ue001 c") == "a <mark>&lt;b&gt;</mark> c"
    assert marked("\ue001x\ue000y") == "xy"
    cut = short("x" * 900 + "\ue000cocok\ue001" + "y" * 900, 300)
    assert cut.startswith("… ")
    assert "<mark>cocok</mark>" in marked(cut)
    assert marked(short("\ue000" + "z" * 900 + "\ue001", 100)).endswith("</mark> …")


def test_a_hostile_label_is_drawn_and_ends_no_process() -> None:
    rows = [{"kata": text[:60], "n": number} for number, text in enumerate([*hostile(), "\ufffe", "\x00", "\x0b\x7f"])]
    encoding = {"y": {"field": "kata", "type": "nominal"}, "x": {"field": "n", "type": "quantitative"}}
    spec = {"data": {"values": rows}, "mark": "bar", "encoding": encoding}
    svg = render(orjson.dumps(spec).decode(), "id")
    seen = Elements()
    seen.feed(svg)
    assert seen.names.keys() & {"script", "iframe", "form", "base", "meta", "style", "img"} == set()
    assert "[31m" in svg
