"""What each group speaks of, week by week: topics are the programmes that are named and the campaigns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dengar.attribution.window import Window, day_of, is_spam
from dengar.records import JAKARTA

Floats = NDArray[np.float64]
GROUPS = {
    "official": ("official",),
    "media": ("media",),
    "influencer": ("influencer", "partner", "public_figure"),
    "public": ("public", "unknown"),
}
MOST_TOPICS = 30


@dataclass(frozen=True)
class Agenda:
    """`counts[group][week, topic]`: mentions; weeks are Mondays in Jakarta without gaps."""

    weeks: Sequence[date]
    topics: Sequence[str]
    counts: Mapping[str, Floats]


def agenda_of(mentions: Iterable[Mapping[str, Any]], window: Window) -> Agenda:
    """Whole weeks of the window; topics are the programmes named and the campaigns, the MOST_TOPICS most spoken of. Spam is left out."""
    role_of = {role: group for group, roles in GROUPS.items() for role in roles}
    found: dict[tuple[str, date], Counter[str]] = defaultdict(Counter)
    whole: Counter[str] = Counter()
    for one in mentions:
        if window.holds(one) and not is_spam(one) and (group := role_of.get(one["author"]["role"])):
            named = topics_of(one)
            found[group, _monday(day_of(one))].update(named)
            whole.update(named)
    topics = sorted(sorted(whole), key=lambda topic: -whole[topic])[:MOST_TOPICS]
    weeks = _weeks(window)
    counts = {
        group: np.array([[found[group, week][topic] for topic in topics] for week in weeks], dtype=float).reshape(
            len(weeks), len(topics)
        )
        for group in GROUPS
    }
    return Agenda(weeks, topics, counts)


def topics_of(mention: Mapping[str, Any]) -> set[str]:
    """`programme:<code>` and `campaign:<id>`."""
    programmes = {
        f"programme:{one['code']}"
        for one in mention.get("entities") or ()
        if one["type"] == "programme" and one.get("code")
    }
    return programmes | {f"campaign:{one}" for one in mention["campaigns"]}


def _weeks(window: Window) -> list[date]:
    first = window.start.astimezone(JAKARTA)
    week = _monday(first.date())
    if week != first.date() or (first.hour, first.minute, first.second) != (0, 0, 0):
        week += timedelta(days=7)
    end = window.end.astimezone(JAKARTA).date()
    return [week + timedelta(days=7 * number) for number in range(max(0, (end - week).days // 7))]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
