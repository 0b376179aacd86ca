"""Times as people type them."""

from datetime import UTC, datetime, timedelta

import pytest

from dengar.index.when import moment

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_a_span_counts_back():
    assert moment("7d", NOW) == NOW - timedelta(days=7)
    assert moment("24h", NOW) == NOW - timedelta(hours=24)
    assert moment(" 90m ", NOW) == NOW - timedelta(minutes=90)
    assert moment("2w", NOW) == NOW - timedelta(weeks=2)


def test_a_date_is_a_day_in_jakarta():
    assert moment("2026-11-24", NOW) == datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert moment("2026-11-24", NOW, end_of_day=True) == datetime(2026, 11, 24, 17, tzinfo=UTC)


def test_a_full_time_keeps_its_zone_or_is_jakartas():
    assert moment("2026-11-24T09:00Z", NOW) == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert moment("2026-11-24T09:00", NOW) == datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert moment("2026-11-24 09:00:30+07:00", NOW) == datetime(2026, 11, 24, 2, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "kemarin", "7", "7y", "-7d", "2026-13-01", "2026-11-24T99:00", "20261124"])
def test_anything_else_is_refused_with_the_forms(text):
    with pytest.raises(ValueError, match="write 7d, 24h"):
        moment(text, NOW)
