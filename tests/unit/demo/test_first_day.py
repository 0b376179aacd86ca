"""The days that a demo plays."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dengar.demo.players import DemoError
from dengar.demo.run import first_day
from dengar.records import JAKARTA


def test_the_week_ends_yesterday_a_file_plays_as_it_says_and_a_given_day_holds():
    today = datetime.now(JAKARTA).date()
    assert first_day(None, None) in (today - timedelta(days=7), datetime.now(JAKARTA).date() - timedelta(days=7))
    assert first_day(None, "own.yaml") is None
    assert first_day("2026-11-16", "own.yaml") == date(2026, 11, 16)
    with pytest.raises(DemoError, match="YYYY-MM-DD"):
        first_day("besok", None)
