"""Who takes part in a challenge or hashtag over time: participants a day, those who are new, and those who do not come back.

A participant is a distinct account, not our own, that wrote something of the campaign. Accounts that the platform withholds (Instagram's
hashtag search) take part unseen: `coverage` is the share of mentions whose author is known. Pseudonyms live for a period of their key, so a
person on both sides of a change of keys counts twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dengar.attribution.figure import Figure
from dengar.attribution.interval import wilson
from dengar.attribution.window import COUNTED, Window, day_of, is_spam
from dengar.records import JAKARTA
from dengar.registers import Campaign

FORMULA = "participation/1"
BACK_WITHIN = timedelta(days=7)
"""Who does not write again in so many days after the first day dropped off."""
LEAST = 5
"""New participants from which on a share of them is told."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day in Jakarta. `dropped`: of the `new`, those who did not come back; None while that is still open."""

    day: date
    participants: int
    new: int
    dropped: int | None


def days(mentions: Iterable[Mapping[str, Any]], campaign: Campaign, window: Window) -> list[Day]:
    """Every day from the first participant's to the last one's, silent ones too. Oldest first."""
    seen = _seen(mentions, campaign, window)
    if not seen:
        return []
    first_of = {author: min(at) for author, at in seen.items()}
    by_day: dict[date, set[str]] = defaultdict(set)
    for author, at in seen.items():
        for day in at:
            by_day[day].add(author)
    first, last = min(by_day), max(by_day)
    rows = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        new = [author for author in by_day[day] if first_of[author] == day]
        closed = _midnight(day + BACK_WITHIN + timedelta(days=1)) <= min(window.end, window.computed_at)
        dropped = sum(not any(day < other <= day + BACK_WITHIN for other in seen[author]) for author in new)
        rows.append(Day(day, len(by_day[day]), len(new), dropped if closed else None))
    return rows


def figures(mentions: Iterable[Mapping[str, Any]], campaign: Campaign, window: Window) -> list[Figure]:
    """`participants` of the period, `participants` and `new_participants` of each day, and `drop_off`: the share that did not return."""
    held = [one for one in mentions if _counts(one, campaign, window)]
    told = days(held, campaign, window)
    known = sum(one["author"]["key"] is not None for one in held)
    coverage = known / len(held) if held else None
    whole = len({one["author"]["key"] for one in held} - {None})
    posts = sum(one["kind"] == "post" for one in held)
    inputs = {"mentions": len(held), "posts": posts, "comments": len(held) - posts, "kind": campaign.kind}

    def row(metric: str, unit: str, **fields: Any) -> Figure:
        return window.figure(metric, FORMULA, unit, [COUNTED], campaign=campaign.id, **fields)

    if held and not known:
        return [row("participants", "accounts", refused="not_obtainable", n=len(held), coverage=0.0, inputs=inputs)]
    rows = [row("participants", "accounts", value=whole, n=len(held), coverage=coverage, inputs=inputs)]
    if not window.verdict([COUNTED]):
        return rows
    for one in told:
        at = {"day": one.day.isoformat()}
        rows.append(row("participants", "accounts", value=one.participants, dimension=at))
        rows.append(row("new_participants", "accounts", value=one.new, dimension=at))
    return [*rows, _drop_off(row, told)]


def _drop_off(row: Any, told: list[Day]) -> Figure:
    closed = [one for one in told if one.dropped is not None]
    new, dropped = sum(one.new for one in closed), sum(one.dropped or 0 for one in closed)
    within = {"days": BACK_WITHIN.days, "dropped": dropped}
    if new < LEAST:
        found: Figure = row("drop_off", "share", refused="too_few", n=new, inputs=within)
        return found
    low, high = wilson(dropped / new, new)
    found = row("drop_off", "share", value=dropped / new, low=low, high=high, n=new, inputs=within)
    return found


def _seen(mentions: Iterable[Mapping[str, Any]], campaign: Campaign, window: Window) -> dict[str, set[date]]:
    seen: dict[str, set[date]] = defaultdict(set)
    for mention in mentions:
        if _counts(mention, campaign, window) and (author := mention["author"]["key"]) is not None:
            seen[author].add(day_of(mention))
    return seen


def _counts(mention: Mapping[str, Any], campaign: Campaign, window: Window) -> bool:
    return (
        campaign.id in mention["campaigns"]
        and mention["author"]["role"] != "official"
        and not is_spam(mention)
        and window.holds(mention)
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAKARTA)
