"""Attribution on a real index: it answers as lists do, and what is stored is what is read, merged, taken back and forgotten.

Everything lies in a year that no other test of a shared server speaks of.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import orjson
import pytest
from elasticsearch import Elasticsearch

from dengar.attribution import store
from dengar.attribution.audience import Audience
from dengar.attribution.cells import Cell, Comments
from dengar.attribution.figure import Figure
from dengar.attribution.indexed import IndexSource
from dengar.attribution.spans import Days, of_day
from dengar.index import refresh, write_records
from dengar.log import OffsetRange
from dengar.log.memory import MemoryLog
from dengar.records import pack_version, timestamp
from dengar.schemas import load
from tests.unit.attribution.memory import Memory

pytestmark = pytest.mark.stack
RUN = f"a{time.time_ns() % 1_000_000_000}"
START = datetime(2013, 3, 4, tzinfo=UTC) + timedelta(days=time.time_ns() % 300)
END = START + timedelta(hours=20)
OBSERVED = datetime.now(UTC).replace(microsecond=0)
FRAME = {
    "observed_at": timestamp(OBSERVED),
    "expires_at": timestamp(OBSERVED + timedelta(days=30)),
    "version": pack_version(OBSERVED),
}
POSTS = [f"yt:video:{RUN}{number}" for number in range(6)]
ACCOUNT = f"yt:channel:{RUN}"


def mentions(random: Random) -> Iterator[dict[str, Any]]:
    """Posts, comments, replies and chat of both kinds of authors, some withheld, some spam, some judged."""
    pattern = load("mention")["examples"][1]
    for number, post in enumerate(POSTS):
        own = {
            "id": post,
            "post_id": post,
            "conversation_id": post,
            "parent_id": None,
            "kind": "post",
            "campaigns": ["peduli"] if number % 2 else [],
        }
        yield pattern | FRAME | own | {"published_at": timestamp(START + timedelta(hours=number))}
    for number in range(400):
        key = random.choice([None, *(f"yt~{RUN}{one}" for one in range(30))])
        own = {
            "id": f"yt:comment:{RUN}{number}", "post_id": random.choice(POSTS), "kind": random.choice(["comment", "reply", "chat"]),
            "author": {"key": key, "role": random.choice(["public", "official"]) if key else "unknown", "handle": None, "name": None},
            "sentiment": random.choice([None, {"label": "negative", "score": 0.9, "uncertain": False, "origin": "model"}]),
            "published_at": timestamp(START + timedelta(seconds=random.randrange(20 * 3600))),
        }  # fmt: skip
        yield pattern | FRAME | own


def metrics() -> Iterator[dict[str, Any]]:
    """Two snapshots of each post, the newer one without likes; three of the account."""
    pattern = load("metrics")["examples"][0]
    for number, post in enumerate(POSTS):
        for hours, values in ((2, {"comments": 10 + number, "likes": 5}), (1, {"comments": 20 + number})):
            at = OBSERVED - timedelta(hours=hours)
            own = {
                "id": f"{post}@{hours}",
                "object_id": post,
                "post_id": post,
                "observed_at": timestamp(at),
                "version": pack_version(at),
            }
            yield pattern | FRAME | own | {"values": values, "unavailable": {}}
    for days, followers in ((-1, 900), (1, 1000), (3, 1100)):
        at = START + timedelta(days=days)
        own = {
            "id": f"{ACCOUNT}@{days}",
            "object_id": ACCOUNT,
            "post_id": None,
            "object_type": "account",
            "observed_at": timestamp(at),
        }
        yield (
            pattern
            | FRAME
            | own
            | {"values": {"subscribers": followers}, "unavailable": {}, "version": pack_version(at)}
        )


@pytest.fixture(scope="module")
def both(elasticsearch: Elasticsearch) -> tuple[IndexSource, Memory]:
    memory = Memory(list(mentions(Random(RUN))), list(metrics()))
    written = [("mention", one) for one in memory.mentions_] + [("metrics", one) for one in memory.metrics]
    assert not write_records(elasticsearch, written).rejected
    refresh(elasticsearch)
    return IndexSource(elasticsearch), memory


def test_the_index_answers_as_lists_do(both: tuple[IndexSource, Memory]) -> None:
    index, memory = both
    for kinds in (None, ["post"], ["comment", "reply", "chat"]):
        told = [[one["id"] for one in source.mentions(START, END, kinds, platform="youtube")] for source in both]
        assert told[0] == told[1]
    assert not list(index.mentions(START, END, platform="instagram"))
    assert index.posts([*POSTS, "yt:video:nobody"]).keys() == memory.posts(POSTS).keys() == set(POSTS)
    assert [index.posts(POSTS)[one]["campaigns"] for one in POSTS] == [[], ["peduli"]] * 3
    assert dict(index.seen(POSTS)) == dict(memory.seen(POSTS))
    assert index.counters(POSTS) == memory.counters(POSTS)
    assert index.counters(POSTS)[POSTS[0]] == {"comments": 20, "likes": 5}
    for days in (-5, 0, 2, 9):
        asked = {ACCOUNT: START + timedelta(days=days), "yt:channel:nobody": START}
        assert index.followers(asked) == memory.followers(asked)
    for having in (None, {"sentiment": "negative"}):
        start, end = START + timedelta(minutes=37), END + timedelta(minutes=3)
        told = [list(source.volume("youtube", start, end, timedelta(minutes=10), having)) for source in both]
        assert told[0] == told[1]
        assert sum(told[0]) > 20


def cell(day: date, people: range, computed: datetime, campaign: str | None = None) -> Cell:
    posts = {POSTS[0]: Comments(9, 8), POSTS[1]: Comments(None, 0)}
    audience = Audience(str(one) for one in people)
    return Cell("youtube", campaign, RUN, of_day(day), computed, computed + timedelta(days=1), audience, 12, 1, posts)


def test_cells_come_back_and_expire(elasticsearch: Elasticsearch) -> None:
    first, second = (
        cell(START.date(), range(10), OBSERVED),
        cell(START.date() + timedelta(days=1), range(5, 20), OBSERVED),
    )
    store.write_cells(elasticsearch, [first, second])
    held = {
        one.id: one
        for one in store.read_cells(elasticsearch, [first.id, second.id, "youtube/-/nobody/2013-01-01/2013-01-01"])
    }
    assert held.keys() == {first.id, second.id}
    assert held[first.id].as_dict() == first.as_dict()
    within = [
        one.id for one in store.cells_within(elasticsearch, Days(START.date(), START.date())) if one.partner == RUN
    ]
    assert within == [first.id]
    assert Audience.union(one.audience for one in held.values()).count == 20
    store.write_cells(elasticsearch, [cell(START.date(), range(3), OBSERVED - timedelta(hours=1))])
    assert store.read_cells(elasticsearch, [first.id])[0].audience.count == 10, "an older one does not overwrite"
    assert not {first.id, second.id} & set(store.expired_cells(elasticsearch, OBSERVED))
    gone = [
        one for one in store.expired_cells(elasticsearch, OBSERVED + timedelta(days=2)) if one in (first.id, second.id)
    ]
    assert store.forget_cells(elasticsearch, gone) == 2
    assert store.read_cells(elasticsearch, [first.id, second.id]) == []


def figure(value: float, day: date, computed: datetime = OBSERVED, metric: str = "engaged_reach") -> Figure:
    days = of_day(day)
    return Figure(
        formula="engaged_reach/1", metric=metric, unit="accounts", platform="youtube", partner=RUN, start=days.start, end=days.end,
        computed_at=computed, profile="sandbox", value=value, inputs={"posts": POSTS},
    )  # fmt: skip


def published(log: MemoryLog) -> list[tuple[str, Any]]:
    return [
        ((raw.key or b"").decode(), orjson.loads(raw.value) if raw.value else None)
        for place, end in log.ends([store.TOPIC]).items()
        for raw in log.read(OffsetRange(place.topic, place.number, 0, end))
    ]


def test_figures_are_told_once_and_taken_back(elasticsearch: Elasticsearch) -> None:
    log, day = MemoryLog(), START.date()
    one, other = figure(3, day), figure(4, day + timedelta(days=1))
    assert store.publish(log, elasticsearch, [one, other]) == 2
    later = OBSERVED + timedelta(hours=1)
    assert store.publish(log, elasticsearch, [figure(3, day, later)]) == 0, "it says nothing new"
    assert store.publish(log, elasticsearch, [figure(5, day, later)]) == 1
    assert published(log) == [
        (one.key, one.as_dict()),
        (other.key, other.as_dict()),
        (one.key, figure(5, day, later).as_dict()),
    ]
    assert store.figure(elasticsearch, one.key) == figure(5, day, later)
    found = list(store.figures(elasticsearch, having={"partner": RUN}))
    assert [(row.value, row.start) for row in found] == [(4, other.start), (5, one.start)], "the newest period first"
    assert other.key in store.computed_before(elasticsearch, "youtube", later)
    assert one.key not in store.computed_before(elasticsearch, "youtube", later)
    span = Days(day, day + timedelta(days=1))
    assert store.retire(log, elasticsearch, span.start, span.end, [one.key], ["engaged_union"]) == 0
    assert store.retire(log, elasticsearch, span.start, span.end, [one.key], ["engaged_reach"]) == 1
    assert published(log)[-1] == (other.key, None)
    assert store.take_back(log, elasticsearch, [one.key]) == 1
    assert store.figure(elasticsearch, one.key) is None
