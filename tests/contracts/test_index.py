"""The index on a real server: versions, tombstones, strict mappings, look-ups and search.

Every test writes ids and words of its own, so the server may be shared and need not be empty.
"""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import orjson
import pytest
import typer
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from dengar.index import (
    QueryError,
    apply_templates,
    known_versions,
    pages,
    search,
    write_records,
)
from dengar.index import find as find_module
from dengar.index import writer as writer_module
from dengar.index.commands import register
from dengar.index.templates import templates
from dengar.policy import load_policy
from dengar.records import ENRICHMENT_REVISION, content_hash, deletion_version, pack_version, timestamp

pytestmark = pytest.mark.stack
START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def word() -> str:
    """A word that no other text has."""
    return "kata" + uuid.uuid4().hex[:12]


def mention(identity: str | None = None, second: int = 0, **changes: Any) -> dict[str, Any]:
    observed = START + timedelta(seconds=second)
    text = changes.get("text", "salam")
    record = {
        "id": identity or f"yt:comment:{uuid.uuid4().hex}",
        "platform": "youtube",
        "kind": "comment",
        "post_format": None,
        "post_id": "yt:video:contoh",
        "conversation_id": "yt:comment:contoh",
        "parent_id": "yt:video:contoh",
        "permalink": None,
        "title": None,
        "text": text,
        "text_normalised": text.lower(),
        "text_truncated": False,
        "language": {"code": "id", "confidence": 0.9},
        "hashtags": [],
        "mentions": [],
        "links": [],
        "domains": [],
        "pii": {},
        "author": {"key": "k7q2", "role": "public", "handle": None, "name": None},
        "engagement": {"likes": 1, "replies": None},
        "published_at": timestamp(START - timedelta(hours=1)),
        "edited_at": None,
        "observed_at": timestamp(observed),
        "expires_at": timestamp(observed + timedelta(days=30)),
        "content_version": content_hash(text),
        "version": pack_version(observed),
        "enrichment_revision": ENRICHMENT_REVISION,
        "label_revision": 0,
        "deleted": False,
        "collected": {"via": "youtube.comments", "ownership": "owned", "backfill": False},
        "provenance": {"raw": "raw.youtube/0/1", "formulas": {}},
    }
    return {**record, **changes}


def deletion(identity: str, second: int = 0) -> dict[str, Any]:
    observed = START + timedelta(seconds=second)
    return {
        "id": identity,
        "platform": "youtube",
        "post_id": "yt:video:contoh",
        "conversation_id": None,
        "deleted": True,
        "reason": "not_found",
        "deleted_at": None,
        "observed_at": timestamp(observed),
        "version": deletion_version(observed),
        "provenance": {"raw": "raw.youtube/0/2", "formulas": {}},
    }


def write(elasticsearch: Elasticsearch, *records: dict[str, Any]):
    items = [("deletion" if record["deleted"] is True else "mention", record) for record in records]
    return write_records(elasticsearch, items)


def refresh(elasticsearch: Elasticsearch) -> None:
    elasticsearch.indices.refresh(index="mentions,messages,tombstones,metrics,accounts", ignore_unavailable=True)


def live(elasticsearch: Elasticsearch, identity: str) -> list[str]:
    """Texts of the live documents of an id, wherever they lie."""
    refresh(elasticsearch)
    page = elasticsearch.search(
        index="mentions,messages",
        ignore_unavailable=True,
        query={"bool": {"filter": [{"ids": {"values": [identity]}}, {"term": {"deleted": False}}]}},
    )
    return [hit["_source"]["text"] for hit in page["hits"]["hits"]]


def found(elasticsearch: Elasticsearch, query: str, **filters: Any) -> set[str]:
    refresh(elasticsearch)
    return {hit.mention["id"] for hit in search(elasticsearch, query, size=100, **filters).hits}


# --- templates -------------------------------------------------------------------------------------------------------


def test_templates_can_be_applied_again_and_again(elasticsearch):
    first = apply_templates(elasticsearch)
    assert apply_templates(elasticsearch) == first
    write(elasticsearch, mention())
    index = "mentions-v1-youtube-2026.11"
    held = elasticsearch.indices.get(index=index)[index]
    assert set(held["aliases"]) == {"mentions"}
    assert held["mappings"]["dynamic"] == "strict"
    assert held["settings"]["index"]["refresh_interval"] == "500ms"


def test_an_index_of_an_older_template_gets_the_new_fields(elasticsearch):
    """As after an upgrade: the index was made before the field was known, and its mapping is strict."""
    name = "mentions-v1-youtube-2019.03"
    elasticsearch.indices.delete(index=name, ignore_unavailable=True)
    older = templates()["dengar-mention"]
    properties = older["template"]["mappings"]["properties"]
    del properties["intent"], properties["signature"], properties["language"]["properties"]["mixed"]
    elasticsearch.cluster.put_component_template(name="dengar-mention", body=older)
    elasticsearch.indices.create(index=name)
    try:
        apply_templates(elasticsearch)
        held = elasticsearch.indices.get_mapping(index=name)[name]["mappings"]["properties"]
        assert held["intent"]["properties"]["label"]["type"] == "keyword"
        assert held["signature"]["type"] == "keyword"
        assert set(held["language"]["properties"]) == {"code", "confidence", "mixed"}
    finally:
        elasticsearch.indices.delete(index=name)


def test_an_index_is_made_by_our_template_even_if_the_template_was_lost(elasticsearch):
    elasticsearch.indices.delete_index_template(name="dengar-mentions")
    fresh = elasticsearch.options()
    assert write(fresh, mention(published_at="2011-03-01T00:00:00Z")).indexed == 1
    mapping = elasticsearch.indices.get_mapping(index="mentions-v1-youtube-2011.03")
    assert [held["mappings"]["dynamic"] for held in mapping.values()] == ["strict"]


# --- writes ----------------------------------------------------------------------------------------------------------


def test_all_four_types_are_stored_and_a_repeat_changes_nothing(elasticsearch):
    tag = uuid.uuid4().hex
    gone = deletion(f"yt:comment:{tag}-gone")
    common = {key: mention()[key] for key in ("observed_at", "expires_at", "version", "collected", "provenance")}
    metrics = {
        **common,
        "id": f"yt:video:{tag}@1",
        "platform": "youtube",
        "object_id": f"yt:video:{tag}",
        "object_type": "post",
        "post_id": f"yt:video:{tag}",
        "period": "lifetime",
        "end_time": None,
        "values": {"views": 9_000_000_000, "likes": None, "a_new_metric": 3},
        "unavailable": {"likes": "hidden"},
    }
    account = {
        **common,
        "id": f"yt:channel:{tag}",
        "platform": "youtube",
        "role": "official",
        "handle": "@dinas.contoh",
        "name": "Dinas Contoh",
        "created_at": None,
        "content_version": "a",
    }
    items = [("mention", mention(f"yt:comment:{tag}")), ("metrics", metrics), ("account", account), ("deletion", gone)]
    report = write_records(elasticsearch, items)
    assert (report.indexed, report.stale, report.rejected) == (4, 0, [])
    again = write_records(elasticsearch, items)
    assert (again.indexed, again.stale, again.rejected) == (0, 4, [])
    stored = elasticsearch.get(index="metrics-v1-2026.11", id=metrics["id"])
    assert stored["_source"] == metrics
    assert stored["_version"] == metrics["version"]


def test_an_older_version_never_overwrites_a_newer_one(elasticsearch):
    identity = mention()["id"]
    assert write(elasticsearch, mention(identity, 10, text="baru")).indexed == 1
    report = write(elasticsearch, mention(identity, 5, text="lama"))
    assert (report.indexed, report.stale) == (0, 1)
    assert live(elasticsearch, identity) == ["baru"]


def test_a_deletion_empties_the_document_at_once_and_an_old_edit_stays_out(elasticsearch):
    identity = mention()["id"]
    write(elasticsearch, mention(identity, 0, text="rahasia"))
    assert write(elasticsearch, deletion(identity, 10)).indexed == 1  # within the refresh interval of its mention
    assert live(elasticsearch, identity) == []
    body = elasticsearch.get(index="mentions-v1-youtube-2026.11", id=identity)["_source"]
    assert body["deleted"] is True
    assert "text" not in body
    assert "author" not in body
    assert write(elasticsearch, mention(identity, 5, text="rahasia")).stale == 1
    assert live(elasticsearch, identity) == []


def test_a_deletion_that_comes_first_keeps_the_mention_out(elasticsearch):
    identity = mention()["id"]
    write(elasticsearch, deletion(identity, 10))
    assert write(elasticsearch, mention(identity, 0)).stale == 1
    assert live(elasticsearch, identity) == []


def test_what_is_seen_again_after_its_deletion_is_live_again(elasticsearch):
    identity = mention()["id"]
    write(elasticsearch, mention(identity, 0), deletion(identity, 10))
    write(elasticsearch, mention(identity, 20, text="kembali"))
    write(elasticsearch, deletion(identity, 10))
    assert live(elasticsearch, identity) == ["kembali"]


def test_a_deletion_between_the_look_and_the_write_of_its_mention_still_wins(elasticsearch, monkeypatch):
    identity = mention()["id"]
    real, looks = writer_module.tombstones, []

    def look(*arguments):
        seen = real(*arguments)
        looks.append(seen)
        if len(looks) == 1:  # another writer's deletion comes right after our first look
            write(elasticsearch, deletion(identity, 10))
        return seen

    monkeypatch.setattr(writer_module, "tombstones", look)
    write(elasticsearch, mention(identity, 0, text="rahasia"))
    assert looks[0] == {}
    assert live(elasticsearch, identity) == []


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_order_of_versions_in_any_batches_ends_in_one_state(elasticsearch, data):
    identity = mention()["id"]
    seconds = data.draw(st.lists(st.integers(0, 50), min_size=1, max_size=6, unique=True))
    records = [
        deletion(identity, s) if data.draw(st.booleans()) else mention(identity, s, text=f"teks {s}") for s in seconds
    ]
    order = data.draw(st.permutations(records + data.draw(st.lists(st.sampled_from(records), max_size=3))))
    while order:
        size = data.draw(st.integers(1, len(order)))
        write(elasticsearch, *order[:size])
        order = order[size:]
    last = max(records, key=lambda record: record["version"])
    assert live(elasticsearch, identity) == ([] if last["deleted"] else [last["text"]])
    known = known_versions(elasticsearch, [identity])[identity]
    assert (known.version, known.deleted) == (last["version"], last["deleted"])


def test_a_post_whose_publication_moved_is_there_once(elasticsearch):
    for order in permutations(range(3)):
        identity = f"yt:video:{uuid.uuid4().hex}"
        versions = [
            mention(identity, 0, kind="post", post_id=identity, published_at="2026-08-01T00:00:00Z", text="terjadwal"),
            mention(identity, 10, kind="post", post_id=identity, published_at="2026-09-01T00:00:00Z", text="tayang"),
            mention(
                identity, 20, kind="post", post_id=identity, published_at="2026-08-01T00:00:00Z", text="tayang lagi"
            ),
        ]
        for place in order:
            write(elasticsearch, versions[place])
        assert live(elasticsearch, identity) == ["tayang lagi"]
        refresh(elasticsearch)
        assert known_versions(elasticsearch, [identity])[identity].version == versions[2]["version"]
        write(elasticsearch, deletion(identity, 30))
        assert live(elasticsearch, identity) == []


def test_bad_documents_are_rejected_and_the_others_written(elasticsearch):
    good = [mention() for _ in range(40)]
    unknown = mention(surprise="apa saja")
    clash = mention(engagement={"likes": "rina@contoh.id", "replies": None})
    long_id = mention("yt:comment:" + "x" * 512)
    before = len(str(elasticsearch.indices.get_mapping(index="mentions-v1-youtube-2026.11")))
    batch = [*good, unknown, clash, long_id]
    random.Random(7).shuffle(batch)
    report = write(elasticsearch, *batch)
    assert report.indexed == 40
    reasons = {rejected.id: rejected.reason for rejected in report.rejected}
    assert reasons == {
        unknown["id"]: "index.strict_dynamic_mapping_exception",
        clash["id"]: "index.document_parsing_exception",
        long_id["id"]: "index.id_length",
    }
    details = " ".join(rejected.detail for rejected in report.rejected)
    assert "rina" not in details
    assert "surprise" in details
    assert "engagement.likes" in details
    assert len(str(elasticsearch.indices.get_mapping(index="mentions-v1-youtube-2026.11"))) == before


# --- look-ups --------------------------------------------------------------------------------------------------------


def test_known_versions_of_more_than_a_thousand_ids(elasticsearch):
    tag = uuid.uuid4().hex
    records = [mention(f"yt:comment:{tag}-{number}", number) for number in range(1200)]
    write(elasticsearch, *records)
    refresh(elasticsearch)
    known = known_versions(elasticsearch, [*(record["id"] for record in records), "yt:comment:nowhere"])
    assert len(known) == 1200
    assert all(known[record["id"]].version == record["version"] for record in records)
    assert known[records[0]["id"]].content_version == records[0]["content_version"]


def test_known_versions_sees_deletions_of_what_was_never_here(elasticsearch):
    gone = deletion(mention()["id"])
    write(elasticsearch, gone)
    refresh(elasticsearch)
    known = known_versions(elasticsearch, [gone["id"]])[gone["id"]]
    assert (known.version, known.deleted, known.content_version) == (gone["version"], True, None)


# --- search ----------------------------------------------------------------------------------------------------------


def test_boolean_and_phrase_queries(elasticsearch):
    w = word()
    late = mention(text=f"Bansos {w} belum cair di desa kami")
    paid = mention(text=f"Bansos {w} cair, belum pernah secepat ini")
    other = mention(text=f"Jadwal {w} kegiatan")
    write(elasticsearch, late, paid, other)
    assert found(elasticsearch, w) == {late["id"], paid["id"], other["id"]}
    assert found(elasticsearch, f'{w} AND "belum cair"') == {late["id"]}
    assert found(elasticsearch, f"{w} bansos") == {late["id"], paid["id"]}
    assert found(elasticsearch, f"{w} AND NOT bansos") == {other["id"]}
    assert found(elasticsearch, f"{w} (desa OR jadwal)") == {late["id"], other["id"]}
    assert found(elasticsearch, f"{w} kegi*") == {other["id"]}


def test_indonesian_stems_keep_the_small_words(elasticsearch):
    w = word()
    record = mention(text=f"{w} pencairan belum dilakukan")
    write(elasticsearch, record)
    for query in (f"{w} mencairkan", f"{w} cair", f'{w} AND stem:"cair belum"'):
        assert found(elasticsearch, query) == {record["id"]}
    assert found(elasticsearch, f'{w} AND "sudah dilakukan"') == set()


def test_either_unicode_form_accents_and_emoji_are_found(elasticsearch):
    w = word()
    composed, apart = mention(text=f"{w} kafé"), mention(text=f"{w} kafe\u0301")
    family = mention(text=f"{w} 👨‍👩‍👧 hadir")
    write(elasticsearch, composed, apart, family)
    for query in ("kafé", "kafe\u0301", "kafe", "KAFÉ"):
        assert found(elasticsearch, f"{w} {query}") == {composed["id"], apart["id"]}
    assert found(elasticsearch, f"{w} 👨‍👩‍👧") == {family["id"]}


def test_hashtags_and_their_beginnings(elasticsearch):
    w = word()
    record = mention(text="tanpa kata lain", hashtags=[f"{w}cair", "bansos"])
    write(elasticsearch, record)
    assert found(elasticsearch, f"#{w}cair") == {record["id"]}
    assert found(elasticsearch, f"#{w.upper()}Cair") == {record["id"]}
    assert found(elasticsearch, f"#{w}*") == {record["id"]}
    assert found(elasticsearch, f"hashtag:{w}*") == {record["id"]}
    assert found(elasticsearch, f"#{w}") == set()


def test_filters(elasticsearch):
    w = word()
    youtube = mention(text=w)
    instagram = mention(
        f"ig:comment:{uuid.uuid4().hex}",
        text=w,
        platform="instagram",
        post_id="ig:media:1",
        published_at=timestamp(START - timedelta(days=3)),
        author={"key": "instagram:1", "role": "official", "handle": "dinas.contoh", "name": "Dinas Contoh"},
    )
    write(elasticsearch, youtube, instagram)
    assert found(elasticsearch, w, filters={"platform": "instagram"}) == {instagram["id"]}
    assert found(elasticsearch, w, filters={"role": ["public"]}) == {youtube["id"]}
    assert found(elasticsearch, w, since=START - timedelta(days=1)) == {youtube["id"]}
    assert found(elasticsearch, w, until=START - timedelta(days=1)) == {instagram["id"]}
    assert found(elasticsearch, f"{w} author.handle:dinas.contoh") == {instagram["id"]}


def test_equal_scores_come_newest_first(elasticsearch):
    w = word()
    old, new = (mention(text=w, published_at=timestamp(START - timedelta(hours=hours))) for hours in (5, 2))
    write(elasticsearch, old, new)
    refresh(elasticsearch)
    first, second = search(elasticsearch, w).hits
    assert first.score == second.score
    assert (first.mention["id"], second.mention["id"]) == (new["id"], old["id"])


def test_direct_messages_only_when_asked_for(elasticsearch):
    w = word()
    thread = "ig:thread:1~2"
    message = mention(
        f"ig:message:{uuid.uuid4().hex}",
        text=w,
        platform="instagram",
        kind="dm",
        post_id=thread,
        conversation_id=thread,
    )
    write(elasticsearch, message)
    assert found(elasticsearch, w) == set()
    assert found(elasticsearch, w, include_messages=True) == {message["id"]}
    write(elasticsearch, deletion(message["id"], 10))
    assert found(elasticsearch, w, include_messages=True) == set()


def test_hits_are_marked_and_carry_no_raw_coordinates(elasticsearch):
    w = word()
    write(elasticsearch, mention(text=f"{w} belum dicairkan"))
    refresh(elasticsearch)
    (hit,) = search(elasticsearch, f"{w} cair").hits
    assert hit.marked["text"] == f"\ue000{w}\ue001 belum \ue000dicairkan\ue001"
    assert "provenance" not in hit.mention
    assert isinstance(hit.mention["version"], int)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("bansos (", "at its end"),
        ('"belum', "at character 1"),
        ("AND", "character 1"),
        ("#bansos AND #cair) x", "character 18"),
        ("*cair", "begins with"),
        ("a NEAR/5 (b c)", "character 11"),
        ("intent:keluhann", "character 8"),
    ],
)
def test_a_query_with_a_mistake_says_where(elasticsearch, query, words):
    with pytest.raises(QueryError, match=r"\.$") as told:
        search(elasticsearch, query)
    assert words in str(told.value)


@given(query=st.text(alphabet='ab "()[]{}*?:/\\~^+-!&|#@<>=.é٣', max_size=25))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_query_brings_down_more_than_itself(elasticsearch, query):
    try:
        page = search(elasticsearch, query, size=1)
    except QueryError as error:
        assert str(error).endswith(".")  # noqa: PT017
    else:
        assert page.total >= 0


def test_the_verb(elasticsearch, monkeypatch, request):
    w = word()
    record = mention(text=f"{w} belum cair")
    write(elasticsearch, record)
    refresh(elasticsearch)
    stack = request.getfixturevalue("stack")
    monkeypatch.setenv("DENGAR_ELASTICSEARCH_URL", stack.environment()["DENGAR_ELASTICSEARCH_URL"])
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    run = CliRunner()
    table = run.invoke(app, ["search", f'{w} AND "belum cair"', "--since", "2026-11-24"])
    assert table.exit_code == 0
    assert "belum cair" in table.stdout
    assert "1 hit in" in table.stdout
    line = run.invoke(app, ["search", w, "--json"])
    assert line.stdout.count("\n") == 1
    assert record["id"] in line.stdout
    nothing = run.invoke(app, ["search", word(), "--json"])
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    mistake = run.invoke(app, ["search", "bansos ("])
    assert mistake.exit_code == 2
    assert "at its end" in mistake.stderr


def test_pages_by_a_cursor_are_those_of_one_moment(elasticsearch):
    w = word()
    records = [mention(text=w, published_at=timestamp(START - timedelta(minutes=n))) for n in range(5)]
    write(elasticsearch, *records)
    refresh(elasticsearch)
    first = search(elasticsearch, w, sort="newest", size=2, paged=True)
    write(elasticsearch, mention(text=w, published_at=timestamp(START - timedelta(seconds=90))))
    refresh(elasticsearch)
    second = search(elasticsearch, w, sort="newest", size=2, cursor=first.cursor)
    third = search(elasticsearch, w, sort="newest", size=2, cursor=second.cursor)
    seen = [hit.mention["id"] for page in (first, second, third) for hit in page.hits]
    assert seen == [record["id"] for record in records]
    assert third.cursor is None
    assert [len(page.hits) for page in pages(elasticsearch, w, size=3)] == [3, 3, 0]


@pytest.mark.parametrize("cursor", ["", "x", "!!", "bnVsbA", "WzEsMiwzXQ"])
def test_a_cursor_of_something_else_is_refused(elasticsearch, cursor):
    with pytest.raises(QueryError, match="begin again"):
        search(elasticsearch, "bansos", cursor=cursor or "A" * 40_000)
    other = search(elasticsearch, "*", size=1, paged=True).cursor
    with pytest.raises(QueryError, match="begin again"):
        search(elasticsearch, "bansos", size=1, cursor=other)


def test_facets_and_timeline_count_all_that_was_found(elasticsearch):
    w = word()
    days = [START - timedelta(days=n) for n in (0, 0, 2)]
    write(elasticsearch, *(mention(text=w, hashtags=["pkh"], published_at=timestamp(day)) for day in days))
    refresh(elasticsearch)
    page = search(elasticsearch, w, size=1, facets=["hashtag", "platform", "sentiment"], timeline="day")
    assert [(one.value, one.count, dict(one.platforms)) for one in page.facets["hashtag"].counts] == [
        ("pkh", 3, {"youtube": 3})
    ]
    assert page.facets["sentiment"].counts == []
    assert [one.count for one in page.timeline] == [1, 0, 2]
    assert page.timeline[0].start.isoformat() == "2026-11-22T00:00:00+07:00"


def test_what_policy_hides_is_absent_and_said_to_be(elasticsearch):
    w = word()
    judged = {"label": "negative", "score": 0.9, "uncertain": False, "origin": "model"}
    tube = mention(text=w, sentiment=judged)
    gram = mention(f"ig:comment:{uuid.uuid4().hex}", text=w, platform="instagram", sentiment=judged)
    write(elasticsearch, tube, gram)
    refresh(elasticsearch)
    strict = search(elasticsearch, w, facets=["sentiment"], policy=load_policy("strict"))
    shown = {hit.mention["platform"]: hit.mention.get("sentiment", "absent") for hit in strict.hits}
    assert shown == {"youtube": "absent", "instagram": judged}
    assert strict.off["youtube"]["sentiment"].reason.startswith("dimatikan kebijakan")
    assert [(one.value, one.count) for one in strict.facets["sentiment"].counts] == [("negative", 1)]
    assert set(strict.facets["sentiment"].off) == {"youtube"}
    asked = search(elasticsearch, w, filters={"sentiment": "negative"}, policy=load_policy("strict"))
    assert [hit.mention["id"] for hit in asked.hits] == [gram["id"]]
    assert "youtube" in asked.off
    loose = search(elasticsearch, w, facets=["sentiment"], policy=load_policy("sandbox"))
    assert loose.facets["sentiment"].counts[0].count == 2
    assert loose.off == {}


def test_the_verb_exports_all_pages_and_messages_only_when_told(elasticsearch, monkeypatch, request, tmp_path):
    w = word()
    records = [mention(text=w) for _ in range(12)]
    thread = "ig:thread:1~2"
    message = mention(
        f"ig:message:{uuid.uuid4().hex}",
        text=w,
        platform="instagram",
        kind="dm",
        post_id=thread,
        conversation_id=thread,
    )
    write(elasticsearch, *records, message)
    refresh(elasticsearch)
    stack = request.getfixturevalue("stack")
    monkeypatch.setenv("DENGAR_ELASTICSEARCH_URL", stack.environment()["DENGAR_ELASTICSEARCH_URL"])
    monkeypatch.setattr(find_module, "MAX_SIZE", 5)
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    out = tmp_path / "semua.ndjson"
    for flags, count in (([], 12), (["--messages"], 13)):
        done = CliRunner().invoke(app, ["export", w, "--out", str(out), "--json", *flags])
        assert done.exit_code == 0
        assert orjson.loads(done.stdout)["mentions"] == count
        ids = [orjson.loads(line)["id"] for line in out.read_bytes().splitlines()]
        assert len(set(ids)) == len(ids) == count
    assert [path.name for path in tmp_path.iterdir()] == ["semua.ndjson"]
    assert CliRunner().invoke(app, ["export", "bansos (", "--out", str(out)]).exit_code == 2
    assert CliRunner().invoke(app, ["export", w, "--out", str(tmp_path / "a.xlsx")]).exit_code == 2
