"""Stored figures of attribution in the report: they stand in place of the report's own, open to what they rest on, and say why not."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from dengar.attribution.figure import REFUSALS
from dengar.attribution.figure import Figure as Stored
from dengar.attribution.spoken import METRICS as OF_SPEECH
from dengar.report.figure import Figure
from dengar.report.sections.attributed import _WHY, TOLD
from dengar.report.sections.carried import figures
from dengar.report.weekly import build
from dengar.report.words import report_words
from tests.unit.report.corpus import WEEK_TOLD, MemorySource
from tests.unit.report.told import scope, written

PERIOD = {"start": WEEK_TOLD.since, "end": WEEK_TOLD.until}


def stored(metric, value=None, **changes):
    given = {
        "formula": f"{metric.replace('_', '-')}/1", "metric": metric, "unit": "accounts", "platform": "instagram",
        "partner": "rumah_lansia", "computed_at": WEEK_TOLD.until + timedelta(hours=3), "profile": "sandbox",
        "rule": "ig-platform", "value": value, **PERIOD,
    }  # fmt: skip
    return Stored(**{**given, **changes})


def told(*rows, **options):
    source = MemorySource([])
    source.attributed = [one.as_dict() for one in rows]
    return scope(source, **options), source


REACH = (
    stored("engaged_reach", 1312, n=1407, coverage=0.81, inputs={"exact": True}), stored("engaged_incremental", 700),
    stored("engaged_shapley", 1001.25), stored("engaged_union", 1600, partner=None),
)  # fmt: skip


def test_stored_reach_stands_in_place_of_the_report_s_own():
    asked, source = told(*REACH)
    rows = {(row.id, row.platform, row.key): row for row in figures(asked)}
    reach = rows["engaged_reach", "instagram", "rumah_lansia"]
    assert (reach.value, reach.n, reach.formula) == (1312, 1407, "engaged-reach/1")
    assert (reach.detail["incremental"], reach.detail["shapley"], reach.detail["coverage"]) == (700, 1001.2, 0.81)
    assert reach.detail["stored"] == REACH[0].key
    assert rows["engaged_union", "instagram", None].value == 1600
    page = written(build(asked), source)
    assert "1.312" in page
    assert "700" in page
    assert rows["engaged_reach", "youtube", None].missing.kind == "too_few", "of the other platform nothing is stored"


def test_every_figure_stands_with_what_it_rests_on():
    rows = [
        stored("share_of_voice_mentions", 0.4, low=0.3, high=0.5, unit="share", n=80, partner=None, coverage=0.75,
               dimension={"panel": "kampanye_sosial@1", "member": "senyum_lansia"}),
        stored("response_net_sentiment", -12.5, low=-20, high=-5, unit="points", n=60),
        stored("reach_potential", low=5000, n=2),
        stored("overperformance", 3.0, unit="times", dimension={"post": "ig:media:1", "age": "1h"}),
    ]  # fmt: skip
    asked, source = told(*rows)
    report = build(asked)
    page = written(report, source)
    for part in ("porsi suara menurut sebutan (senyum_lansia)", "40% (30% … 50%)", "80", "75%", "share-of-voice-mentions/1",
                 "profil sandbox", "−12,5 (−20 … −5)", "≥ 5.000", "Rumah Lansia Sandbox"):  # fmt: skip
        assert part in page, part
    assert "Figures of attribution" in written(report, source, "en")
    assert {row.detail["metric"] for row in report.figures.all("attributed")} == {
        "share_of_voice_mentions", "response_net_sentiment", "reach_potential"
    }  # fmt: skip
    for row in report.figures:
        assert orjson.dumps(Figure.read(orjson.loads(orjson.dumps(row.as_dict()))).as_dict()) == orjson.dumps(
            row.as_dict()
        )


@pytest.mark.parametrize(
    ("reason", "said"),
    [("policy_off", "dimatikan kebijakan"), ("not_obtainable", "tidak dapat diperoleh"), ("too_few", "terlalu sedikit data"),
     ("coverage_below_floor", "terlalu sedikit penulis komentar yang terlihat")],
)  # fmt: skip
def test_refusals_are_words_and_never_zero(reason, said):
    asked, source = told(
        stored("engaged_reach", refused=reason), stored("drop_off", refused=reason, unit="share", partner=None)
    )
    rows = [row for row in figures(asked) if row.platform == "instagram"]
    assert {(row.id, row.value) for row in rows} == {("engaged_reach", None), ("attributed", None)}
    page = written(build(asked), source)
    assert page.count(said) >= 2
    assert ("Rumah Lansia Sandbox: tidak ada hitungan orang" in page) == (reason != "policy_off")
    assert set(_WHY) | {"policy_off"} == set(REFUSALS)


def test_other_periods_and_campaigns_are_not_this_week():
    before = stored(
        "share_of_voice_mentions", 0.9, unit="share", start=WEEK_TOLD.since - timedelta(days=7), end=WEEK_TOLD.since
    )
    day = stored("engaged_reach", 5, end=WEEK_TOLD.since + timedelta(days=1))
    other = stored("engaged_reach", 5, campaign="senyum_lansia")
    asked, _ = told(before, day, other)
    assert [row for row in figures(asked) if row.id == "attributed" or row.value] == []


def test_a_campaign_s_report_takes_the_campaign_so_far():
    asked, source = told(
        stored(
            "credit_share",
            0.2,
            low=-0.1,
            high=0.4,
            unit="share",
            campaign="senyum_lansia",
            start=WEEK_TOLD.since + timedelta(days=2),
        ),
        stored("credit_share", 0.1, unit="share", campaign="senyum_lansia", end=WEEK_TOLD.since + timedelta(days=3)),
    )
    (campaign,) = [one for one in asked.registers.campaigns if one.id == "senyum_lansia"]
    about = scope(source, campaign=campaign)
    (row,) = [row for row in figures(about) if row.id == "attributed"]
    assert (row.value, row.detail["low"], row.key) == (0.2, -0.1, "credit_share|rumah_lansia")


def test_todays_profile_decides():
    rows = [
        stored("share_of_voice_authors", 0.4, unit="share", platform="youtube", n=40),
        stored("engaged_reach", 99, platform="youtube"),
    ]
    asked, source = told(*rows, profile="strict")
    (row,) = [row for row in figures(asked) if row.id == "attributed"]
    assert (row.value, row.n, row.missing.kind, row.detail["coverage"]) == (None, None, "off_by_policy", None)
    page = written(build(asked), source)
    assert "99" not in page.replace("1999", "")
    assert "40%" not in page


def test_names_of_reasons_and_metrics_are_in_both_languages():
    for language in ("id", "en"):
        words = report_words(language)
        assert set(TOLD) <= set(words.labels("metric"))
        for _, says in _WHY.values():
            assert words.has(f"missing.{says}")
    assert set(TOLD) & set(OF_SPEECH)
