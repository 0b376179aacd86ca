"""Source `instagram.discovery`: the registered accounts that are not ours, and their newest media (never their comments)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from listeners.instagram import split
from listeners.instagram.errors import GoneError
from listeners.instagram.watch import Watch
from listeners.item import RawItem

USER_FIELDS = "id,username,name,followers_count,follows_count,media_count,biography,website"
MEDIA_FIELDS = (
    "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count,username,view_count"
)
PAGES = 4


class Discovery:
    """See listeners.source.Source. Spends the app-wide limit: one call for 50 media of an account."""

    name = "instagram.discovery"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def poll(self) -> Iterator[list[RawItem]]:
        """A page for 50 media; an account that is private or gone is passed over."""
        viewer = self._watch.own[0]
        for handle in self._watch.partners:
            try:
                yield from self._account(viewer, handle)
            except GoneError:
                continue

    def _account(self, viewer: str, handle: str) -> Iterator[list[RawItem]]:
        after = ""
        for number in range(PAGES):
            cursor = f".after({after})" if after else ""
            fields = f"business_discovery.username({handle}){{{USER_FIELDS},media.limit(50){cursor}{{{MEDIA_FIELDS}}}}}"
            found: dict[str, Any] = self._watch.instagram.get(viewer, fields=fields)["business_discovery"]
            context = self._watch.context(viewer, "discovery", found["id"], "public", business_discovery=handle)
            items = split.user(found, context) if number == 0 else []
            media = found.get("media", {})
            rows = split.rows(media)
            yield items + [item for row in rows for item in split.media(row, context)]
            # A nested edge has no `next`: a page that is not full is the last.
            following = media.get("paging", {}).get("cursors", {}).get("after", "")
            if len(rows) < 50 or not following or following == after:
                return
            after = following
