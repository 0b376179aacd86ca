"""Which days a run of attribute_reach reads: the first of a day all, the others what was spoken on since, after a silence all again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from upath import UPath

from dengar.attribution.constants import FILE, ConstantsError, load_constants
from dengar.attribution.period import Attribution
from dengar.attribution.spans import Days, of_day
from dengar.policy import load_policy
from dengar.stages import attribution as stage
from tests.unit.attribution.memory import Memory
from tests.unit.attribution.said import REGISTERS

MORNING = datetime(2026, 11, 30, 3, tzinfo=UTC)
"""Ten o'clock in Jakarta."""
TODAY = date(2026, 11, 30)


def days(now: datetime, last: datetime | None, full_on: date | None, *, full: bool = False) -> tuple[Days, bool]:
    work = Attribution(Memory(), REGISTERS, load_policy("sandbox"), load_constants(), now, lambda _ids: ())
    return stage._days(work, (last, full_on), now, full)


def test_the_first_run_ever_and_the_first_of_a_day_are_full() -> None:
    assert days(MORNING, None, None)[1]
    whole, full = days(MORNING, MORNING - timedelta(hours=1), TODAY - timedelta(days=1))
    assert (full, whole.last) == (True, TODAY)
    assert days(MORNING, MORNING - timedelta(hours=1), TODAY, full=True)[1]


def test_the_others_read_what_was_spoken_on_since() -> None:
    assert days(MORNING, MORNING - timedelta(hours=1), TODAY) == (of_day(TODAY), False)


def test_before_one_o_clock_the_night_is_not_yet_over() -> None:
    midnight = datetime(2026, 11, 29, 17, 7, tzinfo=UTC)
    read, full = days(midnight, midnight - timedelta(hours=1), TODAY - timedelta(days=1))
    assert (read, full) == (Days(TODAY - timedelta(days=1), TODAY), False)


def test_after_a_silence_all_is_read_again() -> None:
    assert days(MORNING, MORNING - timedelta(days=3), TODAY)[1]


def test_what_a_run_remembers_comes_back(tmp_path) -> None:
    file = UPath(tmp_path) / "attribution" / "strict.json"
    assert stage._read(file) == (None, None)
    stage._write(file, MORNING, TODAY)
    assert stage._read(file) == (MORNING, TODAY)


def test_a_constant_that_cannot_be_is_one_sentence(tmp_path) -> None:
    file = tmp_path / "attribution.yaml"
    file.write_text(
        FILE.read_text(encoding="utf-8").replace("coverage_floor: 0.5", "coverage_floor: 5"), encoding="utf-8"
    )
    with pytest.raises(ConstantsError, match="coverage_floor"):
        load_constants(file)
    file.write_text(FILE.read_text(encoding="utf-8").replace("low: 0.15", "low: 0.95"), encoding="utf-8")
    with pytest.raises(ConstantsError, match="low <= mid"):
        load_constants(file)
