"""Which platform led: the difference of when each began to speak, with an interval by bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

EARLY = 0.2
"""A platform's beginning is the time by which a fifth of its mentions of the event were there."""
LEAST, DRAWS = 8, 400


def lead(times: dict[str, Sequence[datetime]]) -> dict[str, Any] | None:
    """`{platform, lag_ms, low_ms, high_ms}` of schemas/trend, 90 % interval; None unless two platforms have at least 8 mentions each.

    Seeded, so that a repeat gives the same interval.
    """
    spoken = {name: np.array([one.timestamp() for one in at]) for name, at in sorted(times.items()) if len(at) >= LEAST}
    if len(spoken) != 2:
        return None
    (first, a), (second, b) = spoken.items()
    rng = np.random.default_rng(20)
    lag = float(np.quantile(b, EARLY) - np.quantile(a, EARLY))
    draws = np.quantile(rng.choice(b, (DRAWS, len(b))), EARLY, axis=1) - np.quantile(
        rng.choice(a, (DRAWS, len(a))), EARLY, axis=1
    )
    low, high = (float(one) for one in np.quantile(draws, [0.05, 0.95]))
    if lag < 0:
        first, lag, low, high = second, -lag, -high, -low
    return {
        "platform": first if low > 0 else None,
        "lag_ms": round(1000 * lag),
        "low_ms": round(1000 * low),
        "high_ms": round(1000 * high),
    }
