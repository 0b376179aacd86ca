"""Which deliveries are due. Pure: alerts as they stand, rules and the clock in, deliveries out, each under a key that never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dengar.alerts.rules import Rule, rule_of

KEPT = timedelta(days=7)
"""Alerts older than this are delivered no more."""


@dataclass(frozen=True)
class Delivery:
    """One message to one channel. `occasion`: first, escalation, or back-<when a snooze ended>."""

    alert: Mapping[str, Any]
    channel: str
    occasion: str

    @property
    def key(self) -> str:
        """What makes it the same message."""
        return f"{self.alert['id']}/{self.channel}/{self.occasion}"


def due(alerts: Sequence[Mapping[str, Any]], rules: Sequence[Rule], now: datetime) -> list[Delivery]:
    """Deliveries that should have been made by `now`, whether or not they were; oldest alert first."""
    found = []
    for alert in sorted(alerts, key=lambda one: (one["created_at"], one["id"])):
        rule = rule_of(alert, rules)
        if rule is None or alert["muted"] or now - datetime.fromisoformat(alert["created_at"]) > KEPT:
            continue
        if alert["state"] not in ("open", "snoozed"):
            continue
        created = datetime.fromisoformat(alert["created_at"])
        first = _heard(alert, rule, created)
        until = datetime.fromisoformat(alert["snoozed_until"]) if alert["snoozed_until"] else None
        if until is not None:
            if until <= now:
                found += [Delivery(alert, channel, f"back-{alert['snoozed_until']}") for channel in rule.channels]
            continue
        if first <= now:
            found += [Delivery(alert, channel, "first") for channel in rule.channels]
        if rule.escalate and first + rule.escalate.after <= now:
            found += [Delivery(alert, channel, "escalation") for channel in rule.escalate.channels]
    return found


def _heard(alert: Mapping[str, Any], rule: Rule, created: datetime) -> datetime:
    """When an alert may be delivered first: at once, or where it is not urgent after the quiet hours."""
    if alert["level"] == "urgent" or rule.quiet is None:
        return created
    return rule.quiet.ends(created) or created
