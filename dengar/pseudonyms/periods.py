"""The key ring over time: which key may be destroyed, because the last record of its period has expired; and a new period."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from elasticsearch import Elasticsearch

from dengar.enrich.pseudonym import KeyRing
from dengar.index.connection import plain_errors
from dengar.index.names import MENTIONS, MESSAGES, METRICS
from dengar.pseudonyms import PseudonymError

EARLIEST = date(2005, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A key's life. `until` (exclusive) None: it is in use. `last_expires_at` (aware UTC) None: no record of the period is left."""

    start: date
    until: date | None
    records: int
    last_expires_at: datetime | None
    stable: bool

    def retirable(self, now: datetime) -> bool:
        """Whether its key may be destroyed. Raw records of the period may still be replayed until its last clock has run out."""
        return (
            self.until is not None and not self.stable and (self.last_expires_at is None or self.last_expires_at <= now)
        )


def periods(ring: KeyRing, client: Elasticsearch) -> list[Period]:
    """Every period with what the index still holds of it. Raises IndexUnavailable."""
    found = []
    for place, (start, key) in enumerate(ring.periods):
        until = ring.periods[place + 1][0] if place + 1 < len(ring.periods) else None
        lower = [] if place == 0 else [{"range": {"observed_at": {"gte": start.isoformat()}}}]
        upper = [] if until is None else [{"range": {"observed_at": {"lt": until.isoformat()}}}]
        with plain_errors():
            page = client.search(
                index=[MENTIONS, MESSAGES, METRICS],
                ignore_unavailable=True,
                query={"bool": {"filter": [*lower, *upper], "must_not": [{"term": {"deleted": True}}]}},
                aggs={"last": {"max": {"field": "expires_at"}}},
                size=0,
                track_total_hits=True,
            )
        last = page.get("aggregations", {}).get("last", {}).get("value")
        count = page["hits"]["total"]["value"]
        ended = datetime.fromtimestamp(last / 1000, UTC) if count and last else None
        found.append(Period(max(start, EARLIEST), until, count, _raw_end(until, ended), key == ring.stable))
    return found


def _raw_end(until: date | None, indexed: datetime | None) -> datetime | None:
    """Raw records of a period lie up to 31 days behind its end: a replay must find its key."""
    if until is None:
        return indexed
    raw = datetime.combine(until, time(), UTC) + timedelta(days=31)
    return max(raw, indexed) if indexed else raw


def rotated(ring: KeyRing, start: date, today: date) -> KeyRing:
    """The ring with a new key from `start` on. Raises PseudonymError for a day that records may already be of."""
    if start <= max(today, ring.periods[-1][0]):
        raise PseudonymError("A new period begins in the future and after the last one: say --from with a later day.")
    key = secrets.token_hex(32).encode()
    return replace(ring, periods=(*ring.periods, (start, key)))


def retired(ring: KeyRing, told: list[Period], now: datetime) -> tuple[KeyRing, list[Period]]:
    """The ring without the keys that may be destroyed, and their periods. Only the oldest go: a ring has no holes."""
    gone = []
    for period in told:
        if not period.retirable(now):
            break
        gone.append(period)
    return replace(ring, periods=ring.periods[len(gone) :]), gone


def write(ring: KeyRing, path: Path) -> None:
    """Replace the key file, readable by the user alone. Raises OSError."""
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(ring.text())
    draft.replace(path)
