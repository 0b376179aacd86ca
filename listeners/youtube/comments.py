"""Source `youtube.comments`: every thread under a channel's videos with all its replies, and what was deleted since.

By channel, 100 threads a unit of quota. A thread whose inline replies are fewer than it has is read out by comments.list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from listeners.batches import batches
from listeners.item import RawItem
from listeners.youtube.errors import GoneError, UnavailableError
from listeners.youtube.gone import gone
from listeners.youtube.split import comment, split
from listeners.youtube.watch import Watch


class Comments:
    """See listeners.source.Source. Remembers comment id → (post, thread) per channel, to tell deletions."""

    name = "youtube.comments"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._seen: dict[str, dict[str, tuple[str | None, str | None]]] = {}

    def poll(self) -> Iterator[list[RawItem]]:
        """One page for 100 threads; then what a complete walk did not show any more."""
        for channel in self._watch.channels:
            seen = self._seen.setdefault(channel, {})
            walked: set[str] = set()
            try:
                for items in self._walk(channel):
                    for item in items:
                        identity = item.subject.rpartition(":")[2]
                        walked.add(identity)
                        seen[identity] = (item.post_id, item.conversation_id)
                    yield items
            except (UnavailableError, GoneError):
                continue  # comments are closed or the channel is: nothing to read, and nothing known about what was
            missing = [identity for identity in seen if identity not in walked]
            for ids in batches(missing, 50):
                if found := self._look_up(channel, ids, seen):
                    yield found

    def _walk(self, channel: str) -> Iterator[list[RawItem]]:
        parameters: dict[str, Any] = {
            "allThreadsRelatedToChannelId": channel,
            "order": "time",
            "textFormat": "plainText",
        }
        context = self._watch.context("commentThreads.list", "comments", channel, **parameters)
        for body in self._watch.youtube.pages(
            "commentThreads.list", part="snippet,replies", maxResults=100, **parameters
        ):
            items = split(body, context)
            for row in body.get("items", []):
                items += self._replies(channel, row)
            yield items

    def _replies(self, channel: str, thread: dict[str, Any]) -> list[RawItem]:
        """The replies that are not inline."""
        inline = {reply["id"] for reply in thread.get("replies", {}).get("comments", [])}
        if thread.get("snippet", {}).get("totalReplyCount", 0) <= len(inline):
            return []
        context = self._watch.context("comments.list", "comments", channel, parentId=thread["id"]).within(
            post_id=f"yt:video:{thread['snippet']['videoId']}" if thread["snippet"].get("videoId") else None,
            conversation_id=f"yt:comment:{thread['id']}",
            parent_id=f"yt:comment:{thread['id']}",
        )
        items = []
        try:
            for body in self._watch.youtube.pages(
                "comments.list", part="snippet", parentId=thread["id"], textFormat="plainText", maxResults=100
            ):
                items += [comment(row, context) for row in body.get("items", []) if row["id"] not in inline]
        except GoneError:
            return items  # deleted between the two calls: the next walk tells
        return items

    def _look_up(self, channel: str, ids: list[str], seen: dict[str, tuple[str | None, str | None]]) -> list[RawItem]:
        """Deletions among comments that a complete walk did not show; those still there are published as read."""
        body = self._watch.youtube.call("comments.list", part="snippet", id=",".join(ids), textFormat="plainText")
        rows = {row["id"]: row for row in body.get("items", [])}
        items = []
        for identity in ids:
            post, thread = seen[identity]
            context = self._watch.context("comments.list", "comments", channel, id=identity).within(
                post_id=post, conversation_id=thread
            )
            if identity in rows:
                items.append(comment(rows[identity], context))
            else:
                del seen[identity]
                items.append(gone("comment", identity, context))
        return items
