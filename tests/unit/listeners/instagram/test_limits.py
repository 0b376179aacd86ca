"""Usage headers: who is slowed down, who is stopped, and who else has to obey."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dengar.log.memory import MemoryLog
from listeners.instagram.client import APP, BUSINESS, Instagram
from listeners.instagram.errors import RateLimitedError, RequestError, TransientError
from listeners.state import ListenerState
from tests.unit.listeners.instagram.wire import Answer, Wire, refusal

Connect = Callable[..., Instagram]
OK: Answer = (200, {"id": "1"})


def used(percent: int, account: str = "1", minutes: int = 0) -> dict[str, str]:
    row = f'{{"type":"instagram","call_count":{percent},"total_time":2,"estimated_time_to_regain_access":{minutes}}}'
    return {"X-Business-Use-Case-Usage": f'{{"{account}":[{row}]}}'}


def refused(connection: Instagram, limit: str) -> bool:
    """Whether a call that spends a limit is refused here, without Meta being asked."""
    before = connection.calls
    try:
        connection.get("1", limit_of=limit)
    except RateLimitedError:
        assert connection.calls == before
        return True
    return False


def test_an_account_at_its_limit_does_not_stop_the_others_nor_the_app(connect: Connect) -> None:
    connection = connect(Wire([(200, {"id": "1"}, used(95, minutes=9)), OK]))
    assert not refused(connection, "1")
    assert [refused(connection, limit) for limit in ("1", "2", APP)] == [True, False, False]
    assert refused(connection, BUSINESS), "a call of no account in particular might be this one's"


def test_what_was_refused_to_no_account_in_particular_holds_for_all(connect: Connect) -> None:
    connection = connect(Wire([refusal(400, 80002), OK]))
    with pytest.raises(RateLimitedError):
        connection.get("1")
    assert [refused(connection, limit) for limit in ("1", "2", BUSINESS, APP)] == [True, True, True, False]


def test_the_apps_limit_is_heard_on_any_call(connect: Connect) -> None:
    headers = {"X-App-Usage": '{"call_count":96,"total_time":1,"total_cputime":1}'}
    connection = connect(Wire([(200, {"id": "1"}, headers), OK]))
    connection.get("1", limit_of="1")
    assert refused(connection, APP)


@pytest.mark.parametrize(("percent", "pause"), [(0, 0.0), (74, 0.0), (75, 0.5), (85, 3.0), (94, 5.0)])
def test_from_75_percent_on_each_call_of_that_account_waits_the_longer_the_nearer_the_end(
    connect: Connect, slept: list[float], percent: int, pause: float
) -> None:
    connection = connect(Wire([(200, {"id": "1"}, used(percent))]))
    connection.get("1", limit_of="1")
    connection.get("1", limit_of="2")
    assert slept == []
    connection.get("1", limit_of="1")
    assert slept == ([pause] if pause else [])


def test_a_backfill_leaves_the_last_quarter_to_live_listening(connect: Connect, now: list[float]) -> None:
    log = MemoryLog()
    ours, theirs = ListenerState(log), ListenerState(log)
    backfill = connect(Wire([(200, {"id": "1"}, used(75)), OK]), state=ours, spare=True)
    backfill.get("1", limit_of="1")
    assert [refused(backfill, limit) for limit in ("1", "2", APP)] == [True, False, False]
    theirs.refresh()
    live = connect(Wire([OK]), state=theirs)
    assert not refused(live, "1"), "the block is the backfill's own"
    now[0] += 10 * 60
    assert not refused(backfill, "1")


def test_errors_tell_of_limits_too_and_end_the_tries(connect: Connect, slept: list[float]) -> None:
    failing: Any = (*refusal(500, 2), used(97, minutes=4))
    connection = connect(Wire([failing, OK]))
    with pytest.raises(RateLimitedError):
        connection.get("1", limit_of="1")
    assert connection.calls == 1, "the next try would have been a call while blocked"
    other: Any = (*refusal(400, 100), used(98))
    connection = connect(Wire([other]))
    with pytest.raises(RequestError):
        connection.get("1", limit_of="1")
    assert refused(connection, "1")


def test_the_time_is_heard_from_refusals_too(connect: Connect) -> None:
    answer: Any = (*refusal(400, 100), {"date": "Sat, 21 Nov 2026 03:00:00 GMT"})
    connection = connect(Wire([answer]))
    with pytest.raises(RequestError):
        connection.get("1")
    assert connection.clock.now().day == 21


def test_a_stop_is_shared_and_ends_by_metas_clock(connect: Connect, now: list[float]) -> None:
    log = MemoryLog()
    ours, theirs = ListenerState(log), ListenerState(log)
    first = connect(Wire([(200, {"id": "1"}, used(95, minutes=30)), OK]), state=ours)
    first.get("1", limit_of="1")
    theirs.refresh()
    second = connect(Wire([OK]), state=theirs)
    assert [refused(second, limit) for limit in ("1", "2", BUSINESS)] == [True, False, True]
    now[0] += 30 * 60
    assert [refused(second, limit) for limit in ("1", BUSINESS)] == [False, False]


def test_a_success_resets_the_growing_waits(connect: Connect, now: list[float]) -> None:
    connection = connect(Wire([refusal(400, 4), refusal(400, 4), OK, refusal(400, 4), OK]))
    for wait in (60, 120):
        with pytest.raises(RateLimitedError):
            connection.get("1")
        now[0] += wait
    assert connection.get("1") == {"id": "1"}
    with pytest.raises(RateLimitedError):
        connection.get("1")
    now[0] += 60
    assert connection.get("1") == {"id": "1"}


def test_a_passing_fault_with_a_low_use_is_tried_again(connect: Connect) -> None:
    failing: Any = (*refusal(500, 2), used(10))
    connection = connect(Wire([failing]))
    with pytest.raises(TransientError):
        connection.get("1", limit_of="1")
    assert connection.calls == 5
