"""An index is rebuilt by alias swap while it is written and read: nothing lost, nothing doubled."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from dengar.index import known_versions, search, write_records
from dengar.index.names import written_as
from dengar.index.rebuild import RebuildError, every, outdated, rebuild
from dengar.policy import load_policy
from tests.contracts.test_index import deletion, mention, word

pytestmark = pytest.mark.stack
POLICY = load_policy("sandbox")


@pytest.fixture(scope="module")
def elasticsearch(elasticsearch: Elasticsearch) -> Iterator[Elasticsearch]:
    yield elasticsearch
    for name in elasticsearch.indices.get(index="mentions-v1-youtube-1999.*", allow_no_indices=True):
        elasticsearch.indices.delete(index=name)


def records(count: int, month: str, text: str, first: int = 0, second: int = 0) -> list[dict]:
    return [
        mention(f"yt:comment:{text}-{first + number}", second, text=text, published_at=f"1999-{month}-01T00:00:00Z")
        for number in range(count)
    ]


def write(elasticsearch: Elasticsearch, *wanted: dict):
    return write_records(elasticsearch, [("deletion" if one["deleted"] is True else "mention", one) for one in wanted])


@pytest.mark.parametrize("times", [2, pytest.param(40, marks=pytest.mark.long)])
def test_live_indexing_loses_and_doubles_nothing(elasticsearch, times):
    """One thread writes, edits and deletes, another reads; the index is rebuilt in between."""
    w = word()
    month = "03" if times == 2 else "04"
    name = f"mentions-v1-youtube-1999.{month}"
    write(elasticsearch, *records(400, month, w))
    elasticsearch.indices.refresh(index="mentions")
    stop, wrong, rejected = threading.Event(), [], []
    written = 400

    def writer() -> None:
        nonlocal written
        while not stop.is_set() or written < 400 + 50 * times:
            rejected.extend(write(elasticsearch, *records(50, month, w, first=written)).rejected)
            written += 50
            write(elasticsearch, *records(5, month, w, first=written - 50, second=10))  # edits of the same ids
            write(elasticsearch, deletion(f"yt:comment:{w}-{written - 1}", 20))

    def reader() -> None:
        while not stop.is_set():
            try:
                page = search(elasticsearch, w, size=200, sort="newest", policy=POLICY)
            except Exception as error:  # noqa: BLE001 - whatever it is, a reader must not see it
                wrong.append(error)
                continue
            ids = [hit.mention["id"] for hit in page.hits]
            if len(set(ids)) != len(ids) or page.total < 390:
                wrong.append((page.total, len(ids), len(set(ids))))

    threads = [threading.Thread(target=writer), threading.Thread(target=reader)]
    for thread in threads:
        thread.start()
    try:
        made = [rebuild(elasticsearch, name).index for _ in range(1 if times == 2 else 3)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert made == [f"{name}-r{number}" for number in range(1, len(made) + 1)]
    assert wrong == []
    assert rejected == []
    elasticsearch.indices.refresh(index="mentions")
    deleted = (written - 400) // 50
    assert search(elasticsearch, w, size=0, policy=POLICY).total == written - deleted
    assert elasticsearch.count(index=name)["count"] == written
    held = known_versions(elasticsearch, [f"yt:comment:{w}-{number}" for number in range(written)])
    assert len(held) == written
    assert sum(one.deleted for one in held.values()) == deleted
    assert set(elasticsearch.indices.get_alias(index=made[-1])[made[-1]]["aliases"]) == {name, "mentions"}
    assert set(elasticsearch.indices.get(index=f"{name}*")) == {made[-1]}


def test_an_older_index_is_told_and_brought_to_the_templates_of_today(elasticsearch):
    name = "mentions-v1-youtube-1999.05"
    w = word()
    write(elasticsearch, *records(3, "05", w))
    elasticsearch.indices.put_mapping(index=name, meta={"owner": "dengar", "template_version": 1})
    assert name in outdated(elasticsearch, name)
    rebuild(elasticsearch, name)
    assert outdated(elasticsearch, name) == []
    assert every(elasticsearch, name) == [name]
    assert write(elasticsearch, *records(3, "05", w)).stale == 3
    assert write(elasticsearch.options(), *records(1, "05", w, first=3)).indexed == 1  # a writer that knows nothing yet


def test_a_rebuild_that_fails_leaves_the_old_index_in_use(elasticsearch, monkeypatch):
    from dengar.index import rebuild as module

    name = "mentions-v1-youtube-1999.06"
    w = word()
    write(elasticsearch, *records(3, "06", w))
    counts = iter([3, 2])
    monkeypatch.setattr(module, "_count", lambda *_: next(counts))
    with pytest.raises(RebuildError, match="nothing was changed"):
        rebuild(elasticsearch, name)
    assert not elasticsearch.indices.exists(index=f"{name}-r1")
    assert write(elasticsearch, *records(1, "06", w, first=3)).indexed == 1
    elasticsearch.indices.refresh(index=name)
    assert search(elasticsearch, w, policy=POLICY).total == 4


def test_names():
    assert written_as("mentions-v1-youtube-2026.11-r12") == "mentions-v1-youtube-2026.11"
    assert written_as("mentions-v1-youtube-2026.11") == "mentions-v1-youtube-2026.11"
