"""What Prometheus reads: every source's health, quota and gaps, from `listener-state`, so that one endpoint tells of all workers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dengar.log import Log
from dengar.policy.clocks import load_clocks
from listeners.health import Health
from listeners.quota.ledger import Ledger
from listeners.quota.rules import QuotaRules, load_rules
from listeners.state import ListenerState

if TYPE_CHECKING:
    from prometheus_client import Metric

PREFIXES = ("health/", "gap/", "quota/", "refused/", "token/", "coverage/", "retention/")
REFUSED = "refused/instagram."
REFRESH_S = 5.0


@dataclass(frozen=True, slots=True)
class Block:
    """A limit of Instagram's (`app`, or an account's id) that is refused until an aware UTC moment."""

    limit: str
    until: datetime


@dataclass(frozen=True, slots=True)
class TokenAge:
    """What is known of a platform's token: how old it is and when it ends (None: unknown, or never), the scopes that it lacks."""

    platform: str
    age: timedelta | None
    expires_at: datetime | None
    missing: list[str]
    warning: str | None


@dataclass(frozen=True, slots=True)
class OldestRecord:
    """What refresh_platform_data told of a platform at `at`.

    `oldest_at`: when its oldest record was last verified, None where it has none; `due`: to be looked at again; `late`: past their clock.
    """

    platform: str
    at: datetime
    oldest_at: datetime | None
    due: int
    late: int


class StateReader:
    """Health, quota and gaps of all workers, read anew at most every five seconds. For several threads: one lock guards the log."""

    def __init__(
        self,
        log: Log,
        rules: QuotaRules | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.state = ListenerState(log, PREFIXES)
        self.ledger = Ledger(rules or load_rules(), self.state, now=now)
        self.now, self._clock, self._read = now, clock, float("-inf")
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Read what is new. Raises LogError."""
        with self._lock:
            if self._clock() - self._read >= REFRESH_S:
                self.state.refresh()
                self._read = self._clock()

    def sources(self) -> list[Health]:
        """Every source that ever reported, by name."""
        names = {key.removeprefix("health/") for key, _ in self.state.items("health/")}
        return [Health.load(self.state, name) for name in sorted(names)]

    def gaps(self) -> dict[tuple[str, str], int]:
        """(source, reason) → number of gaps."""
        counts: dict[tuple[str, str], int] = {}
        for key, _ in self.state.items("gap/"):
            source, reason = key.split("/")[1], key.rpartition("/")[2]
            counts[source, reason] = counts.get((source, reason), 0) + 1
        return counts

    def blocked(self) -> list[Block]:
        """Limits of Instagram's that are refused now."""
        rows = [
            Block(key.removeprefix(REFUSED), datetime.fromisoformat(told)) for key, told in self.state.items(REFUSED)
        ]
        return sorted((row for row in rows if row.until > self.now()), key=lambda row: row.limit)

    def tokens(self) -> list[TokenAge]:
        """Every token that a listener has looked at."""
        found = []
        for key, row in sorted(self.state.items("token/")):
            issued, expires = (_moment(row.get(name)) for name in ("issued_at", "expires_at"))
            age = None if issued is None else self.now() - issued
            platform = key.removeprefix("token/")
            found.append(TokenAge(platform, age, expires, list(row.get("missing", [])), row.get("warning")))
        return found

    def oldest(self) -> list[OldestRecord]:
        """The oldest record of every platform, as it was told last."""
        found = []
        for key, row in sorted(self.state.items("retention/")):
            at = datetime.fromisoformat(row["at"])
            platform, oldest_at = key.removeprefix("retention/"), _moment(row["oldest_at"])
            found.append(OldestRecord(platform, at, oldest_at, int(row["due"]), int(row["late"])))
        return found


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def exposition(reader: StateReader, received: Mapping[str, int]) -> bytes:
    """The text of /metrics. `received` are the receiver's own counters. Raises LogError."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    reader.refresh()

    class Listeners(Collector):
        def collect(self) -> Iterator[Metric]:
            yield from _families(reader, received)

    registry = CollectorRegistry()
    registry.register(Listeners())
    return generate_latest(registry)


def _families(reader: StateReader, received: Mapping[str, int]) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    now = reader.now()
    age = GaugeMetricFamily("dengar_source_age_seconds", "since the last success", labels=["source"])
    failing = GaugeMetricFamily("dengar_source_failures", "failed rounds since the last success", labels=["source"])
    items = CounterMetricFamily("dengar_source_items", "items read", labels=["source", "what"])
    for health in reader.sources():
        if health.succeeded_at is not None:
            age.add_metric([health.source], (now - health.succeeded_at).total_seconds())
        failing.add_metric([health.source], health.failures)
        items.add_metric([health.source, "collected"], health.collected)
        items.add_metric([health.source, "unchanged"], health.unchanged)
    gaps = GaugeMetricFamily("dengar_source_gaps", "what can no longer be had", labels=["source", "reason"])
    for (source, reason), count in reader.gaps().items():
        gaps.add_metric([source, reason], count)
    spent = GaugeMetricFamily("dengar_quota_spent", "units spent today", labels=["bucket"])
    limit = GaugeMetricFamily("dengar_quota_limit", "units a day", labels=["bucket"])
    refused = GaugeMetricFamily("dengar_quota_refused", "1 while the platform refuses", labels=["bucket"])
    dry = GaugeMetricFamily("dengar_quota_dry_in_seconds", "until it runs dry at today's pace", labels=["bucket"])
    for name in reader.ledger.rules.buckets:
        told = reader.ledger.forecast(name)
        spent.add_metric([name], told.spent)
        limit.add_metric([name], told.limit)
        refused.add_metric([name], int(told.refused_until is not None))
        if told.dry_at is not None:
            dry.add_metric([name], (told.dry_at - now).total_seconds())
    for block in reader.blocked():
        refused.add_metric([f"instagram.{block.limit}"], 1)
    yield from (age, failing, items, gaps, spent, limit, refused, dry)
    yield from _token_families(reader, now)
    yield from _retention_families(reader, now)
    reported = GaugeMetricFamily("dengar_comments_reported", "comments that the platform reports", labels=["platform"])
    held = GaugeMetricFamily("dengar_comments_held", "of those, what we hold", labels=["platform"])
    for key, row in reader.state.items("coverage/"):
        reported.add_metric([key.removeprefix("coverage/")], row["reported"])
        held.add_metric([key.removeprefix("coverage/")], row["held"])
    yield from (reported, held)
    counts = CounterMetricFamily("dengar_receiver", "what the receiver did since its start", labels=["what"])
    for what, number in received.items():
        if what != "waiting":
            counts.add_metric([what], number)
    yield counts
    if "waiting" in received:
        yield GaugeMetricFamily("dengar_receiver_waiting", "notices to read", value=received["waiting"])


def _token_families(reader: StateReader, now: datetime) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    age = GaugeMetricFamily("dengar_token_age_seconds", "since it was issued", labels=["platform"])
    left = GaugeMetricFamily("dengar_token_left_seconds", "until it ends", labels=["platform"])
    missing = GaugeMetricFamily("dengar_token_missing_scopes", "scopes that it lacks", labels=["platform"])
    for token in reader.tokens():
        if token.age is not None:
            age.add_metric([token.platform], token.age.total_seconds())
        if token.expires_at is not None:
            left.add_metric([token.platform], (token.expires_at - now).total_seconds())
        missing.add_metric([token.platform], len(token.missing))
    yield from (age, left, missing)


def _retention_families(reader: StateReader, now: datetime) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    clocks = load_clocks()
    age = GaugeMetricFamily("dengar_retention_oldest_seconds", "since the oldest was verified", labels=["platform"])
    limit = GaugeMetricFamily("dengar_retention_limit_seconds", "what the clock allows", labels=["platform"])
    due = GaugeMetricFamily("dengar_retention_due", "records to be looked at again", labels=["platform"])
    late = GaugeMetricFamily("dengar_retention_late", "records older than their clock", labels=["platform"])
    for row in reader.oldest():
        if row.oldest_at is not None:
            age.add_metric([row.platform], (now - row.oldest_at).total_seconds())
        limit.add_metric([row.platform], clocks[row.platform].keep.total_seconds())
        due.add_metric([row.platform], row.due)
        late.add_metric([row.platform], row.late)
    yield from (age, limit, due, late)
