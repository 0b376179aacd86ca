"""The request that a search becomes, and the sentences for what the server refuses of it."""

from datetime import UTC, datetime, timedelta

import pytest
from elasticsearch.dsl import Search

from dengar.index import facets
from dengar.index.cursor import Cursor, read_cursor
from dengar.index.query import QueryError, build
from dengar.index.results import Count
from dengar.index.syntax import explain
from dengar.policy import load_policy

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def test_filters_and_order_of_the_request():
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 8, tzinfo=UTC)
    found = build("bansos", filters={"platform": "ig", "role": ["media"]}, since=since, until=until, size=5)
    body = found.to_dict()
    filters = body["query"]["bool"]["filter"]
    assert {"term": {"deleted": {"value": False}}} in filters or {"term": {"deleted": False}} in filters
    assert {"terms": {"platform": ["instagram"]}} in filters
    assert {"terms": {"author.role": ["media"]}} in filters
    between = {"gte": "2026-11-01T00:00:00.000Z", "lt": "2026-11-08T00:00:00.000Z"}
    assert {"range": {"published_at": between}} in filters
    assert body["size"] == 5
    assert body["sort"] == ["_score", {"published_at": {"order": "desc"}}, "id"]
    assert body["timeout"]


@pytest.mark.parametrize("options", [{"size": -1}, {"size": 1001}, {"sort": "terbaik"}, {"filters": {"since": "7d"}},
    {"filters": {"apa": "x"}}, {"filters": {"intent": "marah"}}])  # fmt: skip
def test_what_cannot_be_asked_is_said(options):
    with pytest.raises(QueryError, match=r"\.$"):
        build("bansos", **options)


@pytest.mark.parametrize(
    ("step", "since"), [("hour", None), ("hour", NOW - timedelta(days=365)), ("second", NOW - timedelta(hours=1))]
)
def test_a_timeline_has_an_end(step, since):
    with pytest.raises(QueryError, match=r"\.$"):
        facets.ask(Search(), [], step, since, NOW)


def test_an_unknown_facet_is_told_which_there_are():
    with pytest.raises(QueryError, match="hashtag"):
        facets.ask(Search(), ["warna"], None, None, NOW)


def test_a_figure_over_both_platforms_is_null_where_policy_lets_none_be():
    buckets = [
        {
            "key": "negative",
            "platforms": {"buckets": [{"key": "youtube", "doc_count": 2}, {"key": "instagram", "doc_count": 1}]},
        }
    ]
    answer = {"facet:sentiment": {"buckets": buckets}}
    declared = load_policy("sandbox")
    assert facets.read_facets(answer, ["sentiment"], declared)["sentiment"].counts[0].count == 3
    strict = facets.read_facets(answer, ["sentiment"], load_policy("strict"))["sentiment"]
    assert strict.counts == [Count("negative", 1, {"instagram": 1})]
    assert set(strict.off) == {"youtube"}


def test_a_cursor_comes_back_as_it_went():
    one = Cursor("pit", [1.5, 1795511100000, "yt:comment:a", None], "of")
    assert read_cursor(one.text(), "of") == one
    with pytest.raises(QueryError):
        read_cursor(one.text(), "of another")


def refusal(reason: str) -> dict:
    return {
        "error": {
            "type": "search_phase_execution_exception",
            "caused_by": {"type": "query_shard_exception", "reason": reason},
        }
    }


def test_refusals_of_the_server():
    assert "too many words" in explain(refusal("maxClauseCount is set to 1024"))
    assert "too many words" in explain(refusal("too_many_clauses"))
    assert "cannot be read" in explain(refusal("failed to create query"))
    assert explain({"error": {"type": "illegal_argument_exception", "reason": "something of ours"}}) is None


def test_without_an_index_facets_are_empty():
    assert facets.read_facets({}, ["platform"], load_policy("sandbox"))["platform"].counts == []
    assert facets.read_timeline({}, "day") == []
