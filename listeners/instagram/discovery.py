"""Source `instagram.discovery`: the registered accounts that are not ours, and their newest media (never their comments)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from listeners.context import Context
from listeners.instagram import split
from listeners.instagram.client import APP
from listeners.instagram.errors import GoneError
from listeners.instagram.watch import Watch
from listeners.item import RawItem

log_ = logging.getLogger(__name__)

USER_FIELDS = "id,username,name,followers_count,follows_count,media_count,biography,website"
MEDIA_FIELDS = (
    "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count,username,view_count"
)
PAGES = 4
MISSED = 2


class Discovery:
    """See listeners.source.Source. Spends the app-wide limit: one call for 50 media of an account.

    Others' media cannot be read by id. One that is missing from two walks in a row which reach back beyond it is gone.
    """

    name = "instagram.discovery"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._seen: dict[
            str, dict[str, tuple[str, int]]
        ] = {}  # handle → medium → (timestamp, walks it was missing from)
        self._hidden: set[str] = set()

    def poll(self) -> Iterator[list[RawItem]]:
        """A page for 50 media; an account that is private or gone is told of once and passed over."""
        viewer = self._watch.own[0]
        for handle in self._watch.partners:
            try:
                yield from self._account(viewer, handle)
                self._hidden.discard(handle)
            except GoneError:
                if handle not in self._hidden:
                    log_.warning("%s cannot be discovered: it is private, renamed or no professional account.", handle)
                self._hidden.add(handle)

    def _account(self, viewer: str, handle: str) -> Iterator[list[RawItem]]:
        after, complete = "", False
        walked: dict[str, str] = {}
        for number in range(PAGES):
            cursor = f".after({after})" if after else ""
            fields = f"business_discovery.username({handle}){{{USER_FIELDS},media.limit(50){cursor}{{{MEDIA_FIELDS}}}}}"
            found: dict[str, Any] = self._watch.instagram.get(viewer, limit_of=APP, fields=fields)["business_discovery"]
            context = self._watch.context(viewer, "discovery", found["id"], "public", business_discovery=handle)
            items = split.user(found, context) if number == 0 else []
            media = found.get("media", {})
            rows = split.rows(media)
            walked |= {row["id"]: str(row.get("timestamp", "")) for row in rows}
            yield items + [item for row in rows for item in split.media(row, context)]
            # A nested edge has no `next`: a page that is not full is the last.
            following = media.get("paging", {}).get("cursors", {}).get("after", "")
            complete = len(rows) < 50 or not following
            if complete or following == after:
                break
            after = following
        if gone := self._missing(handle, walked, complete, context):
            yield gone

    def _missing(self, handle: str, walked: dict[str, str], complete: bool, context: Context) -> list[RawItem]:
        """Media that this walk should have shown and did not, for the second time. Meta's times sort as text: all are UTC."""
        seen = self._seen.setdefault(handle, {})
        oldest = "" if complete else min(walked.values(), default="")
        items = []
        for identity, (published, missed) in list(seen.items()):
            if identity in walked or not published or (not complete and published <= oldest):
                continue
            seen[identity] = published, missed + 1
            if missed + 1 >= MISSED:
                del seen[identity]
                items.append(split.gone("media", identity, context.within(post_id=f"ig:media:{identity}")))
        seen.update({identity: (published, 0) for identity, published in walked.items()})
        return items
