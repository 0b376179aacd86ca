"""Search finds informal Indonesian: floors on the judged set of bench/relevance, families of affixed words, and words near each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import pytest
from elasticsearch import Elasticsearch

from bench.relevance.measures import ndcg, recall
from bench.relevance.needs import KINDS, judged
from bench.relevance.systems import dengar, plain, remove
from dengar.index import write_records
from dengar.index.families import roots

pytestmark = pytest.mark.stack
ROOT = Path(__file__).resolve().parents[2]
FLOORS = {"exact": (0.95, 0.95), "informal": (0.85, 0.95), "obfuscated": (0.85, 0.95), "family": (0.95, 0.95)}
FAMILIES = {
    "adu": "pengaduan mengadu aduan diadukan mengadukan",
    "terima": "penerima menerima diterima penerimaan penerimanya",
    "cair": "pencairan mencairkan dicairkan cairnya",
    "kirim": "pengiriman mengirim dikirim pengirim",
    "potong": "pemotongan memotong dipotong terpotong",
    "mohon": "permohonan memohon pemohon",
    "cek": "mengecek dicek pengecekan ngecek",
}


@pytest.fixture(scope="module")
def elasticsearch(elasticsearch: Elasticsearch) -> Iterator[Elasticsearch]:
    yield elasticsearch
    remove(elasticsearch)


def test_the_judged_set_is_large_and_has_decoys():
    held = judged()
    relevant = {identity for query in held.queries for identity in query.grades}
    assert len(held.queries) >= 120
    assert all(sum(query.kind == kind for query in held.queries) >= 30 for kind in KINDS)
    assert len(set(held.documents) - relevant) >= 50
    assert len({query.text for query in held.queries}) == len(held.queries)
    assert all(query.grades for query in held.queries)


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.long)])
def test_what_is_meant_is_found_and_exact_queries_lose_nothing(elasticsearch, step):
    """Every fourth query of each kind; all of them in the long run, and in `python -m bench.relevance`."""
    held = judged()
    find = dengar(elasticsearch, held.documents)
    standard = plain(elasticsearch, held.documents, "standard")
    for kind, (least_ndcg, least_recall) in FLOORS.items():
        queries = [query for query in held.queries if query.kind == kind][::step]
        ranked = [find(query.text) for query in queries]
        figures = (
            mean(ndcg(found, query.grades) for found, query in zip(ranked, queries, strict=True)),
            mean(recall(found, query.grades) for found, query in zip(ranked, queries, strict=True)),
        )
        assert figures[0] >= least_ndcg, (kind, figures)
        assert figures[1] >= least_recall, (kind, figures)
        if kind == "exact":
            assert figures[0] >= mean(ndcg(standard(query.text), query.grades) for query in queries)
            assert figures[1] >= mean(recall(standard(query.text), query.grades) for query in queries)


def test_the_judged_texts_are_apart_from_the_phrases_of_the_sandbox():
    phrases = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "sandbox" / "phrases").rglob("*") if path.is_file()
    )
    assert phrases
    texts = [text for text in judged().documents.values() if len(text.split()) >= 4]
    assert [text for text in texts if text.lower() in phrases.lower()] == []


@pytest.mark.parametrize("root", FAMILIES)
def test_a_family_of_words_has_one_stem(elasticsearch, root):
    write_records(elasticsearch, [])
    name = "mentions-v1-youtube-2012.05"
    if not elasticsearch.indices.exists(index=name):
        elasticsearch.indices.create(index=name)
    text = f"{root} {FAMILIES[root]}"
    told = elasticsearch.indices.analyze(index=name, field="text.id", text=text)["tokens"]
    assert {token["token"] for token in told} == {root}
    assert root in roots()


def test_near_counts_words_between_in_either_order(elasticsearch):
    find = dengar(
        elasticsearch,
        {
            "close": "Antrean di kantor pos sejak subuh",
            "informal": "kntor pos antriiii bgt",
            "far": "Kantor pos buka. Sesudah satu dua tiga empat lima enam tujuh delapan kata barulah antrean",
        },
    )
    assert set(find('"kantor pos" NEAR/3 antre')) == {"close", "informal"}
    assert set(find('antre NEAR/3 "kantor pos"')) == {"close", "informal"}
    assert set(find('"kantor pos" NEAR/30 antre')) == {"close", "informal", "far"}
    assert set(find("(subuh OR bgt) NEAR/5 antr*")) == {"close", "informal"}
