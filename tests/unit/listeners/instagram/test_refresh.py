"""Own media and comments are read again by their ids; what others wrote is published anew when the walk that found it sees it next."""

from __future__ import annotations

from typing import Any

from listeners.instagram.media import Media
from listeners.instagram.refresh import Refresh
from listeners.instagram.watch import Watch
from listeners.known import Known
from listeners.refresh import PREFIX
from tests.unit.listeners.instagram.gram import OWN, Gram
from tests.unit.listeners.instagram.wire import refusal
from tests.unit.listeners.rounds import round_of


def ask(watch: Watch, subject: str, **more: Any) -> None:
    row = {
        "until": "2026-12-01T00:00:00.000Z",
        "via": "instagram.comments",
        "ownership": "owned",
        "post": "ig:media:m1",
    }
    watch.station.state.put(PREFIX + subject, row | more)


def looked(watch: Watch) -> dict[str, str]:
    return {item.subject: item.kind for item in round_of(Refresh(watch), watch.station)}


def test_own_media_and_comments_are_published_again_or_gone(gram: Gram, watch: Watch) -> None:
    gram.post("m1")
    gram.threads = {"m1": {"c1": []}}
    round_of(Media(watch), watch.station)
    before = watch.station.publisher.counts.collected
    ask(watch, "ig:media:m1", via="instagram.media")
    ask(watch, "ig:comment:c1")
    ask(watch, "ig:comment:c2")
    assert looked(watch) == {"ig:media:m1": "media", "ig:comment:c1": "comment", "ig:comment:c2": "gone"}
    assert watch.station.publisher.counts.collected - before == 3
    assert list(watch.station.state.items(PREFIX)) == []


def test_gone_is_believed_only_when_meta_says_so_again(gram: Gram, watch: Watch, wire: Any) -> None:
    answers = [refusal(400, 100, 33), (200, {"id": "c1"})]
    script = wire._script
    wire._script = lambda path, parameters: answers.pop(0) if path == "c1" and answers else script(path, parameters)
    ask(watch, "ig:comment:c1")
    assert looked(watch) == {}


def test_a_request_that_meta_does_not_understand_does_not_hold_up_the_others(gram: Gram, watch: Watch) -> None:
    gram.refused["c0"] = refusal(400, 100)
    gram.threads = {"m1": {"c1": []}}
    ask(watch, "ig:comment:c0", until="2026-11-26T00:00:00.000Z")
    ask(watch, "ig:comment:c1")
    assert looked(watch) == {"ig:comment:c1": "comment"}


def test_what_others_posted_waits_for_the_walk_that_sees_it(gram: Gram, watch: Watch, wire: Any) -> None:
    for subject in ("ig:media:900", "ig:media:901"):
        watch.station.known._keep(subject, Known({"media@instagram.tags": "same"}))
    watch.station.known._keep("ig:media:901", Known({"gone": "x"}))
    for subject in ("ig:media:900", "ig:media:901", f"ig:user:{OWN}"):
        ask(watch, subject, via="instagram.tags", ownership="public")
    assert looked(watch) == {}
    assert wire.paths() == []
    renewed, gone = (watch.station.known.get(f"ig:media:{number}") for number in (900, 901))
    assert renewed is not None
    assert renewed.versions == {}
    assert gone is not None
    assert gone.gone, "what is gone stays gone"
