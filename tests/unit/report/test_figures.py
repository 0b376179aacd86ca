"""Figures against counts made by hand from the same documents."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

import pytest

from dengar.report.figure import Figure
from dengar.report.scope import PUBLIC
from dengar.report.sections import all_figures
from dengar.report.week import Week
from dengar.report.weekly import build
from tests.unit.report.corpus import NOW, WEEK_TOLD, MemorySource, corpus, judged, mention
from tests.unit.report.told import scope


@pytest.fixture(scope="module")
def told():
    own = scope()
    return own, all_figures(own)


def rows_of(own, week, platform=None):
    found = [row for row in own.source.rows.values() if Week.of(datetime.fromisoformat(row["published_at"])) == week]
    return [row for row in found if row["author"]["role"] in PUBLIC and platform in (None, row["platform"])]


@pytest.mark.parametrize("platform", [None, "instagram", "youtube"])
def test_the_headlines_are_what_one_counts_by_hand(told, platform):
    own, figures = told
    rows, before = rows_of(own, WEEK_TOLD, platform), rows_of(own, WEEK_TOLD.back(1), platform)
    mentions = figures.get("mentions", platform)
    assert (mentions.value, mentions.n, mentions.before) == (len(rows), len(rows), len(before))
    assert mentions.authors == len({row["author"]["key"] for row in rows})
    assert list(mentions.weeks)[-3:] == [len(rows_of(own, WEEK_TOLD.back(2), platform)), len(before), len(rows)]
    blaming = sum(row["intent"]["label"] in ("complaint", "report") for row in rows)
    assert figures.value("complaint_share", platform) == round(blaming / len(rows), 4)
    felt = [row["sentiment"]["label"] for row in rows]
    net = 100 * (felt.count("positive") - felt.count("negative")) / len(felt)
    assert figures.value("net_sentiment", platform) == round(net, 1)
    unsure = sum(row["sentiment"]["uncertain"] for row in rows)
    assert figures.value("uncertain_share", platform) == round(unsure / len(rows), 4)


def test_answers_count_those_who_still_wait(told):
    own, figures = told
    rows = [row for row in rows_of(own, WEEK_TOLD) if row["actionable"]]
    answers = {
        row["conversation_id"]: datetime.fromisoformat(row["published_at"])
        for row in own.source.rows.values()
        if row["author"]["role"] == "official" and row["kind"] == "reply"
    }
    waits = {row["id"]: answers.get(row["id"]) for row in rows}
    done = {one for one, at in waits.items() if at is not None and at < WEEK_TOLD.until}
    assert figures.value("reply_share") == round(len(done) / len(rows), 4)
    assert figures.value("unanswered") == len(rows) - len(done)
    seconds = sorted(
        (waits[row["id"]] - datetime.fromisoformat(row["published_at"])).total_seconds()
        for row in rows
        if row["id"] in done
    )
    assert figures.get("reply_share").n == len(rows)
    assert figures.value("first_response") > median(seconds), "those who wait make the median longer"


def test_every_figure_has_a_formula_and_says_why_it_is_not_there(told):
    _, figures = told
    for row in figures:
        assert row.formula
        assert (row.value is None) == (row.missing is not None), row
        assert Figure.read(row.as_dict()) == Figure.read(Figure.read(row.as_dict()).as_dict())


def test_a_week_that_was_not_observed_is_a_gap_in_the_line_not_zero():
    kept = [
        row
        for row in corpus(weeks=3, per_day=4)
        if WEEK_TOLD.back(1) != Week.of(datetime.fromisoformat(row["published_at"]))
    ]
    figures = all_figures(scope(MemorySource(kept)))
    row = figures.get("mentions", "instagram")
    assert row.before is None
    assert list(row.weeks)[-3] > 0
    assert list(row.weeks)[-2] is None


def test_spam_is_in_no_judgement_and_has_a_share_of_its_own():
    spam = judged("promotion") | {"spam": {"label": "gambling", "score": 0.9, "origin": "model"}}
    rows = [
        mention(f"ig:comment:{at}", "instagram", WEEK_TOLD.since + timedelta(hours=at), **judged("praise"))
        for at in range(3)
    ]
    rows.append(mention("ig:comment:s", "instagram", WEEK_TOLD.since, **spam))
    figures = all_figures(scope(MemorySource(rows)))
    assert figures.value("spam_share", "instagram") == 0.25
    assert figures.get("net_sentiment", "instagram").n == 3
    assert figures.value("mentions", "instagram") == 4


def test_content_is_told_by_purpose_and_format_with_the_denominator_in_the_name():
    own = scope()
    posts = [row for row in rows_with(own, "post") if row["platform"] == "youtube"]
    own.source.counted = {row["id"]: {"likes": 90, "comments": 10, "views": 1000} for row in posts[:-1]}
    hidden = posts[-1]
    own.source.counted[hidden["id"]] = {"likes": None, "comments": 4, "views": 800}
    told = [row for row in all_figures(own).all("engagement") if row.platform == "youtube"]
    assert {row.value for row in told} == {100}
    assert {row.detail["er_views"] for row in told} == {0.1}
    assert sum(row.n for row in told) == len(posts) - 1, "a post whose likes are hidden is in no group"


def rows_with(own, kind):
    return [
        row
        for row in own.source.rows.values()
        if row["kind"] == kind and Week.of(datetime.fromisoformat(row["published_at"])) == WEEK_TOLD
    ]


def test_a_campaign_holds_what_names_it_and_what_stands_below_its_posts():
    own = scope(MemorySource(two_of_three()))
    campaign = own.registers.campaigns[0]
    figures = all_figures(scope(MemorySource(two_of_three()), campaign=campaign))
    assert figures.value("mentions", "instagram") == 2


def two_of_three():
    official = {"key": "instagram:resmi", "role": "official", "handle": "a", "name": "A"}
    at = WEEK_TOLD.since + timedelta(days=1)
    post = mention(
        "ig:post:9", "instagram", at, kind="post", post_id="ig:post:9", author=official, campaigns=["kemensos_peduli"]
    )
    named = mention("ig:comment:1", "instagram", at, campaigns=["kemensos_peduli"], **judged("praise"))
    below = mention("ig:comment:2", "instagram", at, post_id="ig:post:9", **judged("praise"))
    return [post, named, below, mention("ig:comment:3", "instagram", at, **judged("praise"))]


def test_a_crisis_is_told_first_and_named_by_its_matter():
    report = build(scope(MemorySource(corpus(weeks=5, per_day=4, crisis=True))))
    rules = [one.rule for one in report.decisions]
    assert rules[0] == "rise"
    matter = next(one for one in report.decisions if one.rule == "explain_matter")
    assert matter.values["category"] == "app_system"
    assert len(rules) == len(set(rules)) == 3


def test_trends_that_the_detector_told_are_taken_as_they_are():
    record = {
        "id": "hoax:instagram:1", "kind": "hoax", "label": "lima juta", "platform": "instagram", "start": "2026-11-18T02:00:00Z",
        "detected_at": "2026-11-18T03:00:00Z", "peak_at": "2026-11-18T05:00:00Z", "end": None, "severity": 6, "observed": 60.0,
        "expected": 3.0, "authors": 40, "mentions": 90, "copied_share": 0.8, "explanation": {"id": "Kabar naik.", "en": "It rose."},
        "formula": "trends/1", "terms": [],
    }  # fmt: skip
    report = build(scope(MemorySource(corpus(weeks=2, per_day=3), trends=[record])))
    row = report.figures.all("rise")[0]
    assert (row.value, row.key, row.formula) == (6, "hoax:instagram:1", "trends/1")
    assert any(one.rule == "rise_hoax" for one in report.decisions)


def test_a_week_that_lasts_is_provisional():
    assert not build(scope(now=WEEK_TOLD.until - timedelta(days=2))).final
    assert build(scope(now=NOW)).final
