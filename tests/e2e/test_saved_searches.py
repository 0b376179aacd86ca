"""A saved search on the real stack: `dengar searches save`, then what index_mentions takes in is told once each, whatever is repeated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dengar.alerts import store
from dengar.labels.mentions import indexed_mentions
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


def test_each_mention_that_the_search_finds_raises_one_alert(office: Office) -> None:
    [listed] = [one for one in office.run("searches", "list", "--json") if one["name"] == NAME]
    assert listed["level"] == "urgent"
    now = datetime.now(UTC).replace(microsecond=0)
    found = [
        comment(f"saved{number}", now - timedelta(minutes=number + 1), text=f"{WORD} di desa {number}")
        for number in range(3)
    ]
    other = comment("saved9", now - timedelta(minutes=9), text=f"tanpa {RUN} apa pun")
    for one in (*found, other):  # people of their own: one grievance of one person is one row of the desk's queue
        one["author"] = {"key": f"yt~{one['id']}", "role": "public", "handle": None, "name": None}
    office.say(*found, other)
    office.until(lambda: len(office.alerts(SUBJECT)) >= 3, "the search told nothing of what was indexed")
    links = sorted(link for one in office.alerts(SUBJECT) for link in one["links"])
    assert links == sorted(one["id"] for one in found)
    assert {(one["level"], one["kind"], one["muted"]) for one in office.alerts(SUBJECT)} == {
        ("urgent", "saved_search", False)
    }

    # The same records again, another of them beside: only the new one is told.
    office.until(lambda: len(kept(office, now)) == 3, "the alerts are not taken up")
    fresh = comment("saved4", now - timedelta(seconds=20), text=f"{WORD}resmi lagi")
    fresh["author"] = {"key": f"yt~{RUN}saved4", "role": "public", "handle": None, "name": None}
    office.say(*found, fresh)
    office.until(lambda: len(kept(office, now)) == 4, "nothing was told of the new one")
    assert fresh["id"] in {link for one in office.alerts(SUBJECT) for link in one["links"]}
    assert len(office.alerts(SUBJECT)) == len({one["id"] for one in office.alerts(SUBJECT)}) == 4, "each once"
    assert set(indexed_mentions(office.index, [one["id"] for one in found])) == {one["id"] for one in found}


def kept(office: Office, now: datetime) -> list[dict[str, Any]]:
    """What the index of alerts holds of this search."""
    return [one for one in store.since(office.index, now - timedelta(hours=1)) if one["subject"] == SUBJECT]
