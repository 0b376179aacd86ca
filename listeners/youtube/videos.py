"""Source `youtube.videos`: the newest uploads of every channel, the chats that run, and what is gone.

A head poll reads the newest 50 of each channel, a complete walk 200; older videos are looked up by id as long as they are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from listeners.batches import batches
from listeners.item import RawItem
from listeners.walk import PlaceClosedError, Step, Walk, parked
from listeners.youtube.errors import GoneError, ProcessingError
from listeners.youtube.gone import gone
from listeners.youtube.split import split
from listeners.youtube.watch import CHATS, Watch

PARTS = "snippet,statistics,contentDetails,liveStreamingDetails,status"
UPLOAD_PAGES = 4


class Videos(Walk):
    """Places are channels. A backfill walks until the videos are older than its `since`."""

    name = "youtube.videos"

    def __init__(self, watch: Watch) -> None:
        super().__init__(watch.station, "youtube.default")
        self._watch = watch

    def places(self) -> Sequence[str]:
        """Channels whose uploads playlist is known."""
        uploads = self._watch.uploads
        return [channel for channel in self._watch.listened() if channel in uploads]

    def page(self, place: str, token: str | None, complete: bool) -> Step:
        """The pages of the uploads of a channel, with the videos themselves."""
        asked: dict[str, Any] = {"playlistId": self._watch.uploads[place], "part": "contentDetails", "maxResults": 50}
        page, _, at = (token or "").partition("|")
        try:
            body = self._watch.youtube.call("playlistItems.list", **asked, **({"pageToken": at} if at else {}))
        except GoneError:
            raise PlaceClosedError from None  # a channel without uploads has no such playlist
        except ProcessingError as error:
            return parked(self.station, place, error)
        rows = [row["contentDetails"] for row in body.get("items", []) if "contentDetails" in row]
        span, past = self.station.backfill, False
        if span is not None:
            times = [str(row.get("videoPublishedAt", "")) for row in rows]
            past = any(time and span.before(time) for time in times)
            rows = [row for row, time in zip(rows, times, strict=True) if span.covers(time)]
        items = [item for ids in batches([row["videoId"] for row in rows], 50) for item in self.read(place, ids)]
        number = int(page or 1)
        following = body.get("nextPageToken")
        ends = not following or past or (span is None and number >= UPLOAD_PAGES)
        # A head poll reads one page: what is new stands on it.
        return Step(items, None if ends else f"{number + 1}|{following}", known=not complete)

    def held(self, place: str) -> list[str]:
        """Videos of the channel that we know."""
        return self.station.known.under(place, "yt:video")

    def look_up(self, place: str, subjects: Sequence[str]) -> list[RawItem]:
        """Only its absence from videos.list means that a video is gone."""
        return self.read(place, [subject.rpartition(":")[2] for subject in subjects])

    def read(self, channel: str | None, ids: Sequence[str]) -> list[RawItem]:
        """At most 50 videos; those that we know and YouTube does not, as gone."""
        if not ids:
            return []
        body = self._watch.youtube.call("videos.list", part=PARTS, id=",".join(ids))
        items, there = [], set()
        for row in body.get("items", []):
            there.add(row["id"])
            owner = row.get("snippet", {}).get("channelId") or channel
            items += split(row, self._watch.context("videos.list", "videos", owner, id=row["id"]))
            if chat := row.get("liveStreamingDetails", {}).get("activeLiveChatId"):
                self._watch.put(CHATS, chat, row["id"])
        for identity in ids:
            subject = f"yt:video:{identity}"
            if identity not in there and self.station.known.holds(subject):
                context = self._watch.context("videos.list", "videos", channel, id=identity)
                items.append(gone("video", identity, context.within(post_id=subject)))
        return items
