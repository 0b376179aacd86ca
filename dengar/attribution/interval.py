"""90 % intervals of shares and ratios whose parts come in clusters: ten comments of one person are not ten people.

Shares: Wilson's interval (JASA 22, 1927) with the effective sample size of the clustered design (Korn & Graubard, Survey Methodology 24,
1998). Ratios: linearisation over clusters (Cochran, Sampling Techniques, 1977, ch. 6).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Z = 1.6448536
"""Half width of a 90 % interval in standard errors."""
LEAST_CLUSTERS = 3


def wilson(share: float, n: float) -> tuple[float, float]:
    """The interval of a share of n independent parts, n > 0."""
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def share_of(parts: Sequence[float], wholes: Sequence[float]) -> tuple[float, float, float] | None:
    """(share, low, high) of Σparts in Σwholes, a part and a whole a cluster, 0 ≤ part ≤ whole; None where the whole is 0."""
    found = _linear(parts, wholes)
    if found is None:
        return None
    share, variance, whole = found
    n = whole
    if variance is not None and variance > 0 and 0 < share < 1:
        n = min(whole, max(1.0, share * (1 - share) / variance))
    elif len(wholes):
        n = min(whole, len(wholes) * 1.0)
    return (share, *wilson(share, n))


def ratio_of(parts: Sequence[float], wholes: Sequence[float]) -> tuple[float, float | None, float | None] | None:
    """(ratio, low, high) of Σparts over Σwholes; no bounds with fewer than LEAST_CLUSTERS clusters, None where the whole is 0."""
    found = _linear(parts, wholes)
    if found is None:
        return None
    ratio, variance, _ = found
    if variance is None or len(wholes) < LEAST_CLUSTERS:
        return ratio, None, None
    half = Z * math.sqrt(variance)
    return ratio, max(0.0, ratio - half), ratio + half


def _linear(parts: Sequence[float], wholes: Sequence[float]) -> tuple[float, float | None, float] | None:
    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    total = float(whole.sum())
    if total <= 0:
        return None
    share = float(part.sum()) / total
    clusters = len(whole)
    if clusters < 2:
        return share, None, total
    spread = float(((part - share * whole) ** 2).sum()) / total**2
    return share, spread * clusters / (clusters - 1), total
