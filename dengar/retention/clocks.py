"""`expires_at`: when a record must have been verified again or be gone. Counted from its observation, so that a replay says the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from dengar.policy import Policy
from dengar.policy.clocks import Clock, load_clocks
from dengar.records import timestamp

RENEWS_AFTER = timedelta(days=20)
"""An observation so much newer than the one that is held renews its clock: though nothing changed, it is published and no duplicate."""


def expiry(record_type: str, record: dict[str, Any], policy: Policy) -> datetime:
    """When a mention, metrics, account or deletion ends, aware UTC.

    A mention or an account lives as its platform's clock says, or shorter where its envelope said so. Counters live as long as the rule
    of the most short-lived of them; one without a rule of its own lives as its record would.
    """
    observed_at = datetime.fromisoformat(record["observed_at"])
    clock = load_clocks()[record["platform"]]
    if record_type == "deletion":
        return observed_at + clock.tombstone
    if record_type == "metrics":
        return observed_at + min(_kept(record["platform"], record["values"], policy, clock), default=clock.keep)
    told = record.get("expires_at")
    ends = observed_at + clock.keep
    return min(ends, datetime.fromisoformat(told)) if told else ends


def stamp(outputs: Iterable[tuple[str, dict[str, Any]]], policy: Policy) -> None:
    """Set `expires_at` on (record type, record) pairs, in place."""
    for record_type, record in outputs:
        record["expires_at"] = timestamp(expiry(record_type, record, policy))


def _kept(platform: str, values: Iterable[str], policy: Policy, clock: Clock) -> list[timedelta]:
    rules = policy.rules.get(platform, {})
    names = [f"metrics.{name}" for name in values]
    return [policy.keep(platform, name) or clock.keep if name in rules else clock.keep for name in names]
