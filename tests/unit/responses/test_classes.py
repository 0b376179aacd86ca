"""The deadlines of conversations, and mistakes in infra/classes.yaml."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from dengar.paths import SCHEMAS
from dengar.responses.classes import FILE, ClassesError, classes, read
from dengar.responses.worktime import working_time

MONDAY = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Asia/Jakarta"))


def wib(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Asia/Jakarta"))


CASES = [
    (None, None, "plain", wib(2026, 11, 5, 16), wib(2026, 11, 9, 16)),
    ("service_attitude", "none", "examined", wib(2026, 11, 5, 16), wib(2026, 11, 20, 16, 30)),
    ("fraud_levy", None, "supervision", wib(2026, 11, 5, 16), None),
    ("pkh", "attention", "plain", wib(2026, 11, 3, 16), wib(2026, 11, 9, 16)),
    ("disaster_aid", None, "plain", wib(2026, 11, 2, 14), wib(2026, 11, 9, 16)),
    ("disaster_aid", "urgent", "plain", wib(2026, 11, 2, 10), wib(2026, 11, 3, 9)),
    ("no such category", None, "plain", wib(2026, 11, 5, 16), wib(2026, 11, 9, 16)),
]


@pytest.mark.parametrize(("category", "urgency", "service", "first", "resolution"), CASES)
def test_deadlines(
    category: str | None, urgency: str | None, service: str, first: datetime, resolution: datetime | None
) -> None:
    found = classes().deadlines(MONDAY, working_time(), category=category, urgency=urgency)
    assert (found.service, found.first, found.next) == (service, first, None)
    if resolution is not None:
        assert found.resolution == resolution


def test_the_next_answer_is_due_from_the_message_that_waits() -> None:
    since = wib(2026, 11, 27, 9)
    found = classes().deadlines(MONDAY, working_time(), waiting_since=since)
    assert found.next == wib(2026, 12, 2, 16)
    assert found.first.tzinfo is UTC


def test_the_wall_clock_does_not_wait_for_monday() -> None:
    saturday = wib(2026, 11, 28, 23, 30)
    assert classes().deadlines(saturday, working_time(), urgency="urgent").first == wib(2026, 11, 29, 0, 30)


def test_every_category_named_is_one_of_the_mention() -> None:
    schema = yaml.safe_load((SCHEMAS / "mention" / "current.yaml").read_text(encoding="utf-8"))
    known = set(schema["properties"]["category"]["properties"]["label"]["enum"])
    assert set(classes().categories) | {rule.category for rule in classes().shorter if rule.category} <= known


BROKEN = [
    ("3 working days", "three days", "is no amount"),
    ("3 working days", "0 working days", "is no amount"),
    ("default: plain", "default: normal", "does not have"),
    ("fraud_levy: supervision", "fraud_levy: police", "does not have"),
    ("urgency: urgent", "urgency: panic", "names the urgency"),
    ("read: 2026-11-25", "read: lately", "day on which it was read"),
    ("resolution: 60 working days", "solution: 60 working days", "not of its form"),
]


@pytest.mark.parametrize(("right", "wrong", "says"), BROKEN)
def test_mistakes_in_the_file_are_told(tmp_path: Path, right: str, wrong: str, says: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert right in text
    file = tmp_path / "classes.yaml"
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ClassesError, match=says):
        read(file)
