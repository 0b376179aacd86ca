"""Source `instagram.comments`: comments under own media with all their replies, and what was deleted since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from listeners.context import Context
from listeners.instagram import split
from listeners.instagram.errors import GoneError
from listeners.instagram.watch import Watch
from listeners.item import RawItem

FIELDS = "id,text,timestamp,username,like_count,hidden,parent_id,from"
NESTED = 50
EVERY = 10


class Comments:
    """See listeners.source.Source. A medium is walked when its comments_count moved, and at every tenth poll whatever it says."""

    name = "instagram.comments"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._counts: dict[str, int | None] = {}
        self._seen: dict[str, dict[str, str | None]] = {}
        self._polls = 0

    def poll(self) -> Iterator[list[RawItem]]:
        """A page for 50 threads."""
        sweep = self._polls % EVERY == 0
        self._polls += 1
        for account, known in self._watch.media.items():
            for identity, medium in list(known.items()):
                count = medium.get("comments_count")
                if not sweep and count is not None and self._counts.get(identity) == count:
                    continue
                try:
                    yield from self._walk(account, identity)
                except GoneError:
                    continue  # deleted since it was listed: the next walk of the media tells
                self._counts[identity] = count

    def _walk(self, account: str, medium: str) -> Iterator[list[RawItem]]:
        context = self._watch.context(f"{medium}/comments", "comments", account).within(post_id=f"ig:media:{medium}")
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
        for body in self._watch.instagram.pages(thread["id"], "replies", fields=FIELDS, limit=50):
            for row in split.rows(body):
                if row["id"] not in inline:
                    items += split.comment(row, here)
        return items
