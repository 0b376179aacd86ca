"""Every panel's request on a real server: it finds the corpus, what it finds is drawn, and so does the explorer's archive."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from elasticsearch import Elasticsearch

from dengar.attribution.figure import Figure
from dengar.index import refresh, write_records
from dengar.index.names import RESPONSE_INDEX
from dengar.kibana.check import check
from dengar.policy import load_policy
from dengar.records import pack_version, timestamp
from dengar.schemas import load
from dengar.web.elastic import ElasticArchive
from dengar.web.figures import draw, render
from dengar.web.panels import fill, panels, rows
from dengar.web.question import Question
from dengar.web.words import words
from tests.unit.web.world import OFFICIAL, mention

pytestmark = pytest.mark.stack
NOW = datetime.now(UTC)
RUN = uuid.uuid4().hex[:10]
HASHTAG = f"tagar{RUN}"


def corpus() -> list[dict[str, Any]]:
    """Mentions of the last day on both platforms that give every panel something to count."""
    made = []
    for number in range(12):
        platform = "yt" if number % 2 else "ig"
        published = NOW - timedelta(hours=2 * number + 1)
        official = number % 6 == 0
        fields: dict[str, Any] = {
            "id": f"{platform}:{'media' if official else 'comment'}:{RUN}{number}",
            "text": f"bansos {RUN} nomor {number}",
            "hashtags": [HASHTAG],
            "campaigns": ["kemensos_peduli"],
            "published_at": timestamp(published),
            "observed_at": timestamp(published),
            "version": pack_version(published),
        }
        if official:
            purpose = {"label": "education", "score": 0.9, "uncertain": False, "origin": "model"}
            programme = {"type": "programme", "start": 0, "end": 3, "text": "PKH", "code": "pkh"}
            fields |= {
                "kind": "post",
                "post_format": "reel",
                "author": OFFICIAL,
                "purpose": purpose,
                "entities": [programme],
                "actionable": False,
            }
        if number == 5:
            fields |= {"author": {**OFFICIAL, "role": "influencer", "handle": f"mitra.{RUN}"}}
        made.append(mention(fields.pop("id"), **fields))
    return made


def told() -> list[Figure]:
    """Figures of attribution with and without a value."""
    common: dict[str, Any] = {
        "formula": "contoh/1", "platform": "instagram", "start": NOW - timedelta(days=1), "end": NOW, "computed_at": NOW,
        "profile": "sandbox", "campaign": "kemensos_peduli",
    }  # fmt: skip
    voice = {"panel": "kampanye_sosial@1", "member": "kemensos_peduli"}
    return [
        Figure(metric="engaged_reach", unit="accounts", partner=f"mitra{RUN}", value=312, n=407, **common),
        Figure(metric="engaged_shapley", unit="accounts", partner=f"mitra{RUN}", refused="coverage_below_floor", **common),
        Figure(
            metric="share_of_voice_mentions", unit="share", value=0.4, low=0.3, high=0.5, n=80, dimension=voice,
            **{**common, "campaign": None},
        ),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def elasticsearch(elasticsearch: Elasticsearch) -> Iterator[Elasticsearch]:
    report = write_records(elasticsearch, [("mention", one) for one in corpus()])
    assert report.rejected == []
    for number, due in enumerate((-2, 1, 90)):
        waiting = {
            "id": f"ig:comment:{RUN}d{number}",
            "version": 1,
            "platform": "instagram",
            "state": "waiting",
            "open": True,
            "on_desk": True,
        }
        asked_at = timestamp(NOW - timedelta(hours=5))
        times = {"opened_at": asked_at, "waiting_since": asked_at, "due_at": timestamp(NOW + timedelta(hours=due))}
        elasticsearch.index(index=RESPONSE_INDEX, id=waiting["id"], document={**waiting, **times}, refresh=True)
    trend = {
        **load("trend")["examples"][0],
        "id": f"crisis:instagram:{RUN}",
        "detected_at": timestamp(NOW - timedelta(hours=3)),
    }
    elasticsearch.index(index="trends-v1", id=trend["id"], document=trend, refresh=True)
    for one in told():
        elasticsearch.index(index="attribution-v1", id=one.key, document=one.as_dict(), refresh=True)
    refresh(elasticsearch)
    yield elasticsearch
    for one in told():
        elasticsearch.delete(index="attribution-v1", id=one.key, refresh=True)
    elasticsearch.delete(index="trends-v1", id=trend["id"], refresh=True)
    for number in range(3):
        elasticsearch.delete(index=RESPONSE_INDEX, id=f"ig:comment:{RUN}d{number}", refresh=True)


@pytest.mark.parametrize("name", sorted(panels()))
def test_the_request_of_every_panel_finds_the_corpus_and_the_spec_renders(elasticsearch, name):
    panel = panels()[name]
    body = fill(panel.request, NOW - timedelta(days=2), NOW + timedelta(minutes=1))
    answer = elasticsearch.search(index=panel.index, **body)
    values = panel.values(answer.body)
    _, told = rows(values, body["aggs"])
    assert told, name
    for language in ("id", "en"):
        spec = {**panel.worded(words(language)), "data": {"values": values}}
        svg = render(orjson.dumps(spec).decode(), language)
        assert svg.startswith("<svg")
        assert 'aria-roledescription="' in svg
        assert "mark" in svg
        assert "NaN" not in svg
        assert "undefined" not in svg


def test_the_check_of_all_panels_tells_what_each_finds(elasticsearch):
    archive = ElasticArchive(elasticsearch, load_policy("sandbox"), lambda: NOW)
    start, end = NOW - timedelta(days=2), NOW + timedelta(minutes=1)
    told = {one.name: one for one in check(panels(), archive, load_policy("sandbox"), words("id"), start, end)}
    assert set(told) == set(panels())
    assert [one.name for one in told.values() if not one.rows or one.off] == []
    before = check(
        panels(), archive, load_policy("sandbox"), words("id"), NOW - timedelta(days=900), NOW - timedelta(days=899)
    )
    assert any(one.rows == 0 for one in before)


def test_the_explorer_draws_what_a_question_finds_and_no_more(elasticsearch):
    archive = ElasticArchive(elasticsearch, load_policy("sandbox"), lambda: NOW)
    question = Question(filters={"hashtag": HASHTAG}, start=NOW - timedelta(days=2), end=NOW + timedelta(minutes=1))
    page = archive.find(question, cursor=None, size=5, facets=("platform", "intent"))
    assert page.total == 12
    assert {count.value: count.count for count in page.facets["platform"].counts} == {"instagram": 6, "youtube": 6}
    assert page.cursor is not None
    following = archive.find(question, cursor=page.cursor, size=5, facets=())
    assert not {hit.mention["id"] for hit in page.hits} & {hit.mention["id"] for hit in following.hits}
    drawn = draw(
        panels()["mentions_over_time"],
        archive,
        load_policy("sandbox"),
        words("id"),
        question.start,
        NOW + timedelta(minutes=1),
        question=question,
    )
    assert sum(row[-1] for row in drawn.rows) == 12
    assert drawn.picture.startswith("data:image/svg+xml;base64,")


def test_a_partner_is_found_by_name_or_by_account(elasticsearch):
    archive = ElasticArchive(elasticsearch, load_policy("sandbox"), lambda: NOW)
    question = Question(f'partner:nobody{RUN} OR author:"{OFFICIAL["key"]}"', start=NOW - timedelta(days=2))
    found = archive.find(question, cursor=None, size=50, facets=())
    assert {hit.mention["author"]["role"] for hit in found.hits} >= {"official", "influencer"}


def test_strict_draws_no_judgement_of_youtube(elasticsearch):
    archive = ElasticArchive(elasticsearch, load_policy("strict"), lambda: NOW)
    for name in ("intent", "sentiment_over_time", "complaint_categories", "purpose_by_format"):
        drawn = draw(
            panels()[name],
            archive,
            load_policy("strict"),
            words("id"),
            NOW - timedelta(days=2),
            NOW + timedelta(minutes=1),
        )
        assert "youtube" in drawn.off
        assert {row[0] for row in drawn.rows} == {"Instagram"}, name


def test_an_index_that_does_not_exist_holds_nothing(elasticsearch):
    archive = ElasticArchive(elasticsearch, load_policy("sandbox"))
    assert archive.listed(f"tidak-ada-{RUN}", {"query": {"match_all": {}}, "size": 1}) == []
    assert archive.exists(f"tidak-ada-{RUN}") is False
    assert archive.exists("mentions") is True
