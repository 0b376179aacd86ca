"""Requests to forget a person, as Meta's callbacks bring them, and the code under which the person can look them up.

The code is signed and carries its own date, so that its page needs no store and tells nothing about anybody.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets as random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

import orjson

from dengar.log import Log, OffsetRange
from dengar.records import milliseconds, moment, timestamp
from dengar.schemas.event import record_event

TOPIC = "erasures"
Reason = Literal["data_deletion", "deauthorised"]


class Erasures:
    """Appends requests to topic `erasures`. `secrets` sign the codes: the first makes them, all are accepted."""

    def __init__(
        self, log: Log, secrets: Sequence[str], *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._log, self._secrets, self._now = log, tuple(secrets), now

    def request(self, user: str, reason: Reason) -> str:
        """Append, wait for the acknowledgement, and return the confirmation code. Raises LogError."""
        now = self._now()
        stem = f"{milliseconds(now):x}-{random.token_hex(8)}"
        code = f"{stem}-{_mark(self._secrets[0], stem)}"
        body = {
            "id": code,
            "platform": "instagram",
            "account_key": f"instagram:{user}",
            "id_scope": "app",
            "reason": reason,
            "requested_at": timestamp(now),
        }
        event = record_event("erasure", body, id=code, source="/dengar/receiver", time=now, about=None)
        self._log.append(TOPIC, f"instagram:{user}", event.data, event.headers())
        self._log.flush()
        return code

    def requested_at(self, code: str) -> datetime | None:
        """When a code was given out, aware UTC; None for one that we never gave."""
        stem, _, mark = code.rpartition("-")
        good = [hmac.compare_digest(mark.encode(), _mark(secret, stem).encode()) for secret in self._secrets]
        return moment(int(stem.partition("-")[0], 16)) if any(good) else None


def fulfilled_at(log: Log, code: str) -> datetime | None:
    """When the request of a code was fulfilled, aware UTC; None while it waits, or where the topic has forgotten it. Raises LogError.

    What stands there of a fulfilled request names nobody, and the page tells the moment alone.
    """
    found = None
    beginnings = log.beginnings([TOPIC])
    for partition, end in log.ends([TOPIC]).items():
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            body = orjson.loads(record.value) if record.value else {}
            if body.get("id") == code and body.get("fulfilled_at"):
                found = datetime.fromisoformat(body["fulfilled_at"])
    return found


def _mark(secret: str, stem: str) -> str:
    return hmac.new(secret.encode(), f"erasure:{stem}".encode(), hashlib.sha256).hexdigest()[:24]
