"""Sources `instagram.media`, `instagram.tags`: own media, and media that tag us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from listeners.instagram import split
from listeners.instagram.walk import InstagramWalk
from listeners.instagram.watch import INSIGHT, MEDIA, WALKED, moment
from listeners.item import RawItem
from listeners.walk import Step

MEDIA_FIELDS = (
    "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count,media_url,thumbnail_url,"
    "shortcode,username,owner,children{id,media_type,media_url,permalink}"
)
TAGGED_FIELDS = "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count,username"
MEDIA_PAGES = 20
TAG_PAGES = 4


class Media(InstagramWalk):
    """The newest 1,000 media of an account; a head poll reads the newest fifty. Deletions are told by complete walks only."""

    name = "instagram.media"

    def read(self, place: str, token: str | None, complete: bool) -> Step:
        """50 media."""
        number, _, after = (token or "1|").partition("|")
        body = self.watch.instagram.page(
            place, "media", after=after, limit=50, limit_of=place, fields=MEDIA_FIELDS, **self._span()
        )
        context = self.watch.context(f"{place}/media", "media", place)
        items: list[RawItem] = []
        for row in split.rows(body.data):
            self.watch.remember(place, row)
            items += split.media(row, context)
        ends = body.after is None or (int(number) >= MEDIA_PAGES and not self.station.backfill)
        return Step(items, None if ends else f"{int(number) + 1}|{body.after}", known=not complete)

    def _span(self) -> dict[str, Any]:
        """Bounds of a backfill, in seconds since 1970."""
        span = self.station.backfill
        if span is None:
            return {}
        return {"since": int(span.since.timestamp())} | ({"until": int(span.until.timestamp())} if span.until else {})

    def held(self, place: str) -> list[str]:
        """Media of the account that are not older than what a walk reaches."""
        media = list(self.watch.media(place))[: 50 * MEDIA_PAGES]
        return [f"ig:media:{identity}" for identity in media if self.station.known.holds(f"ig:media:{identity}")]

    def look_up(self, place: str, subjects: Sequence[str]) -> list[RawItem]:
        """A medium that is gone takes its comments along."""
        context = self.watch.context(f"{place}/media", "media", place)
        items = []
        for subject in subjects:
            identity = subject.rpartition(":")[2]
            if self.watch.instagram.exists(identity, place):
                continue
            here = context.within(post_id=subject)
            items.append(split.gone("media", identity, here))
            for comment in self.station.known.under(subject, "ig:comment"):
                known = self.station.known.get(comment)
                thread = here.within(conversation_id=known.conversation_id if known else None)
                items.append(split.gone("comment", comment.rpartition(":")[2], thread))
            for prefix in (MEDIA, WALKED, INSIGHT):
                self.watch.put(prefix, identity, None)
        return items


class Tags(InstagramWalk):
    """Media of others that tag an own account; a head poll stops at a page without anything new."""

    name = "instagram.tags"

    def read(self, place: str, token: str | None, complete: bool) -> Step:
        """50 media."""
        number, _, after = (token or "1|").partition("|")
        body = self.watch.instagram.page(place, "tags", after=after, limit=50, limit_of=place, fields=TAGGED_FIELDS)
        context = self.watch.context(f"{place}/tags", "tags", None, "public")
        items = [item for row in split.rows(body.data) for item in split.media(row, context)]
        known = bool(items) and all(self.station.known.unchanged(item) for item in items)
        ends = body.after is None or int(number) >= TAG_PAGES
        return Step(items, None if ends else f"{int(number) + 1}|{body.after}", known)


def within(row: dict[str, Any], watch_span: Any) -> bool:
    """Whether a medium lies in a backfill's span; one without a readable time does."""
    told = moment(row.get("t"))
    return watch_span is None or told is None or watch_span.covers(told.isoformat())
