"""Source `instagram.comments`: comments under own media with all their replies, and what was deleted since.

Media of the last 14 days of an account's activity are walked at every round: a count that stands still may hide one comment deleted
and another written. Older media are walked when their comments_count moved, and in complete walks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from listeners.context import Context
from listeners.instagram import split
from listeners.instagram.client import BUSINESS
from listeners.instagram.errors import GoneError
from listeners.instagram.media import within
from listeners.instagram.walk import InstagramWalk
from listeners.instagram.watch import MEDIA, WALKED, Watch, moment
from listeners.item import RawItem
from listeners.walk import PlaceClosedError, Step

FIELDS = "id,text,timestamp,username,like_count,hidden,parent_id,from"
NESTED = 50
RECENT = timedelta(days=14)


class Comments(InstagramWalk):
    """Places are own media, the newest first; each is walked to its end."""

    name = "instagram.comments"

    def __init__(self, watch: Watch) -> None:
        super().__init__(watch)
        self._recent: set[str] = set()

    def places(self) -> Sequence[str]:
        """Media of the own accounts."""
        span, found = self.station.backfill, []
        self._recent = set()
        for account in self.watch.listened():
            media = self.watch.media(account)
            self._recent |= recently_published(media)
            found += [identity for identity, row in media.items() if within(row, span)]
        return found

    def payer(self, place: str) -> str:
        """The account of the medium."""
        return str(self.watch.get(MEDIA, place).get("a", BUSINESS))

    def changed(self, place: str, complete: bool) -> bool:
        """Whether anything may have changed below a medium."""
        if complete or self.station.backfill:
            return True
        count = self.watch.get(MEDIA, place).get("n")
        moved = count is None or self.watch.get(WALKED, place).get("n") != count
        return moved or place in self._recent

    def thorough(self, place: str, complete: bool) -> bool:
        """A medium's comments are always read whole: there is no order that a head poll could rely on."""
        return True

    def read(self, place: str, token: str | None, complete: bool) -> Step:
        """50 threads with their replies."""
        account = self.payer(place)
        context = self._context(place)
        fields = f"{FIELDS},replies.limit({NESTED}){{{FIELDS}}}"
        try:
            body = self.watch.instagram.page(
                place, "comments", after=token or "", limit=50, limit_of=account, fields=fields
            )
        except GoneError:
            raise PlaceClosedError from None  # deleted since it was listed: the next walk of the media tells
        items: list[RawItem] = []
        for row in split.rows(body.data):
            items += split.comment(row, context)
            items += self._replies(row, context, account)
        if body.after is None:
            count = self.watch.get(MEDIA, place).get("n")
            self.watch.put(WALKED, place, {"n": count} if count is not None else None)
        return Step(items, body.after)

    def held(self, place: str) -> list[str]:
        """Comments and replies that we know below the medium."""
        return self.station.known.under(f"ig:media:{place}", "ig:comment")

    def look_up(self, place: str, subjects: Sequence[str]) -> list[RawItem]:
        """Only an id that cannot be read any more is gone."""
        context, account = self._context(place), self.payer(place)
        items = []
        for subject in subjects:
            identity, known = subject.rpartition(":")[2], self.station.known.get(subject)
            if not self.watch.instagram.exists(identity, account):
                here = context.within(conversation_id=known.conversation_id if known else None)
                items.append(split.gone("comment", identity, here))
        return items

    def _replies(self, thread: dict[str, Any], context: Context, account: str) -> list[RawItem]:
        """The replies that did not fit into the comment; a nested list that is full is read out on its own."""
        nested = split.rows(thread.get("replies"))
        if len(nested) < NESTED:
            return []
        inline = {row["id"] for row in nested}
        here = context.within(parent_id=f"ig:comment:{thread['id']}", conversation_id=f"ig:comment:{thread['id']}")
        items = []
        try:
            for body in self.watch.instagram.pages(thread["id"], "replies", limit_of=account, fields=FIELDS, limit=50):
                for row in split.rows(body):
                    if row["id"] not in inline:
                        items += split.comment(row, here)
        except GoneError:
            return items  # deleted between the two calls: the next walk tells
        return items

    def _context(self, medium: str) -> Context:
        account = self.watch.get(MEDIA, medium).get("a")
        return self.watch.context(f"{medium}/comments", "comments", account).within(post_id=f"ig:media:{medium}")


def recently_published(media: dict[str, dict[str, Any]]) -> set[str]:
    """Ids of the media published at most 14 days before the newest one; media whose time cannot be read count as recent."""
    times: dict[str, datetime] = {identity: told for identity, row in media.items() if (told := moment(row.get("t")))}
    newest = max(times.values(), default=None)
    return {identity for identity in media if newest is None or times.get(identity, newest) >= newest - RECENT}
