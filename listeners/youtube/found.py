"""Sources `youtube.found` and `youtube.found_comments`: videos outside the listened channels that a search found, and their threads."""

from __future__ import annotations

from collections.abc import Sequence

from listeners.context import Context
from listeners.source import Cursor, Page
from listeners.youtube.comments import Threads
from listeners.youtube.videos import Videos
from listeners.youtube.watch import Watch

MOST = 50


class Found:
    """See listeners.source.Source. Cursor: the last video that was read, in the order of ids."""

    name = "youtube.found"

    def __init__(self, watch: Watch) -> None:
        self._watch, self._videos = watch, Videos(watch)

    def fetch(self, cursor: Cursor | None) -> Page:
        """Edits, streams that run, and what is gone, of 50 videos."""
        after = str((cursor or {}).get("after", ""))
        ids = [identity for identity in sorted(self._watch.living()) if identity > after]
        items, gaps = self._videos.read(None, ids[:MOST])
        more = len(ids) > MOST
        return Page(items, {"after": ids[MOST - 1]} if more else None, more, gaps)


class FoundComments(Threads):
    """Places are videos."""

    name = "youtube.found_comments"
    filter = "videoId"

    def places(self) -> Sequence[str]:
        """The videos that were found."""
        return self._watch.found()

    def wanted(self, place: str, complete: bool) -> bool:
        """A video that is gone is left as soon as its comments are told to be gone too."""
        known = self.station.known.get(self.record_id(place))
        if known is not None and known.gone:
            return complete and bool(self.held(place))
        return super().wanted(place, complete)

    def context(self, place: str, method: str, **parameters: object) -> Context:
        """Comments of a video of somebody else."""
        return self._watch.context(method, "found_comments", None, **parameters).within(post_id=self.record_id(place))

    def record_id(self, place: str) -> str:
        """The video."""
        return f"yt:video:{place}"

    def held(self, place: str) -> list[str]:
        """Comments of the video."""
        return self.station.known.under(self.record_id(place), "yt:comment")
