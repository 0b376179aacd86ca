"""Source `youtube.videos`: the newest uploads of every channel, their counters, the chats that run, and what is gone."""

from __future__ import annotations

from collections.abc import Iterator

from listeners.batches import batches
from listeners.item import RawItem
from listeners.youtube.errors import GoneError
from listeners.youtube.gone import gone
from listeners.youtube.split import split
from listeners.youtube.watch import Watch

PARTS = "snippet,statistics,contentDetails,liveStreamingDetails,status"
UPLOAD_PAGES = 4


class Videos:
    """See listeners.source.Source. Watches the newest 200 uploads of a channel; older ones are read when a push names them."""

    name = "youtube.videos"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._seen: dict[str, dict[str, None]] = {}

    def poll(self) -> Iterator[list[RawItem]]:
        """One page for 50 videos of a channel."""
        for channel, playlist in list(self._watch.uploads.items()):
            listed, complete = self._uploads(playlist)
            seen = self._seen.setdefault(channel, {})
            # A video that left a complete list is looked up by its id: only its absence there means that it is gone.
            asked = dict.fromkeys([*listed, *(seen if complete else ())])
            for ids in batches(asked, 50):
                yield self._read(channel, ids, seen)

    def _read(self, channel: str, ids: list[str], seen: dict[str, None]) -> list[RawItem]:
        body = self._watch.youtube.call("videos.list", part=PARTS, id=",".join(ids))
        items, found = [], set()
        for row in body.get("items", []):
            found.add(row["id"])
            seen[row["id"]] = None
            items += split(row, self._watch.context("videos.list", "videos", channel, id=row["id"]))
            chat = row.get("liveStreamingDetails", {}).get("activeLiveChatId")
            if chat:
                self._watch.chats[chat] = row["id"]
        for identity in [identity for identity in ids if identity in seen and identity not in found]:
            del seen[identity]
            context = self._watch.context("videos.list", "videos", channel, id=identity)
            items.append(gone("video", identity, context.within(post_id=f"yt:video:{identity}")))
        return items

    def _uploads(self, playlist: str) -> tuple[list[str], bool]:
        """(video ids, newest first; whether the list was read to its end)."""
        ids: list[str] = []
        try:
            pages = self._watch.youtube.pages(
                "playlistItems.list", most=UPLOAD_PAGES, part="contentDetails", playlistId=playlist, maxResults=50
            )
            complete = True
            for body in pages:
                ids += [row["contentDetails"]["videoId"] for row in body.get("items", []) if "contentDetails" in row]
                complete = not body.get("nextPageToken")
            return ids, complete
        except GoneError:
            return [], True  # a channel without uploads has no such playlist
