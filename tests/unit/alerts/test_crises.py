"""What people do about alerts and crises: histories, clocks, a crisis opened by hand."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from dengar.alerts.crises import BY_HAND, by_hand, stand_in
from dengar.alerts.plan import due
from dengar.alerts.record import alert, changed, history, stated
from dengar.alerts.rules import load_rules
from dengar.alerts.session import ActError, acted
from dengar.cli import build
from dengar.schemas import load, validator
from dengar.trends.brief import Facts, forward, page
from dengar.trends.protocol import clocks, level_of, read_protocol

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # 12:00 in Jakarta
RULES = load_rules()
MINUTE = timedelta(minutes=1)


def raised():
    return alert(
        rule="crisis", kind="crisis", level="attention", severity=5, subject="crisis:all:1", occurrence="", period=(NOON, NOON),
        title={"id": "Krisis: antrean", "en": "Crisis: queue"}, created_at=NOON,
    )  # fmt: skip


def test_the_history_keeps_who_did_what_when_across_later_states():
    one = acted(raised(), "acknowledged", "sari", NOON + 7 * MINUTE, note="tanya dinas, hubungi 081234567890")
    one = stated(one, "budi", NOON + 40 * MINUTE, NOON + 30 * MINUTE, link="ig:media:1")
    one = acted(one, "closed", "sari", NOON + 90 * MINUTE)
    assert validator("alert").is_valid(one)
    assert [(act["what"], act["by"]) for act in one["history"]] == [
        ("acknowledged", "sari"),
        ("statement", "budi"),
        ("closed", "sari"),
    ]
    assert "081234567890" not in one["history"][0]["note"]
    assert history(one, "acknowledged", "closed")[0] == NOON + 7 * MINUTE, "closing does not move the acknowledgement"
    assert history(one, "statement") == [NOON + 30 * MINUTE]


def test_a_record_of_version_one_tells_its_last_change():
    old = raised() | {"state": "closed", "updated_at": (NOON + MINUTE).isoformat()}
    del old["history"], old["clocks"]
    assert validator("alert").is_valid(old)
    assert history(old, "acknowledged", "closed") == [NOON + MINUTE]
    assert history(old, "statement") == []
    assert history(changed(old, "open", "sari", NOON + 2 * MINUTE), "reopened") == [NOON + 2 * MINUTE]


@pytest.mark.parametrize(
    ("state", "more", "says"),
    [
        ("paused", {}, "nothing that an alert can be"),
        ("open", {}, "open already"),
        ("snoozed", {}, "30m"),
        ("snoozed", {"wait": timedelta(days=8)}, "seven days"),
        ("closed", {"stood": 1}, "look again"),
    ],
)
def test_an_act_that_does_not_fit_is_refused_in_words(state, more, says):
    with pytest.raises(ActError, match=says):
        acted(raised(), state, "sari", NOON, **more)


def test_a_snooze_comes_back_once_however_the_alert_is_noted_upon():
    one = acted(raised(), "snoozed", "sari", NOON, wait=timedelta(hours=1))
    later = NOON + timedelta(hours=2)
    keys = {delivery.key for delivery in due([one], RULES, later)}
    noted = stated(one, "sari", NOON + 90 * MINUTE, NOON + 80 * MINUTE)
    assert {delivery.key for delivery in due([noted], RULES, later)} == keys
    again = acted(noted, "snoozed", "sari", NOON + 100 * MINUTE, wait=timedelta(minutes=10))
    assert {delivery.key for delivery in due([again], RULES, later)} != keys


def test_a_crisis_opened_by_hand_is_delivered_like_one_that_a_rule_raised():
    made = by_hand("sari", NOON, RULES, about="antrean di kantor pos", severity=8, since=NOON - timedelta(hours=1))
    assert validator("alert").is_valid(made)
    assert (made["level"], made["rule"]) == ("urgent", BY_HAND)
    assert [one.channel for one in due([made], RULES, NOON)] == ["piket"]
    assert (
        by_hand(
            "budi", NOON + MINUTE, RULES, about="antrean di kantor pos", severity=8, since=NOON - timedelta(hours=1)
        )["id"]
        == made["id"]
    ), "who opens it again opens no second one"


def test_a_crisis_opened_about_a_trend_keeps_its_name_and_posts():
    trend = load("trend")["examples"][0]
    made = by_hand("sari", NOON, RULES, about=trend["label"], severity=3, since=NOON, trend=trend, posts=["ig:media:9"])
    assert made["subject"] == trend["id"]
    assert made["links"] == ["ig:media:9", *trend["conversations"]]


def test_the_brief_of_what_no_series_shows_counts_nothing_and_says_so():
    made = by_hand(
        "sari", NOON, RULES, about="antrean", severity=8, since=NOON - timedelta(hours=1), posts=["ig:media:9"]
    )
    trend = stand_in(made)
    level = level_of(8, read_protocol())
    told = clocks(trend, [NOON + 5 * MINUTE], [NOON + 20 * MINUTE], {})
    text = page(Facts(trend, [], 0, [], told, level))
    assert text.startswith("# antrean\n")
    assert "Belum dihitung" in text
    assert "None" not in text
    assert "pernyataan yang dicatat petugas" in text
    assert "None" not in forward(Facts(trend, [], 0, [], told, level))


def test_deadlines_that_passed_are_overdue_until_and_after_they_are_met():
    trend, level = load("trend")["examples"][0], level_of(7, read_protocol())
    detected = datetime.fromisoformat(trend["detected_at"])

    def late(acknowledged, now):
        return clocks(trend, acknowledged, [], {}).overdue(level, detected + now * MINUTE)

    assert late([], 15) == []
    assert late([], 16) == ["acknowledged"]
    assert late([detected + 14 * MINUTE], 61) == ["first_statement"]
    assert late([detected + 20 * MINUTE], 30) == ["acknowledged"]


def test_the_hour_that_still_runs_does_not_halve_the_volume_and_an_empty_one_does():
    trend = load("trend")["examples"][0]
    nine = datetime(2026, 11, 24, 9, tzinfo=UTC)
    hours = {nine: 80, nine + timedelta(hours=1): 3}
    assert clocks(trend, [], [], hours, nine + timedelta(hours=1, minutes=5)).halved is None
    assert clocks(trend, [], [], hours, nine + timedelta(hours=2)).halved == nine + timedelta(hours=1)
    assert clocks(trend, [], [], {nine: 80}, nine + timedelta(hours=3)).halved == nine + timedelta(hours=1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Name either"),
        (["crisis:all:1", "--about", "antrean"], "Name either"),
        (["--about", "antrean", "--platform", "tiktok"], "no platform"),
        (["--about", "antrean", "--since", "kemarin"], "is not a time"),
        (["--about", "antrean", "--since", "2099-01-01"], "plan it in the calendar"),
    ],
)
def test_opening_what_cannot_be_opened_is_refused_before_anything_is_reached(words, says):
    told = CliRunner().invoke(build(), ["crisis", "open", *words])
    assert told.exit_code == 2
    assert re.search(says, " ".join(told.output.replace("│", " ").split()))
