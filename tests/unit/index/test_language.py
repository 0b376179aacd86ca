"""The query language: what people type, the tree and the request it becomes, and sentences that point at the character of a mistake."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.index.compiled import Compiler
from dengar.index.fields import FIELDS, names, values
from dengar.index.language import And, Asked, Near, Not, Or, Phrase, Tag, Word, parse
from dengar.index.query import build
from dengar.index.results import QueryError
from dengar.policy import load_policy

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("bansos cair", And((Word("bansos", 0), Word("cair", 7)))),
        ("bansos AND cair", And((Word("bansos", 0), Word("cair", 11)))),
        ("a OR b c", Or((Word("a", 0), And((Word("b", 5), Word("c", 7)))))),
        ("bansos -lansia", And((Word("bansos", 0), Not(Word("lansia", 8))))),
        ("NOT (a OR b)", Not(Or((Word("a", 5), Word("b", 10))))),
        ('"belum cair"', Phrase("belum cair", 0)),
        ("“belum cair”", Phrase("belum cair", 0)),
        (r'"kata \"kutip\""', Phrase('kata "kutip"', 0)),
        ("cair*", Word("cair", 0, begins=True)),
        ("#PKH", Tag("PKH", 0)),
        ("#pkh*", Tag("pkh", 0, begins=True)),
        ("a NEAR/7 b", Near(7, Word("a", 0), Word("b", 9), 2)),
        ("a NEAR b", Near(5, Word("a", 0), Word("b", 7), 2)),
        ("Role:media", Asked("role", Word("media", 5), 0)),
        ("author.role:media", Asked("author.role", Word("media", 12), 0)),
        ("id:yt:comment:a", Asked("id", Word("yt:comment:a", 3), 0)),
        ("role:(media OR mitra)", Asked("role", Or((Word("media", 6), Word("mitra", 15))), 0)),
        ("https://contoh.id", Word("https://contoh.id", 0)),
        ("10:30", Word("10:30", 0)),
        ("24/7", Word("24/7", 0)),
        (r"Pak\:", Word("Pak:", 0)),
        ("b*ngsat", Word("b*ngsat", 0)),
        ("covid-19", Word("covid-19", 0)),
        ("e\u0301", Word("é", 0)),
        ("ANDI ORANG", And((Word("ANDI", 0), Word("ORANG", 5)))),
    ],
)
def test_what_people_type_is_read_as_they_mean_it(typed, tree):
    assert parse(typed) == tree


@pytest.mark.parametrize(
    ("typed", "position", "words"),
    [
        ("", None, "empty"),
        ("  ", None, "empty"),
        ("bansos (", 8, "at its end"),
        ("bansos )", 7, "character 8"),
        ('cair "belum', 5, "never closed"),
        ("AND cair", 0, "AND at character 1"),
        ("bansos AND OR cair", 11, "OR at character 12"),
        ("bansos OR", 9, "at its end"),
        ("*cair", 0, "begins with *"),
        ("bansos c*", 7, "two letters"),
        ("bansos NEAR/99 cair", 7, "50 words"),
        ("sentimen:negatif", 0, "did you mean sentiment:"),
        ("bansos intent:marah", 14, "complaint"),
        ("actionable:mungkin", 11, "true"),
        ("since:kemarin", 6, "not a time"),
        ("likes:banyak", 6, "likes:>10"),
        ("has:apa", 4, "hashtag"),
        ("a NEAR/5 (b c)", 10, "NEAR joins"),
        ("a NEAR/5 NOT b", 9, "character 10"),
        ("role:(a NEAR b)", 8, "role: takes"),
        ("(" * 13 + "a" + ")" * 13, 12, "nested"),
        ("x" * 2001, 2000, "2,000"),
        ("a " * 101, 200, "100"),
    ],
)
def test_a_mistake_is_told_with_its_place(typed, position, words):
    with pytest.raises(QueryError, match=r"\.$") as told:
        build(typed, now=NOW)
    assert told.value.position == position
    assert words in str(told.value)


OPERATORS = [
    "AND",
    "OR",
    "NOT",
    "NEAR/3",
    "(",
    ")",
    '"',
    "*",
    "-",
    "#a",
    "\\",
    ":",
    "since:",
    "role:",
    "intent:",
    "bansos",
    "b4nsos",
    "\u202e",
]


@given(st.one_of(st.text(max_size=120), st.lists(st.sampled_from(OPERATORS), max_size=30).map(" ".join)))
def test_no_query_does_more_than_be_refused(text):
    try:
        body = build(text, now=NOW).to_dict()
    except QueryError as error:
        assert str(error).endswith(".")  # noqa: PT017
        assert error.position is None or 0 <= error.position <= 2_000  # noqa: PT017
    else:
        assert body["timeout"]
        assert "query_string" not in str(body)
        assert "regexp" not in str(body)


def test_words_are_asked_for_as_written_and_as_enrichment_restores_them():
    compiler = Compiler(NOW)
    compiler.query(parse("b4nsos blm cair J4KS4 4GUN6"))
    assert compiler.read_as == {"b4nsos": "bansos", "blm": "belum", "J4KS4": "jaksa", "4GUN6": "agung"}


def test_words_written_apart_are_read_together():
    compiler = Compiler(NOW)
    compiler.query(parse("b a n s o s blm cair"))
    assert compiler.read_as["b a n s o s"] == "bansos"


def test_exact_is_asked_as_typed():
    body = str(build("exact:b4nsos", now=NOW).to_dict()["query"])
    assert "text.exact" in body
    assert "'bansos'" not in body


def test_indonesian_and_english_values_are_the_same():
    assert build("sentiment:negatif", now=NOW).to_dict() == build("sentiment:negative", now=NOW).to_dict()
    assert build("actionable:ya", now=NOW).to_dict() == build("actionable:true", now=NOW).to_dict()


def test_every_other_spelling_names_a_value_of_the_schema():
    for field in FIELDS:
        if field.kind == "keyword" and field.words:
            assert {value for _, value in field.words} <= set(values(field.name)), field.name


def test_every_field_can_be_asked():
    for name in names():
        if name.startswith(("since", "until")):
            continue
        value = "*" if name != "has" else "title"
        assert build(f"{name}:{value}", now=NOW).to_dict()["query"]


def test_a_field_that_policy_hides_leaves_its_platform_out():
    compiler = Compiler(NOW, load_policy("strict"))
    found = compiler.query(parse("NOT sentiment:negatif")).to_dict()
    assert found["bool"]["must_not"][0]["bool"]["must_not"] == [{"terms": {"platform": ["youtube"]}}]
    assert compiler.off["youtube"]["sentiment"].reason.startswith("dimatikan kebijakan")
    assert Compiler(NOW, load_policy("sandbox")).query(parse("sentiment:negatif")).to_dict() == {
        "term": {"sentiment.label": "negative"}
    }


def test_times_in_the_query_bound_it():
    body = build("bansos since:7d until:2026-11-24", now=NOW).to_dict()["query"]
    assert "2026-11-18T03:00:00.000Z" in str(body)
    assert "2026-11-24T17:00:00.000Z" in str(body)
