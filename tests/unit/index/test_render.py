"""The table of hits."""

import io

from rich.console import Console

from dengar.index.render import remarks, show_page, summary
from dengar.index.results import END, START, Hit, SearchPage
from dengar.policy import Verdict


def hit(text, marked=None, **changes):
    mention = {
        "published_at": "2026-11-24T10:00:00.000Z",
        "platform": "youtube",
        "kind": "comment",
        "title": None,
        "text": text,
        "author": {"key": "k7q2", "role": "public", "handle": None, "name": None},
    }
    return Hit(1.0, {**mention, **changes}, marked or {})


def shown(*hits, colour=False):
    out = io.StringIO()
    show_page(
        Console(file=out, width=120, force_terminal=colour, color_system="standard" if colour else None),
        SearchPage(1, list(hits), 2),
    )
    return out.getvalue()


def test_time_is_jakartas_and_the_row_says_where_and_who():
    text = shown(hit("salam", author={"key": "youtube:UCx", "role": "official", "handle": "@dinas", "name": "Dinas"}))
    assert "2026-11-24 17:00" in text
    assert "youtube comment" in text
    assert "@dinas (official)" in text


def test_markup_and_marks_never_reach_the_terminal_as_such():
    text = shown(hit("[red]awas[/red]", {"text": f"[red]{START}awas{END}[/red]"}))
    assert "[red]awas[/red]" in text
    assert START not in text
    assert END not in text


def test_matches_are_marked():
    assert "\x1b[1;33mcair\x1b[0m" in shown(hit("belum cair", {"text": f"belum {START}cair{END}"}), colour=True)


def test_a_long_text_is_shown_around_its_first_match():
    long = "pembuka " * 100 + "inti" + " penutup" * 100
    text = " ".join(shown(hit(long, {"text": long.replace("inti", f"{START}inti{END}")})).split())
    assert "inti" in text
    assert text.count("pembuka") < 20
    assert "…" in text


def test_a_title_comes_first_and_a_withheld_author_is_said():
    withheld = {"key": None, "role": "unknown", "handle": None, "name": None}
    text = shown(hit("isi", title="Judul", author=withheld))
    assert text.index("Judul") < text.index("isi")
    assert "withheld" in text


def test_no_hits_print_no_table():
    assert shown() == ""


def test_the_summary_says_what_is_not_exact():
    assert summary(SearchPage(1, [], 4)) == "1 hit in 4 ms"
    assert summary(SearchPage(12, [], 4)) == "12 hits in 4 ms"
    assert summary(SearchPage(10_000, [], 4, total_is_exact=False)) == "more than 10,000 hits in 4 ms"
    assert "some are missing" in summary(SearchPage(3, [], 2000, complete=False))


def test_remarks_tell_how_the_query_was_read_and_what_policy_hides():
    verdict = Verdict(False, None, "dimatikan kebijakan: contoh", None)
    page = SearchPage(
        0, [], 1, read_as={"b4nsos": "bansos"}, off={"youtube": {"sentiment": verdict, "intent": verdict}}
    )
    assert remarks(page) == ["read as: b4nsos → bansos", "youtube: intent, sentiment: dimatikan kebijakan: contoh"]
    assert remarks(SearchPage(0, [], 1)) == []
