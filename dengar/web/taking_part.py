"""Who took part in a campaign day by day, from stored figures of attribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dengar.attribution.figure import Figure
from dengar.policy import Policy
from dengar.policy.rules import PLATFORMS
from dengar.web.archive import Archive
from dengar.web.scorecard import may_show, stored

MOST_DAYS = 31
_DAILY = ("participants", "new_participants")


@dataclass(frozen=True)
class Day:
    """Participants of a campaign on a day in Jakarta: `told[platform]` = (participants, new ones); None where one is not told."""

    day: str
    told: Mapping[str, tuple[int | None, int | None]]


def participation(archive: Archive, policy: Policy, campaign: str, end: datetime) -> list[Day]:
    """Who took part day by day, newest first, of the platforms that policy lets be counted. Raises IndexUnavailable."""
    found: dict[tuple[str, str, str], Figure] = {}
    for metric in _DAILY:
        for one in stored(archive, {"campaign": campaign, "metric": metric}, end):
            at = (one.dimension.get("day", ""), one.platform, metric)
            if at[0] and may_show(one, policy) and (at not in found or one.computed_at > found[at].computed_at):
                found[at] = one
    days = sorted({day for day, _, _ in found}, reverse=True)

    def value(day: str, platform: str, metric: str) -> int | None:
        one = found.get((day, platform, metric))
        return None if one is None or one.value is None else int(one.value)

    return [
        Day(day, {on: (value(day, on, _DAILY[0]), value(day, on, _DAILY[1])) for on in PLATFORMS})
        for day in days[:MOST_DAYS]
    ]
