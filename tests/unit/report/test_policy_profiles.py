"""Under each profile: what is off says so and how it is enabled, and is never 0."""

from __future__ import annotations

import pytest

from dengar.report.pdf import pdf
from dengar.report.targets import HEADLINES
from dengar.report.weekly import build
from tests.unit.report.corpus import NOW, MemorySource, corpus
from tests.unit.report.told import audited, page, scope, written

JUDGED = ("complaint_share", "net_sentiment", "uncertain_share", "spam_share")


@pytest.fixture(scope="module")
def strict():
    source = MemorySource(corpus(weeks=3, per_day=4, blind=["youtube"]))
    return source, build(scope(source, profile="strict"))


def test_sandbox_tells_both_platforms_in_one_figure():
    report = build(scope())
    assert all(report.figures.value(id) is not None for id in HEADLINES)
    assert not report.figures.all("off")


def test_strict_has_no_judgement_of_youtube_and_no_figure_of_both(strict):
    _, report = strict
    assert not [
        row for row in report.figures if row.platform is None and row.value is not None and row.id != "quarantined"
    ]
    for id in JUDGED:
        row = report.figures.get(id, "youtube")
        assert row.value is None
        assert row.missing.kind == "off_by_policy"
        assert row.missing.enable
        assert report.figures.value(id, "instagram") is not None
    assert not [row for row in report.figures.all("intent") if row.platform == "youtube"]
    assert [
        row
        for row in report.figures.all("engagement")
        if row.platform == "youtube" and row.missing.kind == "off_by_policy"
    ]


def test_strict_still_tells_who_waits_on_youtube_by_threads(strict):
    _, report = strict
    row = report.figures.get("reply_share", "youtube")
    assert row.value is not None
    assert row.detail["of"] == "threads"
    assert report.figures.get("reply_share", "instagram").detail["of"] == "actionable"


@pytest.mark.parametrize(
    ("language", "words", "how"),
    [("id", "dimatikan kebijakan", "Cara menyalakan"), ("en", "off by policy", "To enable")],
)
def test_what_is_off_reads_so_with_the_way_to_enable_it(strict, language, words, how):
    source, report = strict
    told = written(report, source, language)
    assert words in told
    assert how in told
    assert "DENGAR_POLICY_PROFILE=audited" in told
    cards = page(report, source, language)["cards"]
    off = [line for card in cards for line in card["lines"] if line["absent"]]
    assert {line["where"] for line in off} == {"YouTube"}
    assert all(line["value"] == words and "0" not in line["value"] for line in off)


def test_audited_without_the_declaration_is_as_strict():
    source = MemorySource(corpus(weeks=2, per_day=4))
    report = build(scope(source, profile="audited"))
    assert report.figures.get("net_sentiment", "youtube").missing.kind == "off_by_policy"


def test_audited_with_it_judges_youtube_and_still_mixes_nothing():
    source = MemorySource(corpus(weeks=2, per_day=4))
    report = build(scope(source, policy=audited()))
    assert report.figures.value("net_sentiment", "youtube") is not None
    assert report.figures.get("net_sentiment") is None
    assert report.figures.all("unmixed")


def test_every_profile_can_be_printed(strict):
    source, report = strict
    assert pdf(page(report, source), made_at=NOW).startswith(b"%PDF")
