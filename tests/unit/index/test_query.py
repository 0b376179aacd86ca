"""The request that a query becomes, and the sentences for those that cannot be read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.index.query import QueryError, build
from dengar.index.syntax import explain, readable


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ('bansos AND "belum cair"', 'bansos AND "belum cair"'),
        ("#bansos", "hashtags:bansos"),
        ("(#bansos OR #pkh*) cair", "(hashtags:bansos OR hashtags:pkh*) cair"),
        ('"#bansos: a/b"', '"#bansos: a/b"'),
        ("24/7", r"24\/7"),
        (r"24\/7", r"24\/7"),
        ("jam 10:30", r"jam 10\:30"),
        ("https://contoh.id", r"https\:\/\/contoh.id"),
        ("author.role:official", "author.role:official"),
        ("post_id:yt:video:a", r"post_id:yt\:video\:a"),
        ("provenance.raw:x", r"provenance.raw\:x"),
        ("e\u0301", "é"),
        ('a "open #b', 'a "open hashtags:b'),
    ],
)
def test_what_people_type_is_read_as_they_mean_it(typed, read):
    assert readable(typed) == read


@given(st.text(max_size=200))
def test_no_query_starts_a_regular_expression(text):
    outside = "".join(part for number, part in enumerate(readable(text).split('"')) if number % 2 == 0)
    unescaped = outside.replace("\\\\", "").replace("\\/", "")
    if '"' not in text and "\\" not in text:
        assert "/" not in unescaped


def test_filters_and_order_of_the_request():
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 8, tzinfo=UTC)
    body = build(
        "bansos", filters={"platform": "instagram", "role": ["media"]}, since=since, until=until, size=5
    ).to_dict()
    filters = body["query"]["bool"]["filter"]
    assert {"term": {"deleted": False}} in [_plain(one) for one in filters]
    assert {"terms": {"platform": ["instagram"]}} in [_plain(one) for one in filters]
    assert {"terms": {"author.role": ["media"]}} in [_plain(one) for one in filters]
    between = {"gte": "2026-11-01T00:00:00.000Z", "lt": "2026-11-08T00:00:00.000Z"}
    assert {"range": {"published_at": between}} in [_plain(one) for one in filters]
    assert body["size"] == 5
    assert body["sort"] == ["_score", {"published_at": {"order": "desc"}}, "id"]
    assert body["timeout"]
    asked = body["query"]["bool"]["must"][0]["query_string"]
    assert asked["allow_leading_wildcard"] is False
    assert asked["default_operator"] == "and"


def _plain(one):
    return {kind: {field: _value(value) for field, value in inner.items()} for kind, inner in one.items()}


def _value(value):
    return value["value"] if isinstance(value, dict) and set(value) == {"value"} else value


def test_deleted_mentions_are_never_asked_for():
    for query in ("*", "bansos"):
        filters = build(query).to_dict()["query"]["bool"]["filter"]
        assert {"term": {"deleted": False}} in [_plain(one) for one in filters]


@pytest.mark.parametrize(("query", "size"), [("", 10), ("   ", 10), ("x" * 2001, 10), ("x", -1), ("x", 1001)])
def test_what_cannot_be_asked_is_said(query, size):
    with pytest.raises(QueryError, match=r"\.$"):
        build(query, size=size)


def refusal(reason: str) -> dict:
    return {
        "error": {
            "type": "search_phase_execution_exception",
            "caused_by": {"type": "query_shard_exception", "reason": reason},
        }
    }


def test_the_place_of_a_mistake_is_that_of_what_was_typed():
    told = refusal('Encountered " ")" ") "" at line 1, column 24.')
    sentence = explain(told, "#bansos AND cair) x")  # read as hashtags:bansos, nine characters more less the sign
    assert "character 17" in sentence
    assert "') x'" in sentence


def test_a_mistake_at_the_end():
    assert "at its end" in explain(refusal('Encountered "<EOF>" at line 1, column 8.'), "bansos (")


def test_other_refusals():
    wildcard = refusal("Cannot parse '*a': '*' or '?' not allowed as first character in WildcardQuery")
    assert "begins with *" in explain(wildcard, "*a")
    assert "too many words" in explain(refusal("maxClauseCount is set to 1024"), "a*")
    assert "cannot be read" in explain(refusal("Failed to parse query [a~9]"), "a~9")
    assert explain({"error": {"type": "illegal_argument_exception", "reason": "something of ours"}}, "a") is None
