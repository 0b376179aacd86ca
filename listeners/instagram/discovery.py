"""Source `instagram.discovery`: the registered accounts that are not ours, and their newest media (never their comments)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from listeners.instagram import split
from listeners.instagram.client import APP, halved
from listeners.instagram.errors import GoneError
from listeners.instagram.walk import InstagramWalk
from listeners.instagram.watch import Watch
from listeners.item import RawItem
from listeners.walk import PlaceClosedError, Step

log_ = logging.getLogger(__name__)

USER_FIELDS = "id,username,name,followers_count,follows_count,media_count,biography,website"
MEDIA_FIELDS = (
    "id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count,username,view_count"
)
A_PAGE = 50
PAGES = 4
MISSED = 2
SEEN, HIDDEN = "discovered/ig:", "hidden/ig:"


class Discovery(InstagramWalk):
    """Places are handles of partners. Spends the app-wide limit: one call for 50 media of an account.

    Others' media cannot be read by id. One that is missing from two complete walks which reach back beyond it is gone.
    """

    name = "instagram.discovery"

    def __init__(self, watch: Watch) -> None:
        super().__init__(watch)
        self._oldest: dict[str, str] = {}  # handle → how far back the running walk has come; "" to the end

    def places(self) -> Sequence[str]:
        """The partners' handles."""
        return list(self.watch.partners) if self.watch.own else []

    def payer(self, place: str) -> str:
        """The account that looks."""
        return self.watch.own[0]

    def read(self, place: str, token: str | None, complete: bool) -> Step:
        """The account and 50 of its media; one that is private or gone is told of once and passed over."""
        number, _, after = (token or "1|").partition("|")
        cursor = f".after({after})" if after else ""
        viewer = self.watch.own[0]

        def ask(limit: int) -> dict[str, Any]:
            media = f"media.limit({limit}){cursor}{{{MEDIA_FIELDS}}}"
            fields = f"business_discovery.username({place}){{{USER_FIELDS},{media}}}"
            return self.watch.instagram.get(viewer, limit_of=APP, fields=fields)

        try:
            body = halved(ask, A_PAGE)
        except GoneError:
            if not self.watch.get(HIDDEN, place):
                log_.warning("%s cannot be discovered: it is private, renamed or no professional account.", place)
                self.watch.put(HIDDEN, place, {"hidden": True})
            raise PlaceClosedError from None
        self.watch.put(HIDDEN, place, None)
        found: dict[str, Any] = body["business_discovery"]
        context = self.watch.context(viewer, "discovery", found["id"], "public", business_discovery=place)
        items = split.user(found, context) if not after else []
        media = found.get("media", {})
        rows = split.rows(media)
        for row in rows:
            self.watch.put(SEEN, row["id"], {"h": place, "a": found["id"], "t": str(row.get("timestamp", ""))})
        posts = [item for row in rows for item in split.media(row, context)]
        # A nested edge has no `next`, and a page may be short though more follow: only an empty one is the end.
        following = media.get("paging", {}).get("cursors", {}).get("after", "")
        ended = not rows or not following or following == after
        self._oldest[place] = "" if ended else min((str(row.get("timestamp", "")) for row in rows), default="")
        stops = ended or int(number) >= PAGES
        known = bool(posts) and all(self.station.known.unchanged(item) for item in posts)
        return Step([*items, *posts], None if stops else f"{int(number) + 1}|{following}", known)

    def held(self, place: str) -> list[str]:
        """Media that the walk should have shown; those that left its window are forgotten. Meta's times sort as text: all are UTC."""
        oldest, found = self._oldest.get(place, ""), []
        for key, row in self.station.state.items(SEEN):
            if row["h"] != place:
                continue
            if row["t"] and row["t"] > oldest:
                found.append(f"ig:media:{key.removeprefix(SEEN)}")
            elif row["t"] < oldest:
                self.watch.put(SEEN, key.removeprefix(SEEN), None)
        return found

    def look_up(self, place: str, subjects: Sequence[str]) -> list[RawItem]:
        """Those that were missing once before."""
        items = []
        for subject in subjects:
            identity = subject.rpartition(":")[2]
            row = self.watch.get(SEEN, identity)
            missed = int(row.get("m", 0)) + 1
            if missed < MISSED:
                self.watch.put(SEEN, identity, row | {"m": missed})
                continue
            self.watch.put(SEEN, identity, None)
            context = self.watch.context(
                self.watch.own[0], "discovery", row.get("a"), "public", business_discovery=place
            )
            items.append(split.gone("media", identity, context.within(post_id=subject)))
        return items
