"""The detector of trends: causal, quiet where nothing happens, early where something does, the same answer twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bench.nab import f1, labelled, nab, tally
from bench.trends import MONDAY, STEP, alarms, bins_of, delay
from dengar.cli import build
from dengar.trends.baseline import smoothed
from dengar.trends.detector import Detector
from dengar.trends.events import severity
from dengar.trends.series import Bin, SeriesError, detect, read_series, step_of
from dengar.trends.threshold import FLOOR, Record
from sandbox import series as planted


@pytest.mark.parametrize(
    ("base", "kind", "minutes"), [(30.0, "step", 30), (30.0, "ramp", 90), (3.0, "step", 120), (3.0, "ramp", 150)]
)
def test_planted_crises_are_found_early(base: float, kind: str, minutes: int) -> None:
    rng = np.random.default_rng(11)
    delays = [delay(planted.crisis(rng, base, kind)) for _ in range(6)]
    assert None not in delays
    assert float(np.median([one for one in delays if one is not None])) <= minutes


def test_hardly_an_alarm_where_nothing_happens() -> None:
    rng = np.random.default_rng(12)
    weeks = 4 * 4
    assert (
        sum(len(alarms(planted.quiet(rng, base, 42), from_day=14)) for base in (30.0, 3.0) for _ in range(2)) <= weeks
    )


def test_labelled_series(shared: Path) -> None:
    folder = shared / "data" / "trends" / "nab"
    if not folder.is_dir():
        pytest.skip("The labelled series are absent: shared/data/trends/nab.")
    series = labelled(folder)
    tallies = [tally(one, [event.detected_at for event in detect(one.bins)]) for one in series]
    assert f1(tallies)[2] >= 0.75
    assert nab(tallies) >= 55
    assert sum(t.right + t.wrong for t in tallies) / sum(t.weeks for t in tallies) <= 0.6


def test_nothing_depends_on_what_comes_later() -> None:
    bins = bins_of(planted.crisis(np.random.default_rng(3), 30.0, "step").counts)
    whole = list(detect(bins))
    for cut in (event.detected_at for event in whole):
        known = list(detect([one for one in bins if one.moment <= cut]))
        assert [event.detected_at for event in known] == [e.detected_at for e in whole if e.detected_at <= cut]
        assert known[-1].end is None


def test_an_event_has_its_times_in_order_and_its_counts() -> None:
    crisis = planted.crisis(np.random.default_rng(4), 30.0, "step")
    onset = MONDAY + crisis.onset * STEP
    (event,) = [one for one in detect(bins_of(crisis.counts)) if abs(one.detected_at - onset) < timedelta(hours=1)]
    assert event.end is not None
    assert onset - timedelta(hours=1) <= event.start <= event.detected_at <= event.peak_at <= event.end
    assert event.observed > 2 * event.expected
    assert 1 <= event.severity <= 10
    assert event.score > FLOOR


def test_a_hole_is_no_zero() -> None:
    bins = bins_of(planted.quiet(np.random.default_rng(5), 30.0, 16))
    hole = range(10 * 288, 12 * 288)
    left_out = [one for number, one in enumerate(bins) if number not in hole]
    zeroes = [one._replace(value=0.0) if number in hole else one for number, one in enumerate(bins)]
    whole, holed, zeroed = (expected_after(series, bins[hole.stop].moment) for series in (bins, left_out, zeroes))
    assert holed == pytest.approx(whole, rel=0.2)
    assert zeroed < 0.8 * whole
    assert [event for event in detect(left_out) if event.detected_at >= bins[hole.stop].moment] == []


def expected_after(bins: list[Bin], moment: datetime) -> float:
    """What the detector expects of the bin of this moment."""
    detector = Detector(STEP)
    for one in bins:
        reading = detector.observe(*one)
        if one.moment == moment and reading is not None:
            return reading.mean
    raise AssertionError("the series has no such bin")


def test_the_record_fades_and_counts_an_episode_once() -> None:
    record = Record(slots=288)
    assert record.threshold() == FLOOR
    for score in (5.0, 9.0, 8.0):
        record.learn(score)
    assert record.peaks == [pytest.approx(9.0, rel=0.01)]
    assert record.threshold() == pytest.approx(9.0, rel=0.01)
    for _ in range(40 * 288):
        record.learn(0.0)
    assert record.threshold() == pytest.approx(4.5, rel=0.02)


def test_severity_is_a_scale_of_distance() -> None:
    assert severity(FLOOR) == 1
    assert severity(10 * FLOOR) == 10
    assert severity(1e6) == 10
    assert severity(12.0) < severity(24.0)


def test_a_smoothed_day_has_mean_one() -> None:
    day = [float(slot % 24) for slot in range(288)]
    assert sum(smoothed(day)) / 288 == pytest.approx(1)
    assert smoothed([0.0] * 24) == [1.0] * 24


@pytest.mark.parametrize("minutes", [1, 5, 60, 1440])
def test_any_length_of_bins(minutes: int) -> None:
    step = timedelta(minutes=minutes)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    rng = np.random.default_rng(6)
    counts = rng.poisson(20, size=60 if minutes == 1440 else 4 * 1440 // minutes).astype(float)
    counts[-2:] = 400
    bins = [Bin(start + number * step, count) for number, count in enumerate(counts)]
    assert step_of(bins) == step
    assert [event.detected_at for event in detect(bins)][-1] >= bins[-2].moment


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1e9), min_size=2, max_size=400))
def test_any_counts(counts: list[float]) -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    bins = [Bin(start + number * timedelta(minutes=30), count) for number, count in enumerate(counts)]
    events = list(detect(bins))
    assert all(event.start <= event.detected_at <= event.peak_at for event in events)
    assert events == list(detect(bins))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "header timestamp,value"),
        (["time,count"], "header timestamp,value"),
        (["timestamp,value", "yesterday,3"], "Line 2: 'yesterday' is no time"),
        (["timestamp,value", "2026-01-05 00:00:00,-1"], "is no count"),
        (["timestamp,value", "2026-01-05 00:00:00,nan"], "is no count"),
        (["timestamp,value", "2026-01-05 00:00:00,1,2"], "has 3 columns"),
        (["timestamp,value", "2026-01-05 00:00:00,1", "2026-01-05 00:00:00,2"], "is there twice"),
        (["timestamp,value", "2026-01-05 00:00:00,1", "2026-01-05T00:05:00+07:00,2"], "some have none"),
    ],
)
def test_a_bad_series_says_what_to_repair(lines: list[str], message: str) -> None:
    with pytest.raises(SeriesError, match=message):
        read_series(lines)


def test_too_little_and_too_coarse() -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    with pytest.raises(SeriesError, match="at least two"):
        step_of([Bin(start, 1)])
    with pytest.raises(SeriesError, match="longer than a day"):
        step_of([Bin(start, 1), Bin(start + timedelta(days=2), 1)])
    with pytest.raises(ValueError, match="at most a day"):
        Detector(timedelta(0))


def test_the_verb() -> None:
    counts = planted.quiet(np.random.default_rng(8), 30.0, 5)
    counts[-20:] *= 6
    text = "timestamp,value\n" + "".join(f"{moment.isoformat()},{count:.0f}\n" for moment, count in bins_of(counts))
    told = CliRunner().invoke(build(), ["trends", "detect", "--json"], input=text)
    assert told.exit_code == 0, told.output
    last = json.loads(told.stdout.splitlines()[-1])
    assert set(last) == {"start", "detected_at", "peak_at", "end", "severity", "score", "expected", "observed"}
    assert last["end"] is None
    assert "lasts" in CliRunner().invoke(build(), ["trends", "detect"], input=text).stdout
    quiet_text = "timestamp,value\n2026-01-05 00:00:00,1\n2026-01-05 00:05:00,1\n"
    assert "Nothing rose" in CliRunner().invoke(build(), ["trends", "detect"], input=quiet_text).stdout
    broken = CliRunner().invoke(build(), ["trends", "detect"], input="a,b\n")
    assert broken.exit_code == 2
    assert "header timestamp,value" in broken.stderr


@pytest.mark.parametrize(
    ("record", "patient"), [(0.0, 3.7), (4.5, 4.14), (5.0, 4.6), (5.5, 5.28), (6.0, 6.0), (30.0, 30.0)]
)
def test_a_record_that_chance_leaves_binds_the_longer_windows_less(record, patient):
    held = Record(288, peaks=[record])
    assert held.threshold(patient=True) == pytest.approx(patient)
    assert held.threshold() == max(FLOOR, record)


def test_the_threshold_of_the_longer_windows_never_falls_as_the_record_grows():
    found = [Record(288, peaks=[0.01 * n]).threshold(patient=True) for n in range(1_000)]
    assert found == sorted(found)
