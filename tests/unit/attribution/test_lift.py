"""Lift and lead: near what was planted, with intervals, and "no effect shown" where nothing was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from dengar.attribution.lift import busy, lead, lift
from dengar.attribution.usual import Floats, Usual, usual
from dengar.cli import build

A_DAY = 144
START = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)  # a Monday, not at midnight
POSTS = [700, 1100, 1500, 1900, 2300, 2700]


def planted(seed: int, strength: float, lag: int = 3) -> Floats:
    """Three weeks of ten-minute counts around 20; each post adds `strength` times 20 at once, dying away in two hours."""
    rng = np.random.default_rng(seed)
    at = np.arange(21 * A_DAY)
    mean = 20 * (1 + 0.5 * np.sin(2 * np.pi * at / A_DAY))
    for post in POSTS:
        mean[post + lag : post + lag + 60] += strength * 20 * np.exp(-np.arange(60) / 12)
    return rng.poisson(mean).astype(np.float64)


def usual_of(counts: Floats) -> Usual:
    return usual(counts, A_DAY, busy(len(counts), POSTS, 72), first_bin=18)


def test_a_planted_lift_lies_in_its_interval() -> None:
    counts = planted(1, 2.0)
    counts[2000:2010] = np.nan  # nobody counted
    found = [lift(usual_of(counts), post) for post in POSTS]
    truth = 2.0 * 20 * np.exp(-np.arange(60) / 12).sum()
    assert np.median([one.mentions for one in found]) == pytest.approx(truth, rel=0.2)
    assert sum(one.low <= truth <= one.high for one in found) >= 5
    assert all(one.shown for one in found)


def test_a_lag_is_found_and_nothing_where_nothing_is() -> None:
    found = lead(usual_of(planted(2, 1.0, lag=7)), POSTS, 24)
    assert found.lag is not None
    assert found.low is not None
    assert found.high is not None
    assert abs(found.lag - 7) <= 1
    assert found.low <= 7 <= found.high
    quiet = [usual_of(planted(seed, 0.0)) for seed in range(10, 16)]
    assert sum(lead(one, POSTS, 24).lag is None for one in quiet) >= 5
    assert sum(not lift(one, POSTS[2]).shown for one in quiet) >= 5


def test_a_series_too_short_for_placebos_has_no_interval() -> None:
    counts = planted(3, 1.0)[690:790]
    short = usual(counts, A_DAY, busy(100, [10], 72))
    assert not lift(short, 10).shown
    assert lead(short, [10], 12).lag is None


def files(folder: Path, counts: Floats) -> list[str]:
    lines = [f"{(START + timedelta(minutes=10 * i)).isoformat()},{value:.0f}" for i, value in enumerate(counts)]
    series, posts = folder / "mentions.csv", folder / "posts.txt"
    series.write_text("\n".join(["timestamp,value", *lines]), encoding="utf-8")
    times = [(START + timedelta(minutes=10 * post, seconds=90)).isoformat() for post in POSTS]
    posts.write_text("\n".join(times), encoding="utf-8")
    return [str(series), str(posts)]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build(), ["attribution", *arguments])


def test_the_verbs(tmp_path: Path) -> None:
    given = files(tmp_path, planted(4, 2.0))
    told = [json.loads(line) for line in run("lift", *given, "--json").stdout.splitlines()]
    assert [one["shown"] for one in told] == [True] * 6
    assert "mentions (" in run("lift", *given).stdout
    answer = json.loads(run("lead", *given, "--json").stdout)
    assert abs(answer["lag_minutes"] - 30) <= 10
    assert "begins" in run("lead", *given).stdout
    quiet = files(tmp_path, planted(11, 0.0))
    assert "no effect shown" in run("lead", *quiet).stdout


@pytest.mark.parametrize(
    ("series", "posts", "said"),
    [
        ("timestamp,value\n", "2026-11-02T03:00:00+00:00", "at least two bins"),
        ("timestamp,value\n2026-11-02T03:00:00,1\n2026-11-02T03:10:00,1\n", "", "no post"),
        ("timestamp,value\n2026-11-02T03:00:00,1\n2026-11-02T03:10:00,1\n", "soon", "is no time"),
        ("timestamp,value\n2026-11-02T03:00:00,1\n2026-11-02T03:10:00,1\n", "2026-12-02T03:00:00", "outside"),
        ("timestamp,value\n2026-11-02T03:00:00,1\n2026-11-02T03:07:00,1\n", "2026-11-02T03:00:00", "whole number"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, series: str, posts: str, said: str) -> None:
    (tmp_path / "a.csv").write_text(series, encoding="utf-8")
    (tmp_path / "p.txt").write_text(posts, encoding="utf-8")
    told = run("lift", str(tmp_path / "a.csv"), str(tmp_path / "p.txt"))
    assert told.exit_code == 2
    assert said in told.stderr
