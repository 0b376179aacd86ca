"""Hostile texts, names and labels: inert in the page, plain characters in the PDF."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from dengar.registers import Campaign, Registers
from dengar.report.html import html
from dengar.report.pdf import pdf
from dengar.report.show.blocks import plain
from dengar.report.weekly import build
from tests.unit.report.corpus import NOW, WEEK_TOLD, MemorySource, judged, mention
from tests.unit.report.told import page, scope

HOSTILE = [
    "<script>alert(1)</script> bansos belum cair di desa kami sejak lama",
    "<img src=x onerror=alert(1)> bantuan belum turun sejak bulan lalu min",
    '"><svg/onload=alert(1)> kenapa belum juga cair sampai hari ini',
    "</bdi></blockquote></main><h1>DIRETAS</h1> sudah tiga bulan menunggu",
    "{{ 7*7 }} {% include '/etc/passwd' %} ${7*7} bantuan belum sampai",
    "javascript:alert(1) klik https://jahat.example/?q=<b> belum cair juga",
    '#panic("typst") #read("/etc/passwd") belum cair sejak tiga bulan',
    '#import "@preview/x:1.0.0" #eval("1") $x$ *tebal* _miring_ `kode` belum cair',
    "] } ) \\ \" ' // /* komentar */ = Judul\n\n#pagebreak() belum cair juga min",
    "\u202etxet desrever\u202c \u2066isolasi\u2069 belum cair di kampung kami",
    "\x00\x07\x1b[31mmerah\x1b[0m belum cair sejak lebaran kemarin pak",
    "a" * 5_000,
    "😭🔥👩‍👩‍👧 belum cair 漢字 مرحبا ꦲꦤ bantuan untuk ibu saya",
    "&lt;script&gt; &amp;amp; &#x3c;b&#x3e; belum cair padahal sudah daftar",
    "<style>*{display:none}</style><meta http-equiv=refresh content=0> belum cair",
    "<a href='//jahat.example'>klik</a><iframe srcdoc='<script>1</script>'></iframe> belum",
]
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "p", "h1", "h2", "h3", "div", "section", "span", "img", "ol", "li",
    "b", "ul", "figure", "figcaption", "i", "table", "thead", "tbody", "tr", "th", "td", "blockquote", "cite", "em", "bdi", "footer", "br",
}  # fmt: skip


class Tags(HTMLParser):
    """Every element and attribute of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


GROUPS = [HOSTILE[at : at + 4] for at in range(0, len(HOSTILE), 4)]
MATTERS = ("pkh", "app_system", "fraud_levy", "dtsen_data")


@pytest.fixture(scope="module", params=GROUPS, ids=range(len(GROUPS)))
def hostile(request):
    """Each text of the group stands as an example of a complaint, as a rise, and in a campaign's name."""
    texts = request.param
    source = MemorySource(
        [
            mention(f"ig:comment:{at}", "instagram", WEEK_TOLD.since + timedelta(hours=at), text=text, **judged("complaint", matter))
            for at, (text, matter) in enumerate(zip(texts, MATTERS, strict=True))
        ],
        trends=[
            {
                "id": f"topic:instagram:{at}", "kind": "topic", "label": text[:200], "platform": "instagram",
                "start": "2026-11-18T02:00:00Z", "end": None, "severity": 6, "observed": 60.0, "expected": 3.0,
                "authors": 40, "mentions": 90, "formula": "trends/1", "explanation": {"id": text, "en": text},
            }
            for at, text in enumerate(texts)
        ],
    )  # fmt: skip
    campaign = Campaign("jahat", " ".join(texts)[:300], (), (), None, None, "campaign")
    report = replace(build(scope(source)), campaign="jahat")
    return source, report, page(report, source, registers=Registers(campaigns=(campaign,)))


def test_the_page_has_our_elements_only_and_no_handler(hostile):
    _, _, told = hostile
    tags = Tags()
    tags.feed(html(told))
    assert {tag for tag, _ in tags.elements} <= ALLOWED
    for tag, attributes in tags.elements:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert set(attributes) <= {
            "lang",
            "charset",
            "http-equiv",
            "content",
            "name",
            "class",
            "src",
            "alt",
            "style",
            "scope",
        }
        assert (attributes.get("src") or "data:").startswith("data:image/svg+xml;base64,") or "src" not in attributes
    assert sum(tag == "meta" for tag, _ in tags.elements) == 4
    assert sum(tag == "h1" for tag, _ in tags.elements) == 1


def test_all_of_them_are_shown(hostile):
    source, _, told = hostile
    quotes = next(block for part in told["sections"] for block in part["blocks"] if block["kind"] == "quotes")
    assert {text for item in quotes["items"] for text in item["texts"]} == {
        plain(row["text"]) for row in source.rows.values()
    }


def test_the_pdf_takes_it_as_text(hostile):
    _, _, told = hostile
    assert pdf(told, made_at=NOW).startswith(b"%PDF")


def test_texts_are_cut_and_lose_what_turns_or_controls_the_line():
    assert len(plain("a" * 5_000)) == 400
    assert plain("satu\n\ndua\x00\u202etiga") == "satu dua tiga".replace("dua tiga", "duatiga")
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x00-\x1f]", plain("\u202ea\u2066b\x1bc"))


def test_the_frozen_report_holds_no_text(hostile):
    source, report, _ = hostile
    grievances = [row.as_dict() for row in report.figures.all("grievance")]
    assert len(grievances) == len(source.rows)
    assert not [row for row in source.rows.values() if row["text"][:40] in str(grievances)]
