"""How each source fares, kept in `listener-state` under `health/<source>`, and the gaps under `gap/<source>/<subject>/<reason>`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dengar.records import timestamp
from listeners.source import Gap
from listeners.state import ListenerState


@dataclass
class Health:
    """One source. Times are aware UTC, `asked_at` by the platform's clock; None = never.

    `cost` is what a round takes of its bucket, a moving mean. `collected`, `unchanged`, `pages` and `gaps` count since the state
    began; `failures` counts failed rounds since the last success.
    """

    source: str
    asked_at: datetime | None = None
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    error: str | None = None
    failures: int = 0
    cost: float | None = None
    pages: int = 0
    collected: int = 0
    unchanged: int = 0
    gaps: int = 0

    @classmethod
    def load(cls, state: ListenerState, source: str) -> Health:
        """What the state tells of a source."""
        row: dict[str, Any] = dict(state.get(f"health/{source}") or {})
        for name in ("asked_at", "succeeded_at", "failed_at"):
            row[name] = datetime.fromisoformat(row[name]) if row.get(name) else None
        return cls(**({"source": source} | row))

    def save(self, state: ListenerState) -> None:
        """Put it into the state."""
        row = asdict(self)
        for name in ("asked_at", "succeeded_at", "failed_at"):
            row[name] = timestamp(row[name]) if row[name] else None
        state.put(f"health/{self.source}", row)

    def spent(self, units: int) -> None:
        """Take note of what a finished round cost."""
        self.cost = float(units) if self.cost is None else 0.7 * self.cost + 0.3 * units


def keep_gap(state: ListenerState, source: str, gap: Gap) -> bool:
    """Put a gap into the state; False if the same one was there already."""
    key = f"gap/{source}/{gap.subject}/{gap.reason}"
    row = {
        "count": gap.count,
        "since": timestamp(gap.since) if gap.since else None,
        "until": timestamp(gap.until) if gap.until else None,
    }
    if state.get(key) == row:
        return False
    new = state.get(key) is None
    state.put(key, row)
    return new


def keep_coverage(state: ListenerState, platform: str, rows: Sequence[tuple[str, int, int]]) -> None:
    """Put what the platform reports against what is held (see KnownItems.coverage) into the state, under `coverage/<platform>`.

    `behind` names the five posts that lack most; a platform also counts comments that it shows to nobody.
    """
    behind = sorted((row for row in rows if row[1] > row[2]), key=lambda row: row[2] - row[1])[:5]
    told = {
        "posts": len(rows),
        "reported": sum(row[1] for row in rows),
        "held": sum(row[2] for row in rows),
        "behind": [list(row) for row in behind],
    }
    if rows and state.get(f"coverage/{platform}") != told:
        state.put(f"coverage/{platform}", told)
