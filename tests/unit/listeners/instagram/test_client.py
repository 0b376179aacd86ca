"""Each refusal of the Graph API and what the client does about it: counted calls, no secret in any message."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import pytest
import requests

from dengar.log.memory import MemoryLog
from dengar.settings import Settings, SettingsError
from listeners.instagram.client import APP, ATTEMPTS, TIMEOUT_S, Instagram, cursor, session
from listeners.instagram.errors import (
    GoneError,
    InstagramError,
    NotEnoughViewersError,
    PermissionMissingError,
    RateLimitedError,
    RequestError,
    TokenError,
    TooMuchDataError,
    TransientError,
)
from listeners.instagram.usage import highest
from listeners.state import ListenerState
from tests.unit.listeners.instagram.wire import TOKEN, Answer, Wire, refusal

Connect = Callable[..., Instagram]
OK: Answer = (200, {"id": "1"})


@pytest.mark.parametrize(
    ("answer", "error", "calls"),
    [
        (refusal(400, 4), RateLimitedError, 1),
        (refusal(400, 17), RateLimitedError, 1),
        (refusal(400, 32), RateLimitedError, 1),
        (refusal(400, 613), RateLimitedError, 1),
        (refusal(400, 80002), RateLimitedError, 1),
        (refusal(403, 4, is_transient=True), RateLimitedError, 1),
        ((429, b"slow down"), RateLimitedError, 1),
        (refusal(401, 190, 463), TokenError, 1),
        (refusal(400, 102), TokenError, 1),
        ((400, {"error_type": "OAuthException", "code": 190, "error_message": "expired"}), TokenError, 1),
        (refusal(400, 1), TransientError, ATTEMPTS),
        (refusal(400, 2), TransientError, ATTEMPTS),
        (refusal(400, 100, is_transient=True), TransientError, ATTEMPTS),
        ((502, b"<html>"), TransientError, ATTEMPTS),
        ((200, b"[1]"), TransientError, ATTEMPTS),
        ((200, b"<html>"), TransientError, ATTEMPTS),
        (requests.ConnectionError(f"https://x/?access_token={TOKEN}"), TransientError, ATTEMPTS),
        (requests.Timeout("slow"), TransientError, ATTEMPTS),
        (refusal(400, 10, message="(#10) Not enough viewers for the media to show insights"), NotEnoughViewersError, 1),
        (refusal(403, 10), PermissionMissingError, 1),
        (refusal(403, 200), PermissionMissingError, 1),
        (refusal(400, 100, 33), GoneError, 1),
        (refusal(400, 110), GoneError, 1),
        (refusal(400, 100, 2108006), RequestError, 1),
        (refusal(400, 100), RequestError, 1),
    ],
)
def test_a_refusal_is_told_by_its_code_and_asked_again_only_where_that_may_help(
    connect: Connect, slept: list[float], answer: Answer, error: type[InstagramError], calls: int
) -> None:
    wire = Wire([answer])
    with pytest.raises(error) as caught:
        connect(wire).get("123", fields="id")
    assert type(caught.value) is error
    assert len(wire.asked) == calls
    assert len(slept) == calls - 1
    told = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in told
    assert "canary" not in told


def test_what_passes_is_answered_after_a_pause(connect: Connect, slept: list[float]) -> None:
    wire = Wire([(500, b""), refusal(400, 2), OK])
    assert connect(wire).get("1") == {"id": "1"}
    assert len(slept) == 2


def test_every_call_has_a_time_out_a_proof_and_the_version(connect: Connect) -> None:
    wire = Wire([OK])
    connect(wire).get("1", fields="id,text")
    ((path, parameters),) = wire.asked
    assert (path, parameters["fields"], parameters["access_token"]) == ("1", "id,text", TOKEN)
    assert len(parameters["appsecret_proof"]) == 64
    assert wire.timeouts == [TIMEOUT_S]


def test_a_rate_limit_stops_calls_of_that_limit_until_metas_estimate_has_passed(
    connect: Connect, now: list[float]
) -> None:
    usage = '{"1":[{"type":"instagram","call_count":100,"estimated_time_to_regain_access":7}]}'
    wire = Wire([(*refusal(400, 80002), {"X-Business-Use-Case-Usage": usage}), OK])  # type: ignore[misc]
    connection = connect(wire)
    with pytest.raises(RateLimitedError):
        connection.get("1")
    with pytest.raises(RateLimitedError):
        connection.get("1")
    assert len(wire.asked) == 1
    # The app's limit is another one.
    assert connection.get("1", limit_of=APP) == {"id": "1"}
    now[0] += 7 * 60 - 1
    with pytest.raises(RateLimitedError):
        connection.get("1")
    now[0] += 1
    assert connection.get("1") == {"id": "1"}


def test_calls_stop_before_meta_stops_them(connect: Connect, now: list[float]) -> None:
    wire = Wire([(200, {"id": "1"}, {"x-app-usage": '{"call_count":95,"total_time":3,"total_cputime":1}'}), OK])
    connection = connect(wire)
    assert connection.get("1", limit_of=APP) == {"id": "1"}
    with pytest.raises(RateLimitedError):
        connection.get("1", limit_of=APP)
    now[0] += 60
    assert connection.get("1", limit_of=APP) == {"id": "1"}


def test_a_refused_token_is_not_shown_again_for_ten_minutes(connect: Connect, now: list[float]) -> None:
    wire = Wire([refusal(401, 190, 463), OK])
    connection = connect(wire)
    for _ in range(3):
        with pytest.raises(TokenError) as caught:
            connection.get("1")
        assert "DENGAR_INSTAGRAM_TOKEN" in str(caught.value)
    assert len(wire.asked) == 1
    now[0] += 600
    assert connection.get("1") == {"id": "1"}


@pytest.mark.parametrize(
    ("answers", "there", "calls"),
    [([OK], True, 1), ([refusal(400, 100, 33), OK], True, 2), ([refusal(400, 100, 33)], False, 2)],
)
def test_gone_is_believed_the_second_time(connect: Connect, answers: list[Answer], there: bool, calls: int) -> None:
    wire = Wire(answers)
    assert connect(wire).exists("9") is there
    assert len(wire.asked) == calls


def test_pages_go_on_while_there_is_a_next_with_our_own_parameters(connect: Connect) -> None:
    def page(after: str | None, *, more: bool) -> Answer:
        paging: dict[str, Any] = {"cursors": {"after": after}}
        return 200, {"data": [], "paging": paging | ({"next": "https://evil.example/?after=x"} if more else {})}

    wire = Wire([page("a", more=True), page("b", more=True), page("c", more=False)])
    assert len(list(connect(wire).pages("1", "media", fields="id", limit=50))) == 3
    assert [parameters.get("after") for _, parameters in wire.asked] == [None, "a", "b"]
    assert {path for path, _ in wire.asked} == {"1/media"}
    assert {parameters["limit"] for _, parameters in wire.asked} == {"50"}


def test_a_cursor_that_stands_still_and_a_listing_without_end_are_left(connect: Connect) -> None:
    still: Answer = (200, {"data": [], "paging": {"cursors": {"after": "a"}, "next": "https://x/"}})
    wire = Wire([still])
    assert len(list(connect(wire).pages("1", "media"))) == 2
    numbers = iter(range(100))

    def endless(_path: str, _parameters: dict[str, str]) -> Answer:
        return 200, {"paging": {"cursors": {"after": str(next(numbers))}, "next": "https://x/"}}

    assert len(list(connect(Wire(endless)).pages("1", "media", most=7))) == 7


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ({}, None),
        ({"paging": None}, None),
        ({"paging": {"cursors": {"after": "last"}}}, None),
        ({"paging": {"cursors": {"after": "a"}, "next": "https://x/?after=b"}}, "a"),
        ({"paging": {"next": "https://x/?limit=1&after=b"}}, "b"),
        ({"paging": {"next": "https://x/"}}, None),
    ],
)
def test_the_cursor_of_the_next_page(body: dict[str, Any], after: str | None) -> None:
    assert cursor(body) == after


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (0.0, None)),
        ({"X-App-Usage": "no json"}, (0.0, None)),
        ({"X-App-Usage": "[]"}, (0.0, None)),
        ({"X-App-Usage": '{"call_count":"many","total_time":12}'}, (12.0, None)),
        (
            {"x-business-use-case-usage": '{"1":[{"call_count":3},{"total_time":97,"estimated_time_to_regain_access":5}]}'},
            (97.0, 5.0),
        ),
        ({"x-other": '{"call_count":99}'}, (0.0, None)),
    ],
)  # fmt: skip
def test_the_highest_use_of_a_limit(headers: dict[str, str], expected: tuple[float, float | None]) -> None:
    assert highest(headers) == expected


def test_another_host_takes_the_systems_certificates() -> None:
    made = session(Settings(instagram_token="t", instagram_endpoint="http://127.0.0.1:1/"))
    assert (made.GRAPH, made.requests.verify) == ("http://127.0.0.1:1", True)
    real = session(Settings(instagram_token="t"))
    assert real.GRAPH == "https://graph.facebook.com"
    assert str(real.requests.verify).endswith(".crt")


def test_without_a_token_there_is_no_connection() -> None:
    with pytest.raises(SettingsError, match="DENGAR_INSTAGRAM_TOKEN"):
        Instagram(Settings())


def test_calls_are_spaced_out_from_three_quarters_of_a_limit_on(connect: Connect, slept: list[float]) -> None:
    used = {"x-app-usage": '{"call_count":85,"total_time":3,"total_cputime":1}'}
    connection = connect(Wire([(200, {"id": "1"}, used), (200, {"id": "1"}, used), OK, OK]))
    for _ in range(4):
        connection.get("1")
    assert len(slept) == 2, "after the two answers that told of 85 percent"
    assert all(0.5 <= pause <= 5 for pause in slept)


def test_waits_grow_while_meta_gives_no_estimate(connect: Connect, now: list[float]) -> None:
    wire = Wire([refusal(400, 4)])
    connection = connect(wire)
    for minutes in (1, 2, 4, 8):
        with pytest.raises(RateLimitedError):
            connection.get("1")
        asked = len(wire.asked)
        now[0] += 60 * minutes - 1
        with pytest.raises(RateLimitedError):
            connection.get("1")
        assert len(wire.asked) == asked
        now[0] += 1


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80002])
def test_a_block_holds_for_other_workers_and_after_a_restart(connect: Connect, code: int) -> None:
    log = MemoryLog()
    state = ListenerState(log)
    with pytest.raises(RateLimitedError):
        connect(Wire([refusal(400, code)]), state=state).get("1")
    wire, other = Wire([OK]), ListenerState(log)
    other.refresh()
    with pytest.raises(RateLimitedError):
        connect(wire, state=other).get("1")
    assert wire.asked == []


def test_too_much_data_is_halved_down_to_one_and_then_given_up(connect: Connect) -> None:
    wire = Wire(
        [refusal(500, 1, message="Please reduce the amount of data you're asking for, then retry your request")]
    )
    with pytest.raises(TooMuchDataError):
        connect(wire).page("1", "media", after="here", limit=50)
    assert [int(parameters["limit"]) for _, parameters in wire.asked] == [50, 25, 12, 6, 3, 1]
    assert {parameters["after"] for _, parameters in wire.asked} == {"here"}
