"""Of figures of many periods, the ones that stand: the newest period of each cut."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dengar.attribution.figure import Figure


def newest(figures: Iterable[Figure]) -> list[Figure]:
    """The newest period of each cut, of those that end together the longest, in the order of their first. Single days are left out: a
    figure with a `day` in its dimension is a point of a line."""
    found: dict[tuple[Any, ...], Figure] = {}
    for one in figures:
        if "day" in one.dimension:
            continue
        cut = (one.metric, one.platform, one.campaign, one.partner, one.account, *sorted(one.dimension.items()))
        held = found.get(cut)
        if held is None or (one.end, -one.start.timestamp()) > (held.end, -held.start.timestamp()):
            found[cut] = one
    return list(found.values())
