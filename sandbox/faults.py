"""Faults on order: a share of the answers fails from a seeded generator; the hub, the token or webhooks are out for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import TypeVar

OUTAGES = ("hub", "token", "webhooks")
T = TypeVar("T")


class Faults:
    """Off until set."""

    def __init__(self) -> None:
        self.status, self.share, self.struck = 500, 0.0, 0
        self._random = Random(0)
        self._outages: dict[str, list[tuple[datetime, datetime]]] = {name: [] for name in OUTAGES}
        self.replayed, self._replays = 0, (0.0, Random(0))

    def set(self, status: int, share: float, seed: int = 0) -> None:
        """From now on `share` (0 to 1) of the platform calls answer `status`. Raises ValueError outside the limits."""
        if not 0 <= share <= 1 or not 400 <= status <= 599:
            raise ValueError("share must be between 0 and 1, status between 400 and 599")
        self.status, self.share = status, share
        self._random = Random(seed)

    def strike(self) -> int | None:
        """The status to fail with, or None."""
        if self.share and self._random.random() < self.share:
            self.struck += 1
            return self.status
        return None

    def plan_outage(self, what: str, begin: datetime, end: datetime) -> None:
        """`hub`: pushes are lost and subscribing answers 503; `token`: Instagram answers 190/463; `webhooks`: changes are lost.

        Times are virtual, aware UTC. Raises ValueError for another name, or an end that is not after the begin.
        """
        if what not in self._outages or end <= begin:
            raise ValueError(f"an outage is one of {', '.join(OUTAGES)}, and ends after it begins")
        self._outages[what].append((begin, end))

    def out(self, what: str, at: datetime) -> bool:
        """Whether an outage covers a virtual moment."""
        return any(begin <= at < end for begin, end in self._outages[what])

    def set_replays(self, share: float, seed: int = 0) -> None:
        """From now on `share` of the pushes is sent twice. Raises ValueError outside 0 to 1."""
        if not 0 <= share <= 1:
            raise ValueError("share must be between 0 and 1")
        self._replays = share, Random(seed)

    def with_replays(self, pushes: Sequence[T]) -> list[T]:
        """The pushes, some of them once more at the end, as after a delivery whose answer was lost."""
        share, random = self._replays
        again = [push for push in pushes if share and random.random() < share]
        self.replayed += len(again)
        return [*pushes, *again]
