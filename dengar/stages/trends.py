"""Trends: mentions of the index → topics `trends` and `alerts`; and alerts → their index and the channels.

Both stages may be repeated and killed at any moment: records carry the same ids and versions, deliveries the same keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from upath import UPath

from dengar.alerts import DELIVER_GROUP, TOPIC, plan, raising
from dengar.alerts.outbox import Outbox, Send
from dengar.alerts.record import Alert, NotAnAlertError, append_alert, read_alert
from dengar.alerts.rules import Rule
from dengar.log import Log, OffsetRange
from dengar.policy import Policy
from dengar.stages.publish import furthest, quarantine
from dengar.trends.claims import Claim
from dengar.trends.period import adopt, detect_period
from dengar.trends.planned import Plan, noted

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

STEP = timedelta(minutes=5)
KNOWN_DAYS, SILENCE_DAYS = timedelta(days=8), timedelta(days=7)
AROUND = timedelta(days=1)


def detect(
    log: Log,
    client: Elasticsearch,
    folder: UPath,
    policy: Policy,
    rules: Sequence[Rule],
    claims: Sequence[Claim],
    *,
    plans: Sequence[Plan] = (),
    now: datetime,
    start: datetime | None = None,
    end: datetime | None = None,
    anew: bool = False,
) -> dict[str, Any]:
    """Find what rose, publish it, and raise alerts; returns the counts of a run's note.

    Without `start` it goes on from the newest checkpoint up to the last full bin before `now`. With `start` (and `end`) it works that
    period again: the same records under the same ids, and no alert that would be delivered. `anew` hears the last fortnight as if for the
    first time; what it tells now is no news after six hours, and then recorded without delivery. `plans`: payouts among them enter the
    baseline and are told beside what rises. Raises IndexUnavailable, LogError.
    """
    from dengar.alerts import store as alert_store
    from dengar.trends import store

    last = min(_floor(end or now), _floor(now))
    found = detect_period(
        lambda a, b: store.mentions(client, a, b), folder, policy, start, last, claims, plans, anew=anew
    )
    begun = start or found.since or last
    told = store.known(client, begun - AROUND, last + AROUND)
    ids = {one["id"] for one in told}
    records = [
        noted(record, plans) | {"muted": record["muted"] or (start is not None and record["id"] not in ids)}
        for record in adopt(found.records, told)
    ]
    store.publish(log, client, records)
    known = [*pending(log), *alert_store.since(client, begun - KNOWN_DAYS)]
    raised = raising.for_trends(records, rules, known, now, mute=start is not None)
    if start is None:
        raised += raising.for_silence(alert_store.last_heard(client, now - SILENCE_DAYS), rules, known, now)
    for one in raised:
        append_alert(log, one)
    log.flush()
    kinds = Counter(record["kind"] for record in records)
    return {
        "mentions": found.mentions,
        **kinds,
        "alerts": len(raised),
        "muted": sum(one["muted"] for one in raised),
        "offsets": [f"{begun:%Y-%m-%dT%H:%M}–{last:%H:%M}"],
    }


def pending(log: Log) -> list[Alert]:
    """Alerts that are published and not yet taken up. What is none is left to take_up, which quarantines it."""
    committed, beginnings = log.committed(DELIVER_GROUP, [TOPIC]), log.beginnings([TOPIC])
    found = []
    for partition, end in log.ends([TOPIC]).items():
        start = max(committed.get(partition, 0), beginnings[partition])
        for raw in log.read(OffsetRange(partition.topic, partition.number, start, end)):
            with suppress(NotAnAlertError):
                found.append(read_alert(raw))
    return found


def take_up(
    log: Log, ranges: Sequence[OffsetRange], client: Elasticsearch, *, group: str, commit: bool, run: str
) -> dict[str, Any]:
    """Write the alerts of ranges to their index, quarantine what is none, commit. Raises IndexUnavailable, LogError."""
    from dengar.alerts import store

    alerts: list[Alert] = []
    refused = 0
    for span in ranges:
        for raw in log.read(span):
            if raw.value is None:
                continue
            try:
                alerts.append(read_alert(raw))
            except NotAnAlertError as error:
                quarantine(log, raw, "alerts", "alert.schema", str(error), run=run)
                refused += 1
    log.flush()
    store.write(client, alerts)
    if commit and ranges:
        log.commit(group, furthest(ranges))
    offsets = [f"{span.topic}/{span.partition}:{span.start}-{span.end}" for span in ranges]
    return {"in": len(alerts) + refused, "quarantined": refused, "offsets": offsets}


def deliver(client: Elasticsearch, outbox: Outbox, rules: Sequence[Rule], send: Send, now: datetime) -> dict[str, Any]:
    """Make the deliveries that are due, each once in effect; returns the counts of a run's note. Raises IndexUnavailable."""
    from dengar.alerts import store

    standing = store.since(client, now - plan.KEPT, ("open", "snoozed"))
    outcomes = Counter(outbox.deliver(one, send, datetime.now(UTC)) for one in plan.due(standing, rules, now))
    outbox.forget(now - 2 * plan.KEPT)
    return {**outcomes, "offsets": []}


def _floor(moment: datetime) -> datetime:
    seconds = moment.timestamp() // STEP.total_seconds() * STEP.total_seconds()
    return datetime.fromtimestamp(seconds, UTC)
