"""Source `instagram.comments`: comments under own media with all their replies, and what was deleted since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from listeners.context import Context
from listeners.instagram import split
from listeners.instagram.errors import GoneError
from listeners.instagram.watch import Watch
from listeners.item import RawItem

FIELDS = "id,text,timestamp,username,like_count,hidden,parent_id,from"
NESTED = 50
EVERY = 10
RECENT = timedelta(days=14)


class Comments:
    """See listeners.source.Source.

    Media of the last 14 days of an account's activity are walked at every poll: a count that stands still may hide one comment
    deleted and another written. Older media are walked when their comments_count moved, and at every tenth poll.
    """

    name = "instagram.comments"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._counts: dict[str, int | None] = {}
        self._seen: dict[str, dict[str, str | None]] = {}  # medium → comment → thread
        self._polls = 0

    def poll(self) -> Iterator[list[RawItem]]:
        """A page for 50 threads; then the comments of media that are gone."""
        self._polls += 1
        yield from self._watch.each_own(self._account)
        while self._watch.deleted:
            account, medium = self._watch.deleted.pop()
            context = self._context(account, medium)
            self._counts.pop(medium, None)
            yield [
                split.gone("comment", identity, context.within(conversation_id=thread))
                for identity, thread in self._seen.pop(medium, {}).items()
            ]

    def _account(self, account: str) -> Iterator[list[RawItem]]:
        media = self._watch.media.get(account, {})
        recent = recently_published(media)
        for identity, medium in list(media.items()):
            count = medium.get("comments_count")
            still = count is not None and self._counts.get(identity) == count
            if still and identity not in recent and self._polls % EVERY:
                continue
            try:
                yield from self._walk(account, identity)
            except GoneError:
                continue  # deleted since it was listed: the next walk of the media tells
            self._counts[identity] = count

    def _walk(self, account: str, medium: str) -> Iterator[list[RawItem]]:
        context = self._context(account, medium)
        seen = self._seen.setdefault(medium, {})
        walked: set[str] = set()
        fields = f"{FIELDS},replies.limit({NESTED}){{{FIELDS}}}"
        for body in self._watch.instagram.pages(medium, "comments", fields=fields, limit=50):
            items = []
            for row in split.rows(body):
                items += split.comment(row, context)
                items += self._replies(row, context)
            for item in items:
                identity = item.subject.rpartition(":")[2]
                walked.add(identity)
                seen[identity] = item.conversation_id
            yield items
        for identity in [identity for identity in seen if identity not in walked]:
            if not self._watch.instagram.exists(identity):
                yield [split.gone("comment", identity, context.within(conversation_id=seen.pop(identity)))]

    def _replies(self, thread: dict[str, Any], context: Context) -> list[RawItem]:
        """The replies that did not fit into the comment; a nested list that is full is read out on its own."""
        nested = split.rows(thread.get("replies"))
        if len(nested) < NESTED:
            return []
        inline = {row["id"] for row in nested}
        here = context.within(parent_id=f"ig:comment:{thread['id']}", conversation_id=f"ig:comment:{thread['id']}")
        items = []
        try:
            for body in self._watch.instagram.pages(thread["id"], "replies", fields=FIELDS, limit=50):
                for row in split.rows(body):
                    if row["id"] not in inline:
                        items += split.comment(row, here)
        except GoneError:
            return items  # deleted between the two calls: the next walk tells
        return items

    def _context(self, account: str, medium: str) -> Context:
        return self._watch.context(f"{medium}/comments", "comments", account).within(post_id=f"ig:media:{medium}")


def recently_published(media: dict[str, dict[str, Any]]) -> set[str]:
    """Ids of the media published at most 14 days before the newest one; media whose time cannot be read count as recent."""
    times: dict[str, datetime] = {}
    for identity, row in media.items():
        try:
            moment = datetime.fromisoformat(str(row.get("timestamp")))
        except ValueError:
            continue
        if moment.tzinfo is not None:
            times[identity] = moment
    newest = max(times.values(), default=None)
    return {identity for identity in media if newest is None or times.get(identity, newest) >= newest - RECENT}
