"""When to ask a source again: its own pace, stretched for all sources of a bucket alike where the bucket would not last the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from listeners.quota.ledger import Ledger


def stretch(ledger: Ledger, bucket: str, now: datetime, rounds: Mapping[str, tuple[timedelta, float]]) -> float:
    """By how much the intervals of a bucket's sources grow (1.0: not at all; inf: nothing is left).

    `rounds` is source → (its own interval, units that a round costs). Demand is the sum of cost over interval, supply what is
    available over the time until the reset.
    """
    left = (ledger.rules.buckets[bucket].resets_at(now) - now).total_seconds()
    demand = sum(cost / max(every.total_seconds(), 1.0) for every, cost in rounds.values())
    supply = ledger.available(bucket) / max(left, 1.0)
    if demand <= 0:
        return 1.0
    return max(1.0, demand / supply) if supply > 0 else float("inf")


def due(last: datetime | None, every: timedelta, factor: float, now: datetime) -> bool:
    """Whether a source whose last round began at `last` is asked at `now`."""
    if last is None or last > now:  # a clock that was set back must not silence a source
        return True
    if factor == float("inf"):
        return False
    return now >= last + every * factor
