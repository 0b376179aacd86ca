"""The ledger: what all workers spent, refusals until the reset of the platform's day, reserves, forecasts, and the plan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dengar.log.memory import MemoryLog
from dengar.registers import Registers
from dengar.settings import Settings
from listeners.quota.ledger import Ledger, QuotaError, Urgency
from listeners.quota.plan import due, stretch
from listeners.quota.rules import FILE, QuotaRulesError, load_rules
from listeners.state import ListenerState
from listeners.station import Station

NOON = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)  # noon in Los Angeles
LISTING, SEARCH = "youtube/commentThreads.list", "youtube/search.list"


class Clock:
    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def spend(ledger: Ledger, method: str, times: int, urgency: Urgency | None = None) -> int:
    """How many of `times` calls are let through."""
    for done in range(times):
        try:
            ledger.spend(method, urgency)
        except QuotaError:
            return done
    return times


def test_costs_are_data() -> None:
    rules = load_rules()
    found = {method: rules.cost(method) for method in (LISTING, SEARCH, "youtube/liveChatMessages.list")}
    told = {method: cost and (cost[0].name, cost[1]) for method, cost in found.items()}
    assert told == {
        LISTING: ("youtube.default", 1),
        SEARCH: ("youtube.search", 1),
        "youtube/liveChatMessages.list": ("youtube.default", 5),
    }
    assert rules.cost("instagram/media") is None


@pytest.mark.parametrize(("urgency", "calls"), [(Urgency.backfill, 50), (Urgency.live, 90), (Urgency.urgent, 100)])
def test_the_reserve_is_kept_for_what_is_urgent(urgency: Urgency, calls: int) -> None:
    ledger = Ledger(load_rules(), now=Clock())
    assert spend(ledger, SEARCH, 200, urgency) == calls


def test_buckets_do_not_touch_one_another() -> None:
    ledger = Ledger(load_rules(), now=Clock())
    ledger.refuse(SEARCH)
    assert spend(ledger, SEARCH, 5) == 0
    assert spend(ledger, LISTING, 5) == 5


@pytest.mark.parametrize(
    ("day", "reset"),
    [
        (datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 7, 2, 7, tzinfo=UTC)),
        (datetime(2026, 12, 1, 12, tzinfo=UTC), datetime(2026, 12, 2, 8, tzinfo=UTC)),
        (datetime(2026, 11, 1, 6, 59, tzinfo=UTC), datetime(2026, 11, 1, 7, tzinfo=UTC)),
        (
            datetime(2026, 11, 1, 12, tzinfo=UTC),
            datetime(2026, 11, 2, 8, tzinfo=UTC),
        ),  # the clocks went back that morning
    ],
)
def test_after_a_refusal_no_call_until_midnight_in_los_angeles(day: datetime, reset: datetime) -> None:
    clock = Clock(day)
    ledger = Ledger(load_rules(), now=clock)
    assert ledger.refuse(LISTING) == reset
    clock.now = reset - timedelta(seconds=1)
    assert spend(ledger, LISTING, 1) == 0
    assert ledger.available("youtube.default") == 0
    clock.now = reset
    assert spend(ledger, LISTING, 1) == 1


def test_workers_share_the_bucket_and_the_refusal_and_a_restart_goes_on() -> None:
    log, clock = MemoryLog(), Clock()

    def worker(name: str) -> tuple[Ledger, ListenerState]:
        state = ListenerState(log)
        state.refresh()
        return Ledger(load_rules(), state, worker=name, now=clock), state

    (one, state_one), (two, state_two) = worker("one"), worker("two")
    assert spend(one, SEARCH, 60) == 60
    one.save()
    state_one.flush()
    state_two.refresh()
    assert two.spent("youtube.search") == 60
    assert spend(two, SEARCH, 100) == 30
    two.save()
    state_two.flush()
    again, _ = worker("one")
    assert again.spent("youtube.search") == 90
    again.spend(SEARCH, Urgency.urgent)
    assert again.spent("youtube.search") == 91
    one.refuse(LISTING)
    state_two.refresh()
    assert spend(two, LISTING, 1) == 0


def test_every_call_is_judged_by_what_others_know() -> None:
    log, clock = MemoryLog(), Clock()
    ours, theirs = ListenerState(log), ListenerState(log)
    ledger = Ledger(load_rules(), ours, worker="one", now=clock, hear=lambda: ours.refresh() and None)
    other = Ledger(load_rules(), theirs, worker="two", now=clock)
    assert spend(ledger, LISTING, 1) == 1
    other.refuse(LISTING)
    assert spend(ledger, LISTING, 1) == 0


def test_in_a_crisis_a_listener_may_spend_the_reserve() -> None:
    def station(**options: bool) -> Station:
        return Station("youtube", Settings(), Registers(), MemoryLog(), **options)

    assert [spend(station(urgent=urgent).ledger, SEARCH, 200) for urgent in (False, True)] == [90, 100]


def test_old_days_leave_the_state() -> None:
    log, clock = MemoryLog(), Clock()
    state = ListenerState(log)
    ledger = Ledger(load_rules(), state, worker="one", now=clock)
    for _ in range(4):
        ledger.spend(LISTING)
        ledger.save()
        clock.now += timedelta(days=1)
    assert sorted(key for key, _ in state.items("quota/")) == [
        "quota/youtube.default/2026-11-27/one",
        "quota/youtube.default/2026-11-28/one",
    ]


def test_the_forecast_tells_when_a_bucket_runs_dry() -> None:
    clock = Clock(NOON)
    ledger = Ledger(load_rules(), now=clock)
    assert ledger.forecast("youtube.search").dry_at is None
    spend(ledger, SEARCH, 80, Urgency.urgent)
    told = ledger.forecast("youtube.search")
    assert (told.spent, told.limit) == (80, 100)
    assert told.dry_at == NOON + timedelta(hours=3)  # 80 in 12 hours: the other 20 take 3
    assert told.resets_at == datetime(2026, 11, 26, 8, tzinfo=UTC)


def test_a_bucket_that_lasts_does_not_slow_its_sources_and_one_that_does_not_lasts_until_the_reset() -> None:
    ledger = Ledger(load_rules(), now=Clock())
    pace = timedelta(minutes=5)
    assert stretch(ledger, "youtube.default", NOON, {"a": (pace, 10), "b": (pace, 0)}) == 1.0
    factor = stretch(ledger, "youtube.default", NOON, {"a": (pace, 100), "b": (pace, 100)})
    rounds = 12 * 3_600 / (300 * factor)
    assert 2 * 100 * rounds == pytest.approx(9_000)
    ledger.refuse(LISTING)
    assert stretch(ledger, "youtube.default", NOON, {"a": (pace, 10)}) == float("inf")


def test_due() -> None:
    every = timedelta(minutes=5)
    assert due(None, every, float("inf"), NOON)
    assert not due(NOON - timedelta(minutes=9), every, 2.0, NOON)
    assert due(NOON - timedelta(minutes=10), every, 2.0, NOON)
    assert not due(NOON - timedelta(days=9), every, float("inf"), NOON)


@pytest.mark.parametrize(
    ("old", "new"),
    [("per: day", "per: week"), ("youtube.search, cost", "youtube.serch, cost"), ("limit: 100,", "limit: many,")],
)
def test_rules_that_cannot_be_used_are_refused_in_one_sentence(tmp_path: Path, old: str, new: str) -> None:
    changed = tmp_path / "quota.yaml"
    changed.write_text(FILE.read_text().replace(old, new))
    with pytest.raises(QuotaRulesError, match=r"^quota\.yaml .*\.$"):
        load_rules(changed)
