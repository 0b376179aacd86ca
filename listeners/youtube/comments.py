"""Source `youtube.comments`: every thread under a channel's videos with all its replies, and what was deleted since.

By channel, 100 threads a unit of quota, newest thread first. A head poll stops at the first page without anything new; a reply to
an older thread, an edit or a deletion is found by the complete walk.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from listeners.context import Context
from listeners.item import RawItem
from listeners.source import Gap, SourceError
from listeners.walk import PlaceClosedError, Step, Walk, parked
from listeners.youtube.errors import ForbiddenError, GoneError, InvalidTokenError, ProcessingError, UnavailableError
from listeners.youtube.gone import gone
from listeners.youtube.split import comment, split
from listeners.youtube.watch import CLOSED, Watch


class Threads(Walk):
    """Threads of a place. Subclasses say which filter of commentThreads.list a place is, and what hangs under it."""

    filter: str

    def __init__(self, watch: Watch) -> None:
        super().__init__(watch.station, "youtube.default")
        self._watch = watch

    @abstractmethod
    def context(self, place: str, method: str, **parameters: object) -> Context:
        """The context of a call about a place."""

    @abstractmethod
    def record_id(self, place: str) -> str:
        """The record id of a place."""

    @abstractmethod
    def held(self, place: str) -> list[str]:
        """Comments and replies that we know under the place."""

    def wanted(self, place: str, complete: bool) -> bool:
        """A place that showed nothing is asked once a day."""
        return not self._watch.closed(place)

    def skips(self, error: SourceError) -> bool:
        """One place that is not for us does not end the walk; the client ends it where the next is not either."""
        return isinstance(error, ForbiddenError)

    def page(self, place: str, token: str | None, complete: bool) -> Step:
        """100 threads, each with all its replies."""
        asked: dict[str, Any] = {self.filter: place, "order": "time", "textFormat": "plainText"}
        context = self.context(place, "commentThreads.list", **asked)
        try:
            body = self._watch.youtube.call(
                "commentThreads.list",
                part="snippet,replies",
                maxResults=100,
                **asked,
                **({"pageToken": token} if token else {}),
            )
        except InvalidTokenError:
            if token is None:
                raise
            return self.page(place, None, complete)  # the listing starts again; what is known is not published again
        except UnavailableError:
            self._watch.close(place)
            raise PlaceClosedError from None
        except ForbiddenError:
            self._watch.close(place)
            raise
        except GoneError:
            return Step(())  # what we hold of it is looked up, comment by comment, by the complete walk
        except ProcessingError as error:
            return parked(self.station, self.record_id(place), error)
        self._watch.put(CLOSED, place, None)
        rows = body.get("items", [])
        span, past = self.station.backfill, False
        if span is not None:
            past = any(span.before(_published(row)) for row in rows)
            rows = [row for row in rows if span.covers(_published(row))]
        items, gaps = [], list[Gap]()
        for row in rows:
            items += split(row, context)
            try:
                items += self._replies(row, context, complete)
            except ProcessingError as error:
                gaps += parked(self.station, f"yt:comment:{row['id']}", error).gaps
        known = bool(rows) and all(self.station.known.unchanged(item) for item in items)
        return Step(items, None if past else body.get("nextPageToken"), known, gaps, broken=bool(gaps))

    def look_up(self, place: str, subjects: Sequence[str]) -> list[RawItem]:
        """Deletions among comments that a complete walk did not show; those still there as they are now."""
        ids = [subject.rpartition(":")[2] for subject in subjects]
        body = self._watch.youtube.call("comments.list", part="snippet", id=",".join(ids), textFormat="plainText")
        there = {row["id"]: row for row in body.get("items", [])}
        items = []
        for identity, subject in zip(ids, subjects, strict=True):
            known = self.station.known.get(subject)
            context = self.context(place, "comments.list", id=identity)
            if known is not None:
                context = context.within(post_id=known.post_id, conversation_id=known.conversation_id)
            items.append(comment(there[identity], context) if identity in there else gone("comment", identity, context))
        return items

    def _replies(self, thread: dict[str, Any], context: Context, complete: bool) -> list[RawItem]:
        """The replies that are not inline; a head poll reads them only where their number has changed."""
        inline = {reply["id"] for reply in thread.get("replies", {}).get("comments", [])}
        total = thread.get("snippet", {}).get("totalReplyCount", 0)
        known = self.station.known.get(f"yt:comment:{thread['id']}")
        if total <= len(inline) or (not complete and known is not None and known.reported == total):
            return []
        video = thread["snippet"].get("videoId")
        here = context.within(
            post_id=f"yt:video:{video}" if video else None,
            conversation_id=f"yt:comment:{thread['id']}",
            parent_id=f"yt:comment:{thread['id']}",
        )
        items = []
        try:
            for body in self._watch.youtube.pages(
                "comments.list", part="snippet", parentId=thread["id"], textFormat="plainText", maxResults=100
            ):
                items += [comment(row, here) for row in body.get("items", []) if row["id"] not in inline]
        except GoneError:
            return items  # deleted between the two calls: the next walk tells
        return items


class Comments(Threads):
    """Places are channels."""

    name = "youtube.comments"
    filter = "allThreadsRelatedToChannelId"

    def places(self) -> Sequence[str]:
        """The listened channels."""
        return list(self._watch.listened())

    def context(self, place: str, method: str, **parameters: object) -> Context:
        """Comments belong to the channel that they hang under."""
        return self._watch.context(method, "comments", place, **parameters)

    def record_id(self, place: str) -> str:
        """The channel."""
        return f"yt:channel:{place}"

    def held(self, place: str) -> list[str]:
        """Comments of all videos of the channel."""
        return self.station.known.under(place, "yt:comment")


def _published(thread: dict[str, Any]) -> str:
    return str(thread.get("snippet", {}).get("topLevelComment", {}).get("snippet", {}).get("publishedAt", ""))
