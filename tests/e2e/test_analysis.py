"""The embedded Elasticsearch analyses as a full distribution does: the same names, the same parameters."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from dengar.local.stack import Stack

pytestmark = pytest.mark.stack

ANALYSIS: dict[str, Any] = {
    "char_filter": {
        "slang": {"type": "mapping", "mappings": ["yg => yang", "bpk\\u0020 => bapak\\u0020"]},
        "stretched": {"type": "pattern_replace", "pattern": "(.)\\1{2,}", "replacement": "$1"},
    },
    "tokenizer": {
        "commas": {"type": "pattern", "pattern": ","},
        "grams": {"type": "edge_ngram", "min_gram": 1, "max_gram": 3, "token_chars": ["letter"]},
    },
    "filter": {
        "stem": {"type": "stemmer", "language": "indonesian"},
        "prefixes": {"type": "edge_ngram", "min_gram": 2, "max_gram": 5},
        "long": {"type": "length", "min": 4},
        "short": {"type": "truncate", "length": 3},
        "kept": {"type": "keyword_marker", "keywords": ["pengaduan"]},
        "taught": {"type": "stemmer_override", "rules": ["mengadukan, pengaduan => adu"]},
        "same": {"type": "synonym_graph", "synonyms": ["bansos, bantuan sosial"]},
        "letters": {"type": "pattern_replace", "pattern": "[^a-z]"},
        "parts": {"type": "word_delimiter_graph", "type_table": ["# => ALPHA"]},
        "articles": {"type": "elision", "articles": ["l"]},
    },
    "analyzer": {
        "exact": {"type": "indonesian", "stem_exclusion": ["pengaduan"]},
        "folded": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding", "stem", "unique"]},
        "start": {"tokenizer": "whitespace", "filter": ["lowercase", "asciifolding", "prefixes"]},
        "clean": {"char_filter": ["html_strip", "slang", "stretched"], "tokenizer": "commas", "filter": ["trim"]},
        "gram": {"tokenizer": "grams", "filter": ["lowercase"]},
        "synonyms": {"tokenizer": "standard", "filter": ["lowercase", "same"]},
        "words": {"tokenizer": "whitespace", "filter": ["parts", "flatten_graph"]},
        "marked": {"tokenizer": "standard", "filter": ["lowercase", "kept", "stem"]},
        "overridden": {"tokenizer": "standard", "filter": ["lowercase", "taught", "short"]},
        "lengths": {"tokenizer": "standard", "filter": ["long"]},
        "only_letters": {"tokenizer": "keyword", "filter": ["lowercase", "letters"]},
        "digits": {"tokenizer": "standard", "filter": ["decimal_digit"]},
        "elided": {"tokenizer": "whitespace", "filter": ["articles"]},
    },
    "normalizer": {"handle": {"type": "custom", "filter": ["lowercase", "asciifolding", "trim"]}},
}

ANALYSED = [
    ("indonesian", "Pengaduan warga dan mengadukan bantuannya", ["adu", "warga", "adu", "bantu"]),
    ("english", "The complaints of running people", ["complaint", "run", "peopl"]),
    ("exact", "pengaduan yang mengadukan", ["pengaduan", "adu"]),
    ("folded", "Pengaduan MENGADUKAN kafé", ["adu", "kafe"]),
    ("start", "Bansós", ["ba", "ban", "bans", "banso"]),
    ("clean", "<b>yg</b> mantaaap , dua", ["yang mantap", "dua"]),
    ("gram", "A1bcd", ["a", "b", "bc", "bcd"]),
    ("synonyms", "bansos", ["bantuan", "bansos", "sosial"]),
    ("words", "Wi-Fi #BansosCair", ["Wi", "Fi", "#Bansos", "Cair"]),
    ("marked", "pengaduan mengadukan", ["pengaduan", "adu"]),
    ("overridden", "mengadukan bantuan", ["adu", "ban"]),
    ("lengths", "di desa itu bantuan", ["desa", "bantuan"]),
    ("only_letters", "Ban-Sos 2026", ["bansos"]),
    ("digits", "٣ bulan", ["3", "bulan"]),
    ("elided", "l'aide", ["aide"]),
]


def call(stack: Stack, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(
        stack.elasticsearch.address + path, data, {"Content-Type": "application/json"}, method=method
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=120) as response:
            return response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


@pytest.fixture(scope="module")
def index(stack: Stack) -> Iterator[str]:
    name = "analysis-of-the-embedded-server"
    call(stack, "DELETE", f"/{name}")
    mappings = {
        "properties": {
            "text": {"type": "text", "analyzer": "indonesian"},
            "handle": {"type": "keyword", "normalizer": "handle"},
        }
    }
    status, answer = call(
        stack, "PUT", f"/{name}", {"settings": {"number_of_replicas": 0, "analysis": ANALYSIS}, "mappings": mappings}
    )
    assert status == 200, answer
    yield name
    call(stack, "DELETE", f"/{name}")


@pytest.mark.parametrize(("analyzer", "text", "tokens"), ANALYSED, ids=[row[0] for row in ANALYSED])
def test_analysis_under_elasticsearchs_own_names(
    stack: Stack, index: str, analyzer: str, text: str, tokens: list[str]
) -> None:
    status, answer = call(stack, "POST", f"/{index}/_analyze", {"analyzer": analyzer, "text": text})
    assert status == 200, answer
    assert [token["token"] for token in answer["tokens"]] == tokens


def test_filters_without_settings_need_no_definition(stack: Stack) -> None:
    body = {"tokenizer": "keyword", "filter": ["asciifolding", "uppercase", "reverse"], "text": "kafé"}
    status, answer = call(stack, "POST", "/_analyze", body)
    assert status == 200, answer
    assert [token["token"] for token in answer["tokens"]] == ["EFAK"]


def test_a_stemmer_that_is_not_there_is_refused(stack: Stack) -> None:
    body = {"settings": {"analysis": {"filter": {"x": {"type": "stemmer", "language": "klingon"}}}}}
    status, answer = call(stack, "PUT", "/refused", body)
    assert status == 400
    assert "no stemmer for [klingon]" in answer["error"]["reason"]


def test_a_stored_text_is_found_by_its_stem_and_its_normalized_handle(stack: Stack, index: str) -> None:
    call(stack, "PUT", f"/{index}/_doc/1?refresh=true", {"text": "Warga mengadukan bantuan", "handle": " Dinsós "})
    for query in ({"match": {"text": "pengaduan"}}, {"term": {"handle": "DINSOS"}}):
        _, answer = call(stack, "POST", f"/{index}/_search", {"query": query})
        assert [hit["_id"] for hit in answer["hits"]["hits"]] == ["1"]


def test_a_snapshot_repository_is_allowed_in_the_state_folder(stack: Stack) -> None:
    location = str(stack.elasticsearch.folder / "snapshots" / "one")
    status, answer = call(stack, "PUT", "/_snapshot/one", {"type": "fs", "settings": {"location": location}})
    assert status == 200, answer
