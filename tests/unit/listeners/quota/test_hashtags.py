"""The budget of hashtags: a rolling window that repeated reading neither spends nor prolongs, shared by all workers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.log.memory import MemoryLog
from listeners.quota.hashtags import HashtagBudget
from listeners.quota.rules import load_rules
from listeners.state import ListenerState

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
WINDOW = timedelta(days=load_rules().hashtag_days)
MOST = load_rules().hashtag_limit


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


def budget(state: ListenerState, clock: Clock, account: str = "100") -> HashtagBudget:
    return HashtagBudget(load_rules(), state, account, clock)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 45), st.integers(0, 40)), max_size=120))
def test_never_more_than_thirty_hashtags_begin_in_any_seven_days(steps: list[tuple[int, int]]) -> None:
    state, clock = ListenerState(MemoryLog()), Clock()
    ours, began = budget(state, clock), dict[str, datetime]()
    for number, hours in steps:
        clock.now += timedelta(hours=hours)
        tag = f"tag{number}"
        window = {name for name, at in began.items() if clock.now - at < WINDOW}
        allowed = ours.claim(tag)
        assert allowed is (tag in window or len(window) < MOST)
        if allowed and tag not in window:
            began[tag] = clock.now


def test_workers_share_a_budget_and_accounts_do_not() -> None:
    log, clock = MemoryLog(), Clock()
    one, two = ListenerState(log), ListenerState(log)
    for number in range(MOST):
        assert budget(one, clock).claim(f"tag{number}")
    one.flush()
    two.refresh()
    assert not budget(two, clock).claim("another")
    assert budget(two, clock).claim("tag1"), "within the window it costs nothing more"
    assert budget(two, clock, "200").claim("another")


def test_what_has_run_out_is_forgotten() -> None:
    state, clock = ListenerState(MemoryLog()), Clock()
    ours = budget(state, clock)
    ours.claim("x")
    clock.now += WINDOW
    assert ours.running() == {}
    assert list(state.items("hashtag/")) == []


def test_after_a_refusal_only_known_hashtags_are_read_for_a_day() -> None:
    state, clock = ListenerState(MemoryLog()), Clock()
    ours = budget(state, clock)
    assert ours.claim("known")
    assert ours.claim("new")
    ours.refuse("new")
    assert (ours.claim("known"), ours.claim("new"), list(ours.running())) == (True, False, ["known"])
    clock.now += timedelta(days=1)
    assert ours.claim("new")
