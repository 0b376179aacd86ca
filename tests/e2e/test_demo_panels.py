"""What an analyst finds in Kibana after `dengar demo`: every panel has rows of the week that was played."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dengar.responses.breaches import end_of_day
from dengar.responses.worktime import working_time
from tests.command_line import dengar, environment_of, json_lines

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.timeout(1_800)]


def test_every_panel_shows_the_demos_week(stack):
    environment = environment_of(stack)
    dengar(environment, "demo", patience_s=1_500)
    now = datetime.now(UTC)
    # Promises of working days end with office hours: before a weekend or a holiday nothing falls due within a day.
    may_be_empty = {"breaches"} if end_of_day(working_time(), now) > now + timedelta(days=1) else set()
    told = dengar(environment, "kibana", "check", "--json", status=None)
    found = {panel["name"]: panel["rows"] for panel in json_lines(told)}
    assert len(found) >= 19
    assert {name for name, count in found.items() if not count} <= may_be_empty
