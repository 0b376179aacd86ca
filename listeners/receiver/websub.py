"""WebSub subscriptions: asked for at start, confirmed by the hub's call, renewed at half their lease with jitter."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

log_ = logging.getLogger(__name__)

LEASE_SECONDS = 864_000  # the longest that YouTube's hub grants
SHORTEST_LEASE = 60
RETRY_S = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 900.0)
FEED = "https://www.youtube.com/xml/feeds/videos.xml?channel_id="


@dataclass
class Intent:
    """One channel's feed that we want. Times are monotonic seconds; `confirmed` = the hub has called back, `asked` = it may do so."""

    topic: str
    due: float = 0.0
    tries: int = 0
    confirmed: bool = False
    asked: bool = False


class Subscriptions:
    """Intents of one receiver. A thread asks the hub for what is due; the callback confirms."""

    def __init__(
        self,
        hub: str,
        callback: str,
        secret: str,
        channels: Sequence[str],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hub, self._callback, self._secret, self._clock = hub, callback, secret, clock
        self._intents = {FEED + channel: Intent(FEED + channel) for channel in channels}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="websub", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop the thread."""
        self._stop.set()
        self._thread.join(timeout=15)

    @property
    def confirmed(self) -> int:
        """How many subscriptions the hub has confirmed."""
        return sum(intent.confirmed for intent in self._intents.values())

    def confirm(self, mode: str, topic: str, lease_seconds: str) -> bool:
        """The hub's verification of intent: True only for a subscription that we asked for.

        The call is not signed: one that no request of ours waits for changes nothing, and no lease puts a renewal off for ever.
        """
        intent = self._intents.get(_canonical(topic))
        if mode != "subscribe" or intent is None or intent.tries == 0:
            return False
        if intent.asked:
            lease = int(lease_seconds) if lease_seconds.isdecimal() else LEASE_SECONDS
            lease = min(max(lease, SHORTEST_LEASE), LEASE_SECONDS)
            intent.confirmed, intent.tries, intent.asked = True, 1, False
            intent.due = self._clock() + lease / 2 * random.uniform(0.9, 1.1)
        return True

    def denied(self, topic: str) -> None:
        """The hub says no: asked again later, never later than it was due anyway."""
        if intent := self._intents.get(_canonical(topic)):
            intent.confirmed, intent.due = False, min(intent.due, self._clock() + RETRY_S[-1])

    def ask(self, client: httpx.Client) -> None:
        """Ask for everything that is due, once. A hub that fails is asked again, each time after a longer pause."""
        for intent in self._intents.values():
            if intent.due > self._clock():
                continue
            intent.due = self._clock() + RETRY_S[min(intent.tries, len(RETRY_S) - 1)]
            intent.tries, intent.asked = intent.tries + 1, True
            form = {
                "hub.mode": "subscribe", "hub.topic": intent.topic, "hub.callback": self._callback,
                "hub.verify": "async", "hub.lease_seconds": str(LEASE_SECONDS),
            }  # fmt: skip
            try:
                answer = client.post(self._hub, data=form | ({"hub.secret": self._secret} if self._secret else {}))
                if answer.is_error:
                    log_.warning("the WebSub hub answered %s for %s", answer.status_code, intent.topic)
            except httpx.HTTPError as error:
                log_.warning("the WebSub hub did not answer (%s)", type(error).__name__)

    def _run(self) -> None:
        with httpx.Client(timeout=10) as client:
            while not self._stop.wait(0.5):
                self.ask(client)


def _canonical(topic: str) -> str:
    """YouTube's hub knows two addresses of the same feed."""
    return topic.replace("youtube.com/feeds/videos.xml", "youtube.com/xml/feeds/videos.xml")
