"""Drift: where a profile departs from the trailing week, in plain words. Always a warning: it may be news, or a defect.

A share (of a language, of nulls in a field) has drifted where it moved by at least ten points and by more than chance would move it: a
two-proportion z above 4. A source's volume has where a day lies beyond three times, or below a third of, the week's median day, and
outside everything the week saw.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence

from dengar.validate.profile import OTHER, Profile, merged

DAYS = 7
LEAST_POINTS, LEAST_Z = 0.10, 4.0
LEAST_MENTIONS, LEAST_WEEK = 100, 200
"""Smaller batches and weeks say nothing about shares."""
FACTOR, LEAST_RECORDS, LEAST_DAYS = 3.0, 50, 3


def share_drift(now: Profile, week: Sequence[Profile]) -> list[str]:
    """Sentences about languages and nulls of a batch or a day, by source. `week`: a profile a day, of the days before."""
    before = merged(week)
    told: list[str] = []
    for via, own in sorted(now.items()):
        base = before.get(via)
        if via == OTHER or base is None or own["mentions"] < LEAST_MENTIONS or base["mentions"] < LEAST_WEEK:
            continue
        counts = (own["mentions"], base["mentions"])
        told += [
            f"{via}: language {code} is {_told(mine, theirs, *counts)}."
            for code, mine, theirs in _pairs(own["languages"], base["languages"])
            if _moved(mine, theirs, *counts)
        ]
        told += [
            f"{via}: {field} is null in {_told(mine, theirs, *counts)}."
            for field, mine, theirs in _pairs(own["nulls"], base["nulls"])
            if _moved(mine, theirs, *counts)
        ]
    return told


def volume_drift(day: Profile, week: Sequence[Profile]) -> list[str]:
    """Sentences about the records of each source on a whole day. A source that fell silent is told, a new one is not."""
    if len(week) < LEAST_DAYS:
        return []
    told = []
    for via in sorted({name for one in week for name in one}):
        days = [one.get(via, {"records": 0})["records"] for one in week]
        now, usual = day.get(via, {"records": 0})["records"], statistics.median(days)
        if via == OTHER or max(now, usual) < LEAST_RECORDS:
            continue
        if now == 0:
            told.append(f"{via}: no record on this day, {usual:.0f} on a usual day of the week before.")
        elif (now > FACTOR * usual and now > max(days)) or (now < usual / FACTOR and now < min(days)):
            told.append(f"{via}: {now} records on this day, {usual:.0f} on a usual day of the week before.")
    return told


def _pairs(now: Mapping[str, int], before: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    for name in sorted({*now, *before}):
        yield name, now.get(name, 0), before.get(name, 0)


def _moved(mine: int, theirs: int, count: int, base: int) -> bool:
    """z = (p₁ − p₂) / √(p(1 − p)(1/n₁ + 1/n₂)) with the pooled p."""
    difference = mine / count - theirs / base
    pooled = (mine + theirs) / (count + base)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / count + 1 / base))
    return abs(difference) >= LEAST_POINTS and spread > 0 and abs(difference) / spread > LEAST_Z


def _told(mine: int, theirs: int, count: int, base: int) -> str:
    return f"{mine / count:.0%} of {count} mentions, {theirs / base:.0%} of {base} in the week before"
