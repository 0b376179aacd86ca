"""Source `youtube.channels`: the listened accounts and their counters; tells the others where the uploads are."""

from __future__ import annotations

from collections.abc import Iterator

from listeners.batches import batches
from listeners.item import RawItem
from listeners.youtube.split import split
from listeners.youtube.watch import Watch

PARTS = "snippet,statistics,contentDetails"


class Channels:
    """See listeners.source.Source."""

    name = "youtube.channels"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def poll(self) -> Iterator[list[RawItem]]:
        """One page for 50 channels."""
        for ids in batches(self._watch.channels, 50):
            body = self._watch.youtube.call("channels.list", part=PARTS, id=",".join(ids), maxResults=50)
            items = []
            for row in body.get("items", []):
                playlist = row.get("contentDetails", {}).get("relatedPlaylists", {}).get("uploads")
                if playlist:
                    self._watch.uploads[row["id"]] = playlist
                context = self._watch.context("channels.list", "channels", row["id"], id=row["id"])
                items += split(row, context)
            yield items
