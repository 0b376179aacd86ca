"""Source `youtube.videos`: the newest uploads of every channel, the chats that run, and what is gone.

A head poll lists the newest 50 of each channel and reads those that are new, young or about to go live; a complete walk reads the
newest 200 and looks up older ones by id as long as they are known. Counters in between come from `youtube.stats`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from listeners.batches import batches
from listeners.item import RawItem
from listeners.source import Gap
from listeners.walk import PlaceClosedError, Step, Walk, parked
from listeners.youtube.errors import GoneError, InvalidTokenError, ProcessingError
from listeners.youtube.gone import gone
from listeners.youtube.split import split
from listeners.youtube.streams import note_stream
from listeners.youtube.watch import EXPECTED, UPLOADS, Watch

PARTS = "snippet,statistics,contentDetails,liveStreamingDetails,status"
UPLOAD_PAGES = 4
YOUNG = timedelta(days=2)


class Videos(Walk):
    """Places are channels. A backfill walks until the videos are older than its `since`."""

    name = "youtube.videos"

    def __init__(self, watch: Watch) -> None:
        super().__init__(watch.station, "youtube.default")
        self._watch = watch

    def places(self) -> Sequence[str]:
        """Channels whose uploads playlist is known; a backfill asks for the playlist itself."""
        uploads = self._watch.uploads
        return [channel for channel in self._watch.listened() if channel in uploads or self.station.backfill]

    def page(self, place: str, token: str | None, complete: bool) -> Step:
        """The pages of the uploads of a channel, with the videos themselves."""
        try:
            return self._page(place, token, complete)
        except InvalidTokenError:
            if token is None:
                raise
            return self.page(place, None, complete)  # the listing starts again; what is known is not published again
        except GoneError:
            # Also a channel without uploads has no playlist. What we hold of it is looked up by the complete walk.
            return Step(())
        except ProcessingError as error:
            return parked(self.station, f"yt:channel:{place}", error)

    def _page(self, place: str, token: str | None, complete: bool) -> Step:
        page, _, at = (token or "").partition("|")
        body = self._watch.youtube.call(
            "playlistItems.list",
            playlistId=self._uploads(place),
            part="contentDetails",
            maxResults=50,
            fields="etag,nextPageToken,items/contentDetails",
            **({"pageToken": at} if at else {}),
        )
        rows = [row["contentDetails"] for row in body.get("items", []) if "contentDetails" in row]
        span, past = self.station.backfill, False
        if span is not None:
            times = [str(row.get("videoPublishedAt", "")) for row in rows]
            past = any(time and span.before(time) for time in times)
            rows = [row for row, time in zip(rows, times, strict=True) if span.covers(time)]
        elif not complete:
            rows = [row for row in rows if self._fresh(row)]
        items, gaps = list[RawItem](), list[Gap]()
        for ids in batches([row["videoId"] for row in rows], 50):
            found, missed = self.read(place, ids)
            items, gaps = items + found, gaps + missed
        number = int(page or 1)
        following = body.get("nextPageToken")
        ends = not following or past or (span is None and number >= UPLOAD_PAGES)
        # A head poll reads one page: what is new stands on it.
        return Step(items, None if ends else f"{number + 1}|{following}", not complete, gaps)

    def _fresh(self, row: Mapping[str, Any]) -> bool:
        """Whether a head poll reads a video: it is new or young, or its stream is announced or runs."""
        identity = str(row["videoId"])
        if not self.station.known.holds(f"yt:video:{identity}") or self._watch.station.state.get(EXPECTED + identity):
            return True
        published = str(row.get("videoPublishedAt") or "")
        return bool(published) and self.station.clock.now() - datetime.fromisoformat(published) < YOUNG

    def _uploads(self, channel: str) -> str:
        """The uploads playlist. Raises PlaceClosedError where the channel is not there."""
        known = self._watch.uploads.get(channel)
        if known:
            return known
        body = self._watch.youtube.call("channels.list", part="contentDetails", id=channel)
        for row in body.get("items", []):
            playlist = row.get("contentDetails", {}).get("relatedPlaylists", {}).get("uploads")
            if playlist:
                self._watch.put(UPLOADS, channel, str(playlist))
                return str(playlist)
        raise PlaceClosedError

    def held(self, place: str) -> list[str]:
        """Videos of the channel that we know."""
        return self.station.known.under(place, "yt:video")

    def look_up(self, place: str, subjects: Sequence[str]) -> list[RawItem]:
        """Only its absence from videos.list means that a video is gone."""
        return self.read(place, [subject.rpartition(":")[2] for subject in subjects])[0]

    def read(self, channel: str | None, ids: Sequence[str]) -> tuple[list[RawItem], list[Gap]]:
        """At most 50 videos; those that we know and YouTube does not, as gone. And chats that nobody could read."""
        if not ids:
            return [], []
        body = self._watch.youtube.call("videos.list", part=PARTS, id=",".join(ids))
        items, gaps, there = list[RawItem](), list[Gap](), set[str]()
        for row in body.get("items", []):
            there.add(row["id"])
            owner = row.get("snippet", {}).get("channelId") or channel
            items += split(row, self._watch.context("videos.list", "videos", owner, id=row["id"]))
            gaps += note_stream(self._watch, row, owner)
        for identity in ids:
            subject = f"yt:video:{identity}"
            if identity not in there:
                self._watch.put(EXPECTED, identity, None)
                if self.station.known.holds(subject):
                    context = self._watch.context("videos.list", "videos", channel, id=identity)
                    items.append(gone("video", identity, context.within(post_id=subject)))
        return items, gaps
