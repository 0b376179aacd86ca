"""Source `youtube.stats`: counters of every known video by videos.batchGetStats, which has a bucket of its own."""

from __future__ import annotations

from listeners.source import Cursor, Page
from listeners.youtube.split import split
from listeners.youtube.watch import Watch

MOST = 50


class Stats:
    """See listeners.source.Source. Cursor: the last video that was asked for, in the order of ids."""

    name = "youtube.stats"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def fetch(self, cursor: Cursor | None) -> Page:
        """Counters of 50 videos."""
        after = str((cursor or {}).get("after", ""))
        known = self._watch.station.known
        ids = sorted(
            {subject.rpartition(":")[2] for c in self._watch.channels for subject in known.under(c, "yt:video")}
        )
        ids = [identity for identity in sorted({*ids, *self._watch.found()}) if identity > after]
        chosen = ids[:MOST]
        if not chosen:
            return Page(more=False)
        asked = ",".join(chosen)
        body = self._watch.youtube.call("videos.batchGetStats", part="statistics", id=asked)
        # The answer's kind names the list, not its rows: each is a videoStat.
        rows = {
            "kind": "youtube#videoStat",
            "items": [{"kind": "youtube#videoStat"} | row for row in body.get("items", [])],
        }
        items = split(rows, self._watch.context("videos.batchGetStats", "stats", None, id=asked))
        more = len(ids) > MOST
        return Page(items, {"after": chosen[-1]} if more else None, more)
