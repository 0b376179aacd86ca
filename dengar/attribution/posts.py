"""A series of counts and the times of posts, as the lift and the lead need them: equal bins, gaps marked, posts placed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np

from dengar.attribution.lift import busy
from dengar.attribution.usual import Usual, usual
from dengar.trends.series import SeriesError, read_series, step_of

BUSY_HOURS = 12.0
"""How long a post may work: bins that say nothing of the usual."""
MOST_BINS = 1_000_000


class PostsError(ValueError):
    """The series or the posts cannot be used; the message says what to do."""


def read_usual(
    series: Iterable[str], posts: Iterable[str], hours: float = BUSY_HOURS
) -> tuple[Usual, list[int], timedelta]:
    """The usual of a CSV `timestamp,value`, the bin of each post (a time a line) and the length of a bin. Raises PostsError.

    Times have offsets in both or in neither. Bins that are missing are ones nobody counted.
    """
    try:
        bins = read_series(series)
        step = step_of(bins)
    except SeriesError as error:
        raise PostsError(str(error)) from None
    start, a_day = bins[0].moment, round(timedelta(days=1) / step)
    if a_day * step != timedelta(days=1):
        raise PostsError("A day is no whole number of bins: count by 5, 10, 15, 30 or 60 minutes.")
    length = round((bins[-1].moment - start) / step) + 1
    if length > MOST_BINS:
        raise PostsError(f"The series would have {length:,} bins: shorten it, or count more coarsely.")
    counts = np.full(length, np.nan)
    for one in bins:
        counts[round((one.moment - start) / step)] = one.value
    placed = [
        int((_moment(number, line, start) - start) // step) for number, line in enumerate(posts, 1) if line.strip()
    ]
    if not placed:
        raise PostsError("There is no post: write a time a line.")
    for post in placed:
        if not 0 <= post < length:
            raise PostsError(f"The post of {(start + post * step).isoformat()} lies outside the series.")
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    worked = busy(length, placed, max(1, round(hours * a_day / 24)))
    found = usual(counts, a_day, worked, first_weekday=start.weekday(), first_bin=int((start - midnight) // step))
    return found, placed, step


def _moment(number: int, line: str, like: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(line.strip())
    except ValueError:
        raise PostsError(
            f"Post {number}: {line.strip()[:40]!r} is no time; write it as 2026-11-24T09:00:00+07:00."
        ) from None
    if (moment.tzinfo is None) != (like.tzinfo is None):
        raise PostsError("Some times have an offset and some have none: write series and posts alike.")
    return moment.astimezone(like.tzinfo) if like.tzinfo else moment
