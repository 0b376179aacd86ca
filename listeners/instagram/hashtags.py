"""Source `instagram.hashtags`: what is posted under the hashtags of campaigns, within 30 hashtags in seven days.

Recent media cover 24 hours, come in no order and without their author; top media are read once a day. Campaigns that run come before
those that begin or ended within a week, for a hashtag is used before its day and after; then the register's order decides who gets the
budget. What another source has read with its author is left to that source.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dengar.records import JAKARTA, timestamp
from listeners.instagram import split
from listeners.instagram.client import APP, Rows
from listeners.instagram.errors import GoneError, HashtagBudgetError, RequestError
from listeners.instagram.walk import InstagramWalk
from listeners.instagram.watch import Watch
from listeners.item import RawItem
from listeners.quota.hashtags import HashtagBudget
from listeners.source import Gap
from listeners.walk import Step

FIELDS = "id,caption,media_type,permalink,timestamp,like_count,comments_count,children{id,media_type,media_url}"
IDS, TOP = "hashtag_id/ig:", "hashtag_top/ig:"
PAGES = 10
DAY, AROUND = timedelta(hours=24), timedelta(days=7)


class Hashtags(InstagramWalk):
    """Places are hashtags."""

    name = "instagram.hashtags"

    def __init__(self, watch: Watch) -> None:
        super().__init__(watch)
        self._viewer = watch.own[0] if watch.own else ""
        self._budget = HashtagBudget(self.station.rules, self.station.state, self._viewer, self.station.clock.now)

    def places(self) -> Sequence[str]:
        """Hashtags of the campaigns that run now, then of those a week around."""
        today = self.station.clock.now().astimezone(JAKARTA).date()
        campaigns = self.station.registers.campaigns
        found = [
            tag.casefold()
            for around in (timedelta(0), AROUND)
            for campaign in campaigns
            if (campaign.start is None or campaign.start - around <= today)
            and (campaign.end is None or today <= campaign.end + around)
            for tag in campaign.hashtags
        ]
        return list(dict.fromkeys(found)) if self._viewer else []

    def payer(self, place: str) -> str:
        """The account that looks."""
        return self._viewer

    def read(self, place: str, token: str | None, complete: bool) -> Step:
        """50 recent media; once a day the top media before them."""
        spent = Step((), gaps=[Gap(f"ig:hashtag:{place}", "hashtag_budget", None, self.station.clock.now())])
        if not self._budget.claim(place):
            return spent
        try:
            return self._recent(place, token)
        except HashtagBudgetError:
            self._budget.refuse(place)
            return spent

    def _recent(self, place: str, token: str | None) -> Step:
        identity = self._id(place)
        if identity is None:
            return Step(())  # nobody has used it yet
        number, _, after = (token or "1|").partition("|")
        items: list[RawItem] = [] if after else self._top(place, identity)
        body = self._read(identity, "recent_media", after)
        recent = self._items(identity, "recent_media", body.data)
        known = all(self.station.known.unchanged(item) for item in recent)
        # `after` stays the same on this edge: a page that repeats the one before, or our own bound, ends it.
        ends = body.after is None or not split.rows(body.data) or int(number) >= PAGES or (known and int(number) > 1)
        return Step([*items, *recent], None if ends else f"{int(number) + 1}|{body.after}", known)

    def _id(self, tag: str) -> str | None:
        kept = self.watch.get(IDS, tag).get("id")
        if kept is None:
            try:
                body = self.watch.instagram.get("ig_hashtag_search", limit_of=APP, user_id=self._viewer, q=tag)
            except (RequestError, GoneError):
                return None
            kept = next((row["id"] for row in split.rows(body)), None)
            if kept is not None:
                self.watch.put(IDS, tag, {"id": kept})
        return kept

    def _top(self, tag: str, identity: str) -> list[RawItem]:
        now, last = self.station.clock.now(), self.watch.get(TOP, tag).get("t")
        if last is not None and now - datetime.fromisoformat(last) < DAY:
            return []
        self.watch.put(TOP, tag, {"t": timestamp(now)})
        return self._items(identity, "top_media", self._read(identity, "top_media", "").data)

    def _read(self, identity: str, edge: str, after: str) -> Rows:
        return self.watch.instagram.page(
            identity, edge, limit_of=APP, after=after, limit=50, constant=True, user_id=self._viewer, fields=FIELDS
        )

    def _items(self, identity: str, edge: str, data: object) -> list[RawItem]:
        context = self.watch.context(f"{identity}/{edge}", "hashtags", None, "public")
        return [item for row in split.rows(data) for item in split.media(row, context) if not self._authored(item)]

    def _authored(self, item: RawItem) -> bool:
        """Whether another source has read the medium: it knows the author, which a hashtag's media lack."""
        known = self.station.known.get(item.subject)
        readings = known.versions if known is not None else ()
        return any(reading.startswith("media@") and reading != item.reading for reading in readings)
