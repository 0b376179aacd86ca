"""Payouts of the calendar in the baseline: what such days usually hold more is expected of the next ones, and no more than that."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from upath import UPath

from dengar.policy import load_policy
from dengar.trends import planned
from dengar.trends.baseline import OCCASION_LEAST, OCCASION_MOST, PAYOUT, Occasion
from dengar.trends.detector import Detector
from dengar.trends.period import detect_period, open_watch
from dengar.trends.planned import parse
from dengar.trends.watch import rests
from tests.unit.trends.made import START, usual

STEP = timedelta(minutes=15)
MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 - a made-up clock
BINS = 96


def played(days: int, factors: dict[int, float], told: bool) -> list[float]:
    """What a detector expected of each day's bins in all: 20 a bin, times a factor on some days, which the calendar knows where `told`."""
    detector, expected = Detector(STEP), []
    for day in range(days):
        whole = 0.0
        for number in range(BINS):
            reading = detector.observe(
                MONDAY + (day * BINS + number) * STEP,
                20 * factors.get(day, 1.0),
                "payout" if told and day in factors else None,
            )
            whole += reading.mean if reading is not None else 0.0
        expected.append(whole / BINS)
    return expected


def test_the_first_payout_is_a_day_like_any_other_and_the_next_is_expected_to_hold_more():
    payouts = {10: 2.0, 20: 2.0, 30: 2.0}
    told, unknown = played(32, payouts, True), played(32, payouts, False)
    assert told[10] == pytest.approx(unknown[10], rel=0.02)
    assert told[20] > 1.5 * told[19]
    assert told[30] > told[20], "each teaches"
    assert told[21] < unknown[21], "what a payout day held does not become the usual of the next day"


def test_no_payout_is_expected_to_hold_more_than_three_times_the_usual_or_less_than_it():
    wild, calm = Occasion(5_000.0, 100.0), Occasion(50.0, 5_000.0)
    assert wild.factor(100.0, OCCASION_LEAST[PAYOUT]) == OCCASION_MOST
    assert calm.factor(100.0, OCCASION_LEAST[PAYOUT]) == 1.0


def test_a_series_without_plans_is_judged_as_before():
    assert played(12, {}, True) == played(12, {}, False)


def test_weekends_are_expected_to_hold_what_weekends_held_and_mondays_what_workdays_held():
    weekends = {day: 0.4 for day in range(35) if day % 7 >= 5}
    held = played(35, weekends, False)
    assert 8.0 <= held[33] < 10.0, "a Saturday after four weekends, of eight a bin"
    assert held[28] == pytest.approx(20.0, rel=0.1), "a Monday is not dragged down by them"


def test_holidays_of_the_office_are_days_of_rest():
    assert rests(date(2026, 8, 17)), "a Monday, day of independence"
    assert rests(date(2026, 11, 22)), "a Sunday"
    assert not rests(date(2026, 11, 23))


def test_the_watch_knows_the_payouts_of_the_calendar_after_a_checkpoint_too(tmp_path):
    policy, mentions = load_policy("sandbox"), usual(1.5)
    spoken = [
        {
            "id": one.id, "platform": one.platform, "post_id": one.post, "text": one.text, "published_at": one.at.isoformat(),
            "author": {"key": one.author, "role": "public", "handle": None},
        }
        for one in mentions
    ]  # fmt: skip
    read = lambda start, end: (one for one in spoken if start.isoformat() <= one["published_at"] < end.isoformat())  # noqa: E731
    plans = parse(
        [
            {"id": "p", "kind": "payout", "name": "PKH", "from": "2026-11-16"},
            {"id": "e", "kind": "event", "name": "x", "from": "2026-11-16"},
        ]
    )
    folder = UPath(tmp_path)
    detect_period(read, folder, policy, None, START + timedelta(hours=30), plans=plans)
    found = detect_period(read, folder, policy, None, START + timedelta(hours=36), plans=plans)
    assert found.since is not None
    assert found.since > START, "it went on from a checkpoint"
    assert open_watch(policy, ()).payouts == ()


def test_a_calendar_that_cannot_be_read_is_a_warning_in_a_run_and_no_plan(tmp_path, monkeypatch):
    from dengar.airflow import trends

    warned: list[str] = []
    file = tmp_path / "calendar.yaml"
    file.write_text("- {id: p, kind: pesta, name: x, from: 2026-12-01}\n", encoding="utf-8")
    monkeypatch.setattr(planned.read_plans, "__defaults__", (file,))
    monkeypatch.setattr(trends.log_, "warning", lambda text, *values: warned.append(text % values))
    assert trends._plans() == ()
    assert "pesta" in warned[0]
    assert "dengar calendar list" in warned[0]
