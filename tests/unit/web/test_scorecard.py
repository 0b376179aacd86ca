"""The scorecards: stored figures of attribution, the newest of each; every number opens; what is refused says why and is never 0."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from dengar.attribution.figure import REFUSALS, Figure
from dengar.attribution.period import METRICS as OF_REACH
from dengar.attribution.spoken import METRICS as OF_SPEECH
from dengar.web.scorecard import MOST, SECTIONS
from dengar.web.words import words
from tests.unit.web.world import CORPUS, NOW, Explorer

START = NOW - timedelta(days=9)


def figure(metric, value=None, **changes):
    given = {
        "formula": f"{metric.replace('_', '-')}/1", "metric": metric, "unit": "accounts", "platform": "instagram", "campaign": "peduli",
        "partner": "mitra", "start": START, "end": NOW, "computed_at": NOW, "profile": "sandbox", "rule": "ig-platform", "value": value,
    }  # fmt: skip
    return Figure(**{**given, **changes})


def explorer(*figures, profile="sandbox"):
    made = Explorer(profile, CORPUS)
    made.archive.others["attribution"] = [one.as_dict() for one in figures]
    return made


def row(page, name):
    (found,) = [one for one in re.findall(r"<tr>.*?</tr>", page, re.S) if name in one]
    return found


REACH = figure(
    "engaged_reach",
    1312,
    n=1407,
    coverage=0.81,
    inputs={"comments_told": 1502, "exact": True, "posts": [f"p{n}" for n in range(20)]},
)


def test_every_number_opens_to_its_inputs():
    page = explorer(REACH).get("/campaigns/peduli")
    told = row(page, "akun yang bertindak")
    assert "<summary>1.312 akun" in told
    for part in (
        "engaged-reach/1",
        "1.407",
        "81,0 %",
        "sandbox · ig-platform",
        "comments told",
        "1.502",
        "2026-11-15",
        "p11 dan 8 lagi",
        "<bdi>ya</bdi>",
    ):
        assert part in told
    assert "Mitra Contoh" in told
    assert "1,312 accounts" in explorer(REACH).get("/campaigns/peduli?lang=en")


@pytest.mark.parametrize(
    ("reason", "said"),
    [("policy_off", "dimatikan kebijakan"), ("not_obtainable", "tidak dapat diperoleh"), ("too_few", "terlalu sedikit data"),
     ("coverage_below_floor", "cakupan penulis di bawah batas")],
)  # fmt: skip
def test_what_is_refused_says_why_and_is_not_zero(reason, said):
    page = explorer(figure("engaged_reach", refused=reason, coverage=0.03)).get("/partners/mitra")
    told = row(page, "akun yang bertindak")
    assert said in told
    assert "<summary>0" not in told
    assert "3,0 %" in told


def test_intervals_and_effects():
    page = explorer(
        figure("credit_share", 0.21, low=0.12, high=0.3, unit="share"), figure("lift_mentions", 4.5, low=-3, high=12, unit="mentions"),
        figure("overperformance", -2.0, low=-2.5, high=-1.5, unit="times", dimension={"post": "ig:media:a", "age": "1h"}),
    ).get("/campaigns/peduli")  # fmt: skip
    assert "21,0 % (12,0 % … 30,0 %)" in row(page, "andil atas tindakan")
    assert "tidak ada pengaruh yang tampak: 4,50 (-3 … 12)" in row(page, "sebutan di atas biasanya")
    assert "-2 (-2,50 … -1,50) kali" in row(page, "di atas kiriman akun sendiri")


def test_what_is_only_bounded_shows_its_bounds():
    page = explorer(figure("reach_measured", low=300, high=900), figure("reach_potential", low=1200)).get(
        "/campaigns/peduli"
    )
    assert "≥ 300 · ≤ 900 akun" in row(page, "jangkauan terukur")
    assert "≥ 1.200 akun" in row(page, "jangkauan potensial")


def test_the_newest_period_stands_and_single_days_do_not():
    older = figure("engaged_reach", 7, start=START - timedelta(days=9), end=NOW - timedelta(days=1))
    shorter = figure("engaged_reach", 8, start=NOW - timedelta(days=1))
    day = figure("participants", 9, partner=None, dimension={"day": "2026-11-20"})
    page = explorer(older, shorter, REACH, day).get("/campaigns/peduli")
    assert page.count("akun yang bertindak") == 1
    assert "1.312" in row(page, "akun yang bertindak")
    assert '<th scope="row">peserta' not in page


def test_participants_stand_by_day():
    day = {"campaign": "peduli", "partner": None}
    rows = [
        figure("participants", 9, dimension={"day": "2026-11-20"}, **day),
        figure("new_participants", 4, dimension={"day": "2026-11-20"}, **day),
        figure("participants", 3, dimension={"day": "2026-11-21"}, platform="youtube", **day),
        figure("participants", 2, dimension={"day": "2026-11-20"}, end=NOW - timedelta(days=1), computed_at=NOW - timedelta(days=1), **day),
    ]  # fmt: skip
    page = explorer(*rows).get("/campaigns/peduli")
    cells = {day: re.findall(r'<td class="n">(.*?)</td>', row(page, f"2026-11-{day}</th>")) for day in (20, 21)}
    assert cells == {20: ["–", "–", "9", "4"], 21: ["3", "–", "–", "–"]}
    strict = explorer(*rows, profile="strict").get("/campaigns/peduli")
    assert "2026-11-21</th>" not in strict
    assert "2026-11-20</th>" in strict


def test_profile_of_now_decides_what_is_shown():
    youtube = figure("engaged_reach", 99, platform="youtube", inputs={"comments_told": 77})
    assert "99 akun" in explorer(youtube).get("/campaigns/peduli")
    told = row(explorer(youtube, profile="strict").get("/campaigns/peduli"), "akun yang bertindak")
    assert "dimatikan kebijakan" in told
    assert "99" not in told
    assert "77" not in told
    judged = figure("response_hoax_share", 0.5, unit="share", platform="youtube")
    assert "50" not in row(explorer(judged, profile="strict").get("/campaigns/peduli"), "porsi hoaks")


def test_a_partner_sees_its_campaigns_by_name():
    page = explorer(REACH, figure("engaged_reach", 5, campaign=None)).get("/partners/mitra")
    assert "Kemensos Peduli" in page
    assert "5 akun" in page


def test_who_leads_whom():
    cut = {"first": "official", "second": "public"}
    base = {"campaign": None, "partner": None, "unit": "correlation"}
    led = figure(
        "agenda_lead",
        0.4,
        low=0.2,
        high=0.6,
        dimension=cut,
        inputs={"leader": "official", "effect_shown": True},
        **base,
    )
    page = explorer(led).get("/campaigns")
    assert "akun resmi mendahului (0,20 … 0,60)" in row(page, "agenda")
    none = figure(
        "agenda_lead", 0.1, low=-0.2, high=0.4, dimension=cut, inputs={"leader": None, "effect_shown": False}, **base
    )
    assert "tidak ada pengaruh yang tampak (-0,20 … 0,40)" in row(explorer(none).get("/campaigns"), "agenda")
    assert "agenda siapa" not in explorer().get("/campaigns")


def test_many_rows_are_cut_short_and_say_so():
    many = [figure("undisclosed_posts", n, unit="posts", partner=f"m{n}") for n in range(MOST + 5)]
    assert "5 baris lagi" in explorer(*many).get("/campaigns/peduli")
    assert "Belum ada hasil atribusi" in explorer().get("/campaigns/peduli")


def test_every_metric_has_its_place_and_words_in_both_languages():
    placed = {metric for metrics in SECTIONS.values() for metric in metrics} | {
        "agenda_lead",
        "engaged_overlap",
        "new_participants",
    }
    assert placed == {*OF_REACH, *OF_SPEECH}
    for language in ("id", "en"):
        assert set(words(language).labels("metric")) == placed
        assert set(words(language).labels("refused")) == set(REFUSALS)
        for name in SECTIONS:
            assert words(language)(f"scorecard.{name}")
