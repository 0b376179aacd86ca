"""A saved search on the real stack: `dengar searches save`, then what index_mentions takes in is told once each, whatever is repeated."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dengar.alerts import TOPIC, store
from dengar.alerts.record import read_alert
from dengar.labels.mentions import indexed_mentions
from dengar.log import OffsetRange
from tests.e2e.office import RUN, Office, comment

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

NAME = f"uji-{RUN.lower()}"
WORD = f"pungutan{RUN}"
SUBJECT = f"search:{NAME}"


@pytest.fixture(scope="module")
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    """With a search of this run's own among the saved ones, which is taken away again."""
    office = Office(request.getfixturevalue("stack"))
    office.run("searches", "save", NAME, f"{WORD} OR {WORD}resmi", "--level", "urgent")
    try:
        yield office
    finally:
        office.run("searches", "remove", NAME)
        office.log.close()
        office.index.close()


def told(office: Office) -> list[dict[str, Any]]:
    """Every alert of this search that topic `alerts` holds."""
    first = office.log.beginnings([TOPIC])
    alerts = [
        read_alert(raw)
        for partition, end in office.log.ends([TOPIC]).items()
        for raw in office.log.read(OffsetRange(partition.topic, partition.number, first[partition], end))
        if raw.value is not None
    ]
    return [one for one in alerts if one["subject"] == SUBJECT]


def until(office: Office, ready: Any, what: str) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + 300
    while not ready():
        assert time.monotonic() < deadline, what
        time.sleep(0.5)


def test_each_mention_that_the_search_finds_raises_one_alert(office: Office) -> None:
    [listed] = [one for one in office.run("searches", "list", "--json") if one["name"] == NAME]
    assert listed["level"] == "urgent"
    now = datetime.now(UTC).replace(microsecond=0)
    found = [
        comment(f"saved{number}", now - timedelta(minutes=number + 1), text=f"{WORD} di desa {number}")
        for number in range(3)
    ]
    other = comment("saved9", now - timedelta(minutes=9), text=f"tanpa {RUN} apa pun")
    office.say(*found, other)
    until(office, lambda: len(told(office)) >= 3, "the search told nothing of what was indexed")
    links = sorted(link for one in told(office) for link in one["links"])
    assert links == sorted(one["id"] for one in found)
    assert {(one["level"], one["kind"], one["muted"]) for one in told(office)} == {("urgent", "saved_search", False)}

    # The same records again, another of them beside: only the new one is told.
    until(office, lambda: len(store.since(office.index, now - timedelta(hours=1))) >= 3, "the alerts are not taken up")
    fresh = comment("saved4", now - timedelta(seconds=20), text=f"{WORD}resmi lagi")
    office.say(*found, fresh)
    until(
        office, lambda: fresh["id"] in {link for one in told(office) for link in one["links"]}, "nothing of the new one"
    )
    assert len({one["id"] for one in told(office)}) == 4
    assert len(told(office)) == 4, "each once"
    assert set(indexed_mentions(office.index, [one["id"] for one in found])) == {one["id"] for one in found}
    kept = {one["id"] for one in store.since(office.index, now - timedelta(hours=1)) if one["subject"] == SUBJECT}
    until(
        office,
        lambda: (
            len([one for one in store.since(office.index, now - timedelta(hours=1)) if one["subject"] == SUBJECT]) == 4
        ),
        f"the index of alerts holds {kept}",
    )
