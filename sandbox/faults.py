"""Faults on order: a share of the answers fails with a status, from a seeded generator."""

from __future__ import annotations

from random import Random


class Faults:
    """Off until set."""

    def __init__(self) -> None:
        self.status, self.share, self.struck = 500, 0.0, 0
        self._random = Random(0)

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
