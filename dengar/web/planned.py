"""The calendar on the pages: plans of a span with what became of planned posts, and where they lie on a timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from dengar.trends.beside import Beside, with_states
from dengar.trends.planned import CalendarError, Plan, read_plans
from dengar.trends.published import MOST, official_query
from dengar.web.archive import Archive

AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Calendar:
    """Plans by time; `problem` says why there are none to be had, "" where the calendar can be read."""

    plans: Sequence[Beside] = ()
    problem: str = ""

    @property
    def all(self) -> list[Plan]:
        return [one.plan for one in self.plans]


def calendar(archive: Archive, start: datetime, end: datetime, now: datetime) -> Calendar:
    """What was or is planned from `start` to two weeks after `end`. Raises IndexUnavailable."""
    try:
        plans = [plan for plan in read_plans() if plan.meets(start, end + AHEAD)]
    except CalendarError as error:
        return Calendar(problem=str(error))
    posts = [plan for plan in plans if plan.kind == "post" and plan.start - plan.window <= now]
    if not posts:
        return Calendar(with_states(plans, [], now))
    first = min(plan.start - plan.window for plan in posts)
    query = official_query(first, min(now, max(plan.end + plan.window for plan in posts)))
    return Calendar(
        with_states(plans, archive.listed("mentions", {"query": query, "sort": ["published_at"], "size": MOST}), now)
    )


def marked(values: Sequence[Mapping[str, Any]], plans: Sequence[Plan]) -> list[dict[str, Any]]:
    """Buckets of a date histogram, those that a plan meets with its names as `plans`."""
    starts = [datetime.fromtimestamp(one["key"] / 1000, UTC) for one in values]
    width = min((after - at for at, after in pairwise(starts)), default=timedelta(days=1))
    found = []
    for one, at in zip(values, starts, strict=True):
        names = [plan.name for plan in plans if plan.meets(at, at + width)]
        found.append({**one, "plans": ", ".join(names)} if names else dict(one))
    return found


def shaded(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A bar chart over time whose bins with `plans` stand on a shade of their own."""
    shade = {
        "transform": [{"filter": "isValid(datum.plans)"}],
        "mark": {"type": "bar", "color": "#f79009", "opacity": 0.14},
        "encoding": {"x": spec["encoding"]["x"], "y": {"value": 0}, "y2": {"value": spec["height"]}},
    }
    bars = {"mark": spec["mark"], "encoding": spec["encoding"]}
    return {**{name: part for name, part in spec.items() if name not in bars}, "layer": [bars, shade]}
