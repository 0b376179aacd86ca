"""The quota ledger: what all workers have spent of each bucket today, and until when a platform refuses.

Every worker counts on a key of its own (`quota/<bucket>/<day>/<worker>`); the sum is what is spent, so two workers never overwrite
one another. Each sees the others' spending up to a second late: the reserve covers that, and a refusal ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from dengar.records import timestamp
from listeners.quota.rules import Bucket, QuotaRules
from listeners.source import SourceError
from listeners.state import ListenerState

PREFIX = "quota/"


class QuotaError(SourceError):
    """The bucket is empty, or what is left of it is kept for something more urgent."""


class Urgency(IntEnum):
    """Who may spend the last units: a backfill leaves room for live calls, live calls leave the reserve."""

    backfill = 0
    live = 1
    urgent = 2


@dataclass(frozen=True, slots=True)
class Forecast:
    """`dry_at`: when the bucket runs dry at today's pace (aware UTC), None if it lasts until `resets_at`."""

    bucket: str
    spent: int
    limit: int
    resets_at: datetime
    dry_at: datetime | None
    refused_until: datetime | None


class Ledger:
    """Spending of one worker, and the sum over all. `now` is the platform's clock. Not for several threads."""

    def __init__(
        self,
        rules: QuotaRules,
        state: ListenerState | None = None,
        *,
        worker: str = "worker",
        urgency: Urgency = Urgency.live,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        hear: Callable[[], None] = lambda: None,
    ) -> None:
        """`hear` is called before every call is judged, so that it is judged by what other workers know too."""
        self.rules, self._state, self._worker, self._urgency, self._now = rules, state, worker, urgency, now
        self._hear = hear
        self._mine: dict[str, int] = {}
        self._unsaved: dict[str, int] = {}
        self._refused: dict[str, datetime] = {}
        self.units = 0  # spent by this worker since it started, for the cost of a round

    def spend(self, method: str, urgency: Urgency | None = None) -> None:
        """Account for a call before it is made: it is paid for whether it succeeds or not. Raises QuotaError."""
        found = self.rules.cost(method)
        if found is None:
            return
        self._hear()
        bucket, units = found
        now = self._now()
        until = self._refused_until(bucket, now)
        if until is not None:
            raise QuotaError(f"The quota {bucket.name} is spent until {until.isoformat(timespec='minutes')}.")
        level = self._urgency if urgency is None else urgency
        if self.spent(bucket.name) + units > bucket.limit * (1 - self._kept(bucket, level)):
            raise QuotaError(
                f"The quota {bucket.name} is down to what is kept for "
                f"{'urgent' if level >= Urgency.live else 'live'} reads until {bucket.resets_at(now).isoformat(timespec='minutes')}."
            )
        key = f"{PREFIX}{bucket.name}/{bucket.day(now)}/{self._worker}"
        held = self._mine.get(key)
        if held is None:  # an earlier process of this worker may have counted on the same day
            held = int((self._state.get(key) or 0) if self._state else 0)
        self._mine[key] = self._unsaved[key] = held + units
        self.units += units

    def refuse(self, method: str) -> datetime | None:
        """The platform refused: no call of this bucket before its reset. Returns the reset, aware UTC."""
        found = self.rules.cost(method)
        if found is None:
            return None
        bucket = found[0]
        until = bucket.resets_at(self._now())
        self._refused[bucket.name] = until
        if self._state is not None:
            self._state.put(f"refused/{bucket.name}", timestamp(until))
            self._state.flush()
        return until

    def spent(self, bucket: str) -> int:
        """Units spent today by all workers."""
        day = f"{PREFIX}{bucket}/{self.rules.buckets[bucket].day(self._now())}/"
        counts = dict(self._state.items(day)) if self._state else {}
        counts |= {key: units for key, units in self._mine.items() if key.startswith(day)}
        return sum(int(units) for units in counts.values())

    def available(self, bucket: str) -> int:
        """Units that live calls may still spend today; 0 while the platform refuses."""
        rule = self.rules.buckets[bucket]
        if self._refused_until(rule, self._now()) is not None:
            return 0
        return max(0, int(rule.limit * (1 - self._kept(rule, self._urgency))) - self.spent(bucket))

    def forecast(self, bucket: str) -> Forecast:
        """When the bucket runs dry, from the pace since midnight of its zone."""
        rule, now = self.rules.buckets[bucket], self._now()
        spent, resets = self.spent(bucket), rule.resets_at(now)
        since = (now - (resets - timedelta(days=1))).total_seconds()
        dry = None
        if spent and since > 0:
            at = now + timedelta(seconds=max(0, rule.limit - spent) * since / spent)
            dry = at if at < resets else None
        return Forecast(bucket, spent, rule.limit, resets, dry, self._refused_until(rule, now))

    def save(self) -> None:
        """Put what was spent into the state, and forget the days before yesterday."""
        if self._state is None:
            return
        for key, units in self._unsaved.items():
            self._state.put(key, units)
        if self._unsaved:
            days = {f"{PREFIX}{b.name}/": b.day(self._now() - timedelta(days=1)) for b in self.rules.buckets.values()}
            for prefix, yesterday in days.items():
                for key, _ in list(self._state.items(prefix)):
                    if key.removeprefix(prefix) < yesterday:
                        self._state.put(key, None)
                        self._mine.pop(key, None)
        self._unsaved.clear()

    def _refused_until(self, bucket: Bucket, now: datetime) -> datetime | None:
        told = self._state.get(f"refused/{bucket.name}") if self._state else None
        moments = [datetime.fromisoformat(told)] if told else []
        if bucket.name in self._refused:
            moments.append(self._refused[bucket.name])
        return max((moment for moment in moments if moment > now), default=None)

    @staticmethod
    def _kept(bucket: Bucket, urgency: Urgency) -> float:
        if urgency >= Urgency.urgent:
            return 0.0
        return bucket.reserve + (bucket.live_share if urgency == Urgency.backfill else 0.0)
