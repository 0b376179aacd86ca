"""What the sources of one process share: the log, the state that outlives it, the ledger, the platform's clock, the time to read."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass, field
from datetime import datetime

from dengar.log import Log
from dengar.registers import Registers
from dengar.settings import Settings
from listeners.clock import PlatformClock
from listeners.known import KnownItems
from listeners.publish import Publisher
from listeners.quota.ledger import Ledger, Urgency
from listeners.quota.rules import QuotaRules, load_rules
from listeners.state import ListenerState

SUBJECTS = {"youtube": "yt:", "instagram": "ig:"}
HEARD_S = 1.0


@dataclass(frozen=True, slots=True)
class Backfill:
    """A walk through history beside live listening. `since` and `until` are aware UTC; empty `accounts` means all that are listened to."""

    since: datetime
    until: datetime | None = None
    accounts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Tells this backfill's cursors from those of others."""
        until = self.until.date().isoformat() if self.until else "now"
        return f"backfill:{self.since.date().isoformat()}..{until}:{','.join(self.accounts) or 'all'}"

    def covers(self, moment: str) -> bool:
        """Whether a platform's time (RFC 3339) lies in the span; one that cannot be read does."""
        told = _moment(moment)
        return told is None or (self.since <= told and (self.until is None or told < self.until))

    def before(self, moment: str) -> bool:
        """Whether a platform's time lies before the span: a walk from the newest back may end there."""
        told = _moment(moment)
        return told is not None and told < self.since


def _moment(text: str) -> datetime | None:
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return told if told.tzinfo else None


@dataclass
class Station:
    """One listener process on one platform (the receiver: on all, `platform` ""). Not for several threads: KafkaLog is not."""

    platform: str
    settings: Settings
    registers: Registers
    log: Log
    backfill: Backfill | None = None
    rules: QuotaRules = field(default_factory=load_rules)
    clock: PlatformClock = field(default_factory=PlatformClock)
    worker: str = ""
    walk: bool = False  # complete walks now, whatever their own pace
    urgent: bool = False  # a crisis: may spend the reserves too

    def __post_init__(self) -> None:
        self._heard = float("-inf")
        self.worker = self.worker or f"{socket.gethostname()}-{os.getpid()}"
        self.state = ListenerState(self.log)
        self.known = KnownItems(
            self.state, platform=SUBJECTS.get(self.platform, ""), today=lambda: self.clock.now().toordinal()
        )
        self.publisher = Publisher(self.log, self.known)
        self.ledger = Ledger(
            self.rules,
            self.state,
            worker=self.worker,
            urgency=Urgency.urgent if self.urgent else Urgency.backfill if self.backfill else Urgency.live,
            now=self.clock.now,
            hear=self.hear,
        )

    def hear_time(self) -> None:
        """Where a stand-in serves the platform's API its time may run otherwise than ours, also while we make no call."""
        endpoint = getattr(self.settings, f"{self.platform}_endpoint", "")
        if endpoint:
            self.clock.ask(endpoint)

    def sync(self) -> None:
        """Tell the other workers what was spent, and hear what they know. Raises LogError."""
        self._heard = time.monotonic()
        self.ledger.save()
        self.state.flush()
        self.state.refresh()

    def hear(self) -> None:
        """`sync`, at most once a second. Before every call: a refusal to one worker ends the calls of all. Raises LogError."""
        if time.monotonic() - self._heard >= HEARD_S:
            self.sync()

    def cursor_key(self, source: str) -> str:
        """Where a source's cursor is kept; every backfill has cursors of its own."""
        return f"cursor/{source}" + (f"/{self.backfill.name}" if self.backfill else "")
