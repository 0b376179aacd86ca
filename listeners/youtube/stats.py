"""Source `youtube.stats`: counters of every known video by videos.batchGetStats, which has a bucket of its own.

A young video is asked for every round; from its third day on after a twenty-fourth of its age, at least once a week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dengar.records import timestamp
from listeners.source import Cursor, Page
from listeners.youtube.split import split
from listeners.youtube.watch import Watch

MOST = 50
DUE = "stats/yt:"
YOUNG, LATEST = timedelta(days=2), timedelta(days=7)
SHARE_OF_AGE = 24


class Stats:
    """See listeners.source.Source. Cursor: the last video that was asked for, in the order of ids."""

    name = "youtube.stats"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def fetch(self, cursor: Cursor | None) -> Page:
        """Counters of 50 videos."""
        after = str((cursor or {}).get("after", ""))
        known = self._watch.station.known
        ids = {subject.rpartition(":")[2] for c in self._watch.channels for subject in known.under(c, "yt:video")}
        due = [one for one in sorted({*ids, *self._watch.living()}) if one > after and self._due(one)]
        chosen = due[:MOST]
        if not chosen:
            return Page(more=False)
        asked = ",".join(chosen)
        body = self._watch.youtube.call("videos.batchGetStats", part="snippet,statistics", id=asked)
        # The answer's kind names the list, not its rows: each is a videoStat.
        rows = [{"kind": "youtube#videoStat"} | row for row in body.get("items", [])]
        context = self._watch.context("videos.batchGetStats", "stats", None, id=asked)
        items = split({"kind": "youtube#videoStat", "items": rows}, context)
        self._put_off(chosen, rows)
        more = len(due) > MOST
        return Page(items, {"after": chosen[-1]} if more else None, more)

    def _due(self, video: str) -> bool:
        moment = self._watch.told(DUE, video)
        return moment is None or self._watch.station.walk or moment <= self._watch.station.clock.now()

    def _put_off(self, asked: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """Note when the old ones are asked for again, and those that were not shown: the sources of videos tell what is gone."""
        now, there = self._watch.station.clock.now(), {str(row.get("id")): row for row in rows}
        for video in asked:
            published = (there.get(video, {}).get("snippet") or {}).get("publishTime")
            age = now - datetime.fromisoformat(published) if published else timedelta(0)
            if video not in there:
                age = YOUNG * SHARE_OF_AGE
            later = now + min(LATEST, age / SHARE_OF_AGE) if age >= YOUNG else None
            self._watch.put(DUE, video, timestamp(later) if later else None)
