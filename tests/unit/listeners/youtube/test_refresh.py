"""What is asked for again is looked up by fifties, published though unchanged, and gone only where YouTube says so twice."""

from __future__ import annotations

from typing import Any

import orjson

from listeners.known import Known
from listeners.quota.ledger import QuotaError
from listeners.refresh import PREFIX
from listeners.youtube.comments import Comments
from listeners.youtube.refresh import Refresh
from listeners.youtube.watch import Watch
from tests.unit.listeners.rounds import pages_of, round_of
from tests.unit.listeners.youtube.conftest import CHANNEL

ASKED = {"post": "yt:video:v1", "via": "youtube.comments", "ownership": "owned"}


def ask(watch: Watch, *subjects: str, until: str = "2026-12-01T00:00:00.000Z", **more: Any) -> None:
    for subject in subjects:
        watch.station.state.put(PREFIX + subject, {**ASKED, "until": until, **more})


def waiting(watch: Watch) -> int:
    return len(list(watch.station.state.items(PREFIX)))


def test_what_is_unchanged_is_published_again_and_what_is_missing_is_gone(tube: Any, watch: Watch) -> None:
    tube.threads = {"t1": ["t1.0", "t1.1"], "t2": []}
    round_of(Comments(watch), watch.station)
    assert round_of(Comments(watch), watch.station), "the walk reads them again"
    before = watch.station.publisher.counts.collected
    tube.threads = {"t1": ["t1.0"]}
    ask(watch, "yt:comment:t1", "yt:comment:t1.0", "yt:comment:t1.1", "yt:comment:t2", conversation="yt:comment:t1")
    tube.asked.clear()
    items = round_of(Refresh(watch), watch.station)
    assert {item.subject: item.kind for item in items} == {
        "yt:comment:t1": "comment", "yt:comment:t1.0": "comment", "yt:comment:t1.1": "gone", "yt:comment:t2": "gone",
    }  # fmt: skip
    assert watch.station.publisher.counts.collected - before == 4, "all are published, changed or not"
    assert all(
        (item.post_id, item.via, item.ownership) == ("yt:video:v1", "youtube.comments", "owned") for item in items
    )
    assert all(item.account == CHANNEL for item in items), "it hangs where it hung"
    assert [method for method, _ in tube.asked] == ["comments.list", "comments.list"], "the missing are asked for twice"
    assert waiting(watch) == 0


def test_fifty_go_into_one_call_and_what_ends_first_comes_first(tube: Any, watch: Watch) -> None:
    tube.threads = {f"t{n}": [] for n in range(120)}
    ask(watch, *(f"yt:comment:t{n}" for n in range(120)))
    ask(watch, "yt:video:v1", until="2026-11-26T00:00:00.000Z")
    pages = pages_of(Refresh(watch), watch.station)
    assert [len(page) for page in pages] == [1, 50, 50, 20]
    assert pages[0][0].kind == "video"
    assert len(tube.asked) == 4


def test_a_crash_before_the_quota_is_back_loses_no_request(tube: Any, watch: Watch) -> None:
    def spent(method: str, **parameters: Any) -> Any:
        raise QuotaError("spent")

    ask(watch, "yt:comment:t1")
    call, tube.call = tube.call, spent
    try:
        round_of(Refresh(watch), watch.station)
    except QuotaError:
        pass
    else:
        raise AssertionError("the round must end")
    assert waiting(watch) == 1
    tube.call, tube.threads = call, {"t1": []}
    assert [item.subject for item in round_of(Refresh(watch), watch.station)] == ["yt:comment:t1"]


def test_one_that_makes_youtube_refuse_the_call_is_found_by_halving(tube: Any, watch: Watch, closed: Exception) -> None:
    tube.threads = {f"t{n}": [] for n in range(4)}
    call = tube.call

    def refused(method: str, **parameters: Any) -> Any:
        if "t2" in str(parameters["id"]).split(","):
            raise closed
        return call(method, **parameters)

    tube.call = refused
    ask(watch, *(f"yt:comment:t{n}" for n in range(4)))
    found = {item.subject[-2:]: item.kind for item in round_of(Refresh(watch), watch.station)}
    assert found == {"t0": "comment", "t1": "comment", "t2": "gone", "t3": "comment"}


def test_a_channel_is_published_again_by_its_own_source(watch: Watch) -> None:
    subject = f"yt:channel:{CHANNEL}"
    watch.station.known._keep(subject, Known({"channel": "same"}))
    ask(watch, subject)
    assert round_of(Refresh(watch), watch.station) == []
    known = watch.station.known.get(subject)
    assert known is not None
    assert known.versions == {}
    assert waiting(watch) == 0


def test_what_was_not_published_for_a_month_is_forgotten_everywhere(tube: Any, watch: Watch) -> None:
    tube.threads = {"t1": [], "t2": []}
    round_of(Comments(watch), watch.station)
    known = watch.station.known
    row = known.get("yt:comment:t1")
    assert row is not None
    assert row.day is not None
    row.day -= 40
    assert round_of(Refresh(watch), watch.station) == []
    assert known.get("yt:comment:t1") is None
    assert known.get("yt:comment:t2") is not None
    watch.station.state.flush()
    kept = {}
    for record in watch.station.log.read(_all(watch)):
        kept[record.key] = record.value
    assert kept[b"known/yt:comment:t1"] is None
    assert orjson.loads(kept[b"known/yt:comment:t2"] or b"{}")["d"] == known.get("yt:comment:t2").day  # type: ignore[union-attr]


def _all(watch: Watch) -> Any:
    from dengar.log import OffsetRange

    ((partition, end),) = watch.station.log.ends(["listener-state"]).items()
    return OffsetRange(*partition, 0, end)
