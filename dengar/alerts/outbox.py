"""The outbox: a small file a delivery, so that each is made once in effect, whichever worker dies when.

`sending` is written before a message leaves and `sent` after it was accepted. Who finds `sending` without `sent` cannot know whether
the message left: it is sent again under the same key, which a webhook carries as a header for its receiver to drop the repeat by, and which
a person sees as "[ulang]". Only a death between those two writes makes such a repeat.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import orjson
from upath import UPath

from dengar.alerts.plan import Delivery
from dengar.records import timestamp
from dengar.whole_file import written_whole

LEASE = timedelta(minutes=2)
"""A delivery that another worker began so recently is left to it."""
FIRST_PAUSE, LONGEST_PAUSE, GIVEN_UP = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24)

Send = Callable[[Delivery, bool], None]
"""Sends a delivery; True marks a repeat. Raises DeliveryError where the channel does not take it."""


class DeliveryError(RuntimeError):
    """A channel did not take a message; the sentence says what is known, without the channel's address."""


@dataclass
class Slip:
    """What is known of one delivery."""

    key: str
    state: str
    attempts: int
    first_at: str
    at: str
    error: str | None = None


class Outbox:
    """Slips in a folder. `deliver` one after the other; safe to repeat and to kill at any moment."""

    def __init__(self, folder: UPath) -> None:
        self.folder = folder

    def deliver(self, one: Delivery, send: Send, now: datetime) -> str:
        """Make a delivery that is due: `sent`, `known` (made before), `waiting` (for a pause or another worker), `failed`, `given_up`."""
        slip = self.slip(one.key)
        if slip is not None and slip.state in ("sent", "given_up"):
            return "known"
        repeat = False
        if slip is not None:
            since = now - datetime.fromisoformat(slip.at)
            repeat = slip.state == "sending"
            if since < (LEASE if repeat else _pause(slip.attempts)):
                return "waiting"
        attempts = slip.attempts + 1 if slip else 1
        first = slip.first_at if slip else timestamp(now)
        self._write(Slip(one.key, "sending", attempts, first, timestamp(now)))
        try:
            send(one, repeat)
        except DeliveryError as error:
            over = now - datetime.fromisoformat(first) > GIVEN_UP
            self._write(
                Slip(one.key, "given_up" if over else "failed", attempts, first, timestamp(now), str(error)[:500])
            )
            return "given_up" if over else "failed"
        self._write(Slip(one.key, "sent", attempts, first, timestamp(now)))
        return "sent"

    def slip(self, key: str) -> Slip | None:
        """What is known of a delivery, None where nothing was begun."""
        path = self._path(key)
        return Slip(**orjson.loads(path.read_bytes())) if path.exists() else None

    def slips(self) -> list[Slip]:
        """All slips, the newest last."""
        paths = self.folder.glob("*.json") if self.folder.exists() else ()
        return sorted((Slip(**orjson.loads(path.read_bytes())) for path in paths), key=lambda slip: (slip.at, slip.key))

    def forget(self, before: datetime) -> None:
        """Remove slips of alerts that are too old to be delivered again."""
        for slip in self.slips():
            if datetime.fromisoformat(slip.at) < before:
                self._path(slip.key).unlink()

    def _path(self, key: str) -> UPath:
        return self.folder / f"{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}.json"

    def _write(self, slip: Slip) -> None:
        with written_whole(self._path(slip.key)) as file:
            file.write(orjson.dumps(asdict(slip)))


def _pause(attempts: int) -> timedelta:
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
    return pause
