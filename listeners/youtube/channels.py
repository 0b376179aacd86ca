"""Source `youtube.channels`: the listened accounts and their counters; tells the others where the uploads are."""

from __future__ import annotations

from dengar.records import timestamp
from listeners.item import RawItem
from listeners.source import Cursor, Page
from listeners.youtube.split import split
from listeners.youtube.watch import SINCE, UPLOADS, Watch

PARTS = "snippet,statistics,contentDetails"
MOST = 50


class Channels:
    """See listeners.source.Source. Cursor: how many channels were read, fifty a call."""

    name = "youtube.channels"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def fetch(self, cursor: Cursor | None) -> Page:
        """One page for 50 channels."""
        start = int((cursor or {}).get("from", 0))
        ids = list(self._watch.channels)
        chosen = ids[start : start + MOST]
        body = self._watch.youtube.call("channels.list", part=PARTS, id=",".join(chosen), maxResults=MOST)
        items: list[RawItem] = []
        for row in body.get("items", []):
            playlist = row.get("contentDetails", {}).get("relatedPlaylists", {}).get("uploads")
            if playlist:
                self._watch.put(UPLOADS, row["id"], playlist)
            if self._watch.told(SINCE, row["id"]) is None:
                self._watch.put(SINCE, row["id"], timestamp(self._watch.station.clock.now()))
            items += split(row, self._watch.context("channels.list", "channels", row["id"], id=row["id"]))
        more = start + MOST < len(ids)
        return Page(items, {"from": start + MOST} if more else None, more)
