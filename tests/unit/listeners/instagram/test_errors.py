"""Every row of the table errors → actions (platforms.md 2.6), proved by counted calls and the kept cursor, through the runner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dengar.log.memory import MemoryLog
from dengar.registers import Registers
from dengar.settings import Settings
from listeners.instagram.accounts import Accounts
from listeners.instagram.client import ATTEMPTS, Instagram
from listeners.instagram.insights import Insights
from listeners.instagram.media import Media, Tags
from listeners.instagram.watch import Watch
from listeners.registry import SOURCES, Row
from listeners.run import PollReport, poll_once
from listeners.source import Source
from listeners.station import Station
from tests.unit.listeners.instagram.gram import NOW, OTHER, OWN, Gram, at
from tests.unit.listeners.instagram.wire import Answer, Wire, refusal

MEDIA = f"{OWN}/media"
SECOND = {"after": "2"}


class Listener:
    """One process over a log; `restarted` gives another one over the same log."""

    def __init__(self, connect: Callable[..., Instagram], gram: Gram, log: MemoryLog, *built: Callable[[Watch], Any]):
        self._connect, self._gram, self._log, self._built = connect, gram, log, built
        self.wire = Wire(self._answer)
        self.broken: dict[tuple[str, str], Answer] = {}  # (path, after) → what strikes there
        station = Station("instagram", Settings(), Registers(), log)
        station.state.refresh()
        connection = connect(self.wire, state=station.state, clock=station.clock)
        self.watch = Watch(station, connection, [OWN, OTHER], {})
        at(self.watch, NOW)
        rows = {row.name: row for row in SOURCES}
        self.sources: list[tuple[Row, Source]] = [
            (rows[source.name], source) for source in (build(self.watch) for build in built)
        ]

    def _answer(self, path: str, parameters: dict[str, str]) -> Answer:
        return self.broken.get((path, parameters.get("after", "")), None) or self._gram(path, parameters)

    def poll(self) -> PollReport:
        return poll_once(self.watch.station, self.sources)

    def restarted(self) -> Listener:
        return Listener(self._connect, self._gram, self._log, *self._built)

    def asked(self, path: str) -> list[str]:
        """The cursors with which a path was asked."""
        return [parameters.get("after", "") for asked, parameters in self.wire.asked if asked == path]

    def cursor(self, source: str) -> dict[str, Any]:
        return dict(self.watch.station.state.get(f"cursor/{source}") or {})


@pytest.fixture
def listen(connect: Callable[..., Instagram], gram: Gram) -> Callable[..., Listener]:
    for number in range(6):
        gram.post(str(number + 1))

    def made(*built: Callable[[Watch], Any]) -> Listener:
        return Listener(connect, gram, MemoryLog(), *built)

    return made


Listen = Callable[..., Listener]


@pytest.mark.parametrize(
    "answer",
    [
        *(refusal(400, code) for code in (4, 17, 32, 613, 80002)),
        refusal(403, 4, is_transient=True),
        (429, b"slow down"),
    ],
)
@pytest.mark.parametrize("estimate", [7, None])
def test_a_rate_limit_waits_keeps_the_cursor_and_goes_on_there(
    listen: Listen, answer: Answer, estimate: int | None
) -> None:
    usage = f'{{"{OWN}":[{{"call_count":100,"estimated_time_to_regain_access":{estimate}}}]}}'
    headers = {"X-Business-Use-Case-Usage": usage} if estimate else {}
    listener = listen(Media)
    listener.broken[MEDIA, "2"] = (*answer, headers)  # type: ignore[misc]
    first = listener.poll()
    assert (first.collected, list(first.errors)) == (2, ["instagram.media"])
    assert listener.asked(MEDIA) == ["", "2"], "a limit is no fault: one call"
    assert listener.cursor("instagram.media")["token"] == "2|2"
    # Neither this process nor the next asks before the time, though Meta would answer by now.
    again = listener.restarted()
    at(again.watch, NOW + timedelta(minutes=(estimate or 1)) - timedelta(seconds=10))
    assert again.poll().errors
    assert again.wire.asked == []
    at(again.watch, NOW + timedelta(minutes=(estimate or 1), seconds=1))
    rest = again.poll()
    assert (rest.collected, rest.errors) == (4, {})
    assert again.asked(MEDIA) == ["2", "4"], "no page is read twice"


@pytest.mark.parametrize(
    "answer", [refusal(400, 1), refusal(400, 2), refusal(400, 368, is_transient=True), (500, b""), (503, b"<html>")]
)
def test_what_passes_is_tried_five_times_and_the_cursor_stays(
    listen: Listen, slept: list[float], answer: Answer
) -> None:
    listener = listen(Media)
    listener.broken[MEDIA, "2"] = answer
    report = listener.poll()
    assert "try again later" in report.errors["instagram.media"]
    assert listener.asked(MEDIA) == ["", *["2"] * ATTEMPTS]
    assert len(slept) == ATTEMPTS - 1
    listener.broken.clear()
    rest = listener.poll()
    assert (rest.collected, rest.errors) == (4, {})
    assert listener.asked(MEDIA)[1 + ATTEMPTS :] == ["2", "4"]


def test_less_data_is_asked_for_with_half_the_limit_at_the_same_cursor(
    listen: Listen, gram: Gram, slept: list[float]
) -> None:
    gram.most = 3
    listener = listen(Media)
    report = listener.poll()
    assert (report.collected, report.errors) == (6, {})
    asked = [(p.get("after", ""), int(p["limit"])) for path, p in listener.wire.asked if path == MEDIA]
    assert asked == [(after, limit) for after in ("", "2", "4") for limit in (50, 25, 12, 6, 3)]
    assert slept == []


@pytest.mark.parametrize(
    "answer", [*(refusal(401, 190, subcode) for subcode in (458, 460, 463, 467)), refusal(400, 190), refusal(400, 102)]
)
def test_a_token_that_is_refused_pauses_everything_and_says_to_connect_again(listen: Listen, answer: Answer) -> None:
    listener = listen(Media, Tags, Accounts)
    listener.broken[MEDIA, "2"] = answer
    report = listener.poll()
    assert report.errors.keys() == {"instagram.media", "instagram.tags", "instagram.accounts"}
    assert all("connect the account again" in said for said in report.errors.values())
    assert listener.wire.paths() == [MEDIA, MEDIA], "the others do not show the token again"
    assert listener.cursor("instagram.media")["token"] == "2|2"
    listener.broken.clear()
    at(listener.watch, NOW + timedelta(minutes=9))
    assert listener.poll().errors
    assert len(listener.wire.asked) == 2
    at(listener.watch, NOW + timedelta(minutes=11))
    assert listener.poll().errors == {}
    assert listener.asked(MEDIA) == ["", "2", "2", "4"]


@pytest.mark.parametrize("code", [10, 200, 230, 299])
def test_a_missing_permission_pauses_that_stream_of_that_account_only(listen: Listen, gram: Gram, code: int) -> None:
    gram.refused[MEDIA] = refusal(403, code)
    listener = listen(Media, Tags)
    report = listener.poll()
    assert report.errors.keys() == {"instagram.media"}
    assert "permission" in report.errors["instagram.media"]
    assert listener.wire.paths().count(f"{OWN}/tags") == 1, "the other stream goes on"
    assert listener.wire.paths().count(f"{OTHER}/media") == 1, "the other account goes on"
    again = listener.restarted()
    at(again.watch, NOW + timedelta(minutes=59))
    assert "permission" in again.poll().errors["instagram.media"], "said in every round"
    assert again.asked(MEDIA) == []
    gram.refused.clear()
    at(again.watch, NOW + timedelta(minutes=61))
    assert again.poll().errors == {}
    assert again.asked(MEDIA) != []


def test_too_few_viewers_is_expected_and_no_zero(listen: Listen, gram: Gram) -> None:
    gram.metrics = {str(number): {"reach"} for number in range(1, 7)} | {OWN: {"reach"}, OTHER: {"reach"}}
    gram.refused["1/insights"] = refusal(400, 10, message="(#10) Not enough viewers for the media to show insights")
    listener = listen(Media, Insights)
    report = listener.poll()
    assert report.errors == {}
    known = listener.watch.station.known
    assert [known.get(f"ig:media:{n}").versions.get("media_insights") is None for n in (1, 2)] == [True, False]  # type: ignore[union-attr]
    assert listener.asked("1/insights") == [""]


def test_what_is_not_there_is_gone_after_one_more_look(listen: Listen, gram: Gram) -> None:
    listener = listen(Media)
    listener.poll()
    gone = gram.media.pop("4")
    listener.watch.station.walk = True
    assert listener.poll().collected == 1
    assert listener.asked("4") == ["", ""], "asked twice: under load Meta says so too early"
    known = listener.watch.station.known.get("ig:media:4")
    assert known is not None
    assert known.gone
    gram.media["4"] = gone
    assert listener.poll().collected == 1, "what is back is new"


def test_media_older_than_the_business_account_are_never_asked_again(listen: Listen, gram: Gram) -> None:
    gram.metrics = {OWN: {"reach"}, OTHER: {"reach"}}
    for number in range(1, 7):
        gram.refused[f"{number}/insights"] = refusal(400, 100, 2108006)
    listener = listen(Media, Insights)
    assert listener.poll().errors == {}
    assert [len(listener.asked(f"{number}/insights")) for number in range(1, 7)] == [1] * 6
    later = listener.restarted()
    at(later.watch, NOW + timedelta(days=400))
    assert later.poll().errors == {}
    assert [later.asked(f"{number}/insights") for number in range(1, 7)] == [[]] * 6


def test_a_field_that_does_not_fit_is_not_asked_again_in_this_round_and_costs_that_account(
    listen: Listen, gram: Gram
) -> None:
    gram.refused[f"{OWN}/tags"] = refusal(400, 100)
    listener = listen(Tags)
    report = listener.poll()
    assert "does not fit" in report.errors["instagram.tags"]
    assert listener.wire.paths() == [f"{OWN}/tags", f"{OTHER}/tags"]
    assert report.collected == 1


def test_a_bad_metric_costs_that_metric_and_one_that_a_product_lacks_is_left_out_for_a_day(
    listen: Listen, gram: Gram
) -> None:
    lacking = {"reach", "views", "shares", "total_interactions", "reposts", "likes", "comments", "saved", "follows"}
    gram.metrics = {str(number): lacking for number in range(1, 7)} | {OWN: {"reach"}, OTHER: {"reach"}}
    listener = listen(Media, Insights)
    assert listener.poll().errors == {}
    assert [len(listener.asked(f"{number}/insights")) for number in range(6, 0, -1)] == [12, 12, 12, 1, 1, 1]
    payloads = [listener.watch.station.known.get(f"ig:media:{n}") for n in range(1, 7)]
    assert all(known is not None and "media_insights" in known.versions for known in payloads)
