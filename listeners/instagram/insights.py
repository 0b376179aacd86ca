"""Source `instagram.insights`: counters of own media, stories and accounts, chosen by what each can have.

One metric that Meta refuses costs that metric, not the call: on (#100) each is asked on its own, and the refused ones are
remembered per object, for old media lack metrics that new ones have. An empty answer means unavailable, not zero, and is not published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from listeners.instagram import split
from listeners.instagram.errors import BEFORE_BUSINESS, GoneError, NotEnoughViewersError, RequestError
from listeners.instagram.watch import Watch
from listeners.item import RawItem

_ALL = ("reach", "views", "shares", "total_interactions", "reposts")
MEDIA = {
    "FEED": (*_ALL, "likes", "comments", "saved", "follows", "profile_visits", "profile_activity"),
    "REELS": (
        *_ALL, "likes", "comments", "saved", "ig_reels_avg_watch_time", "ig_reels_video_view_total_time",
        "reels_skip_rate",
    ),
    "STORY": (*_ALL, "follows", "profile_visits", "profile_activity", "navigation", "replies", "link_clicks"),
}  # fmt: skip
ACCOUNT = (
    "reach", "views", "accounts_engaged", "total_interactions", "likes", "comments", "shares", "saves", "replies",
    "reposts", "follows_and_unfollows", "profile_links_taps",
)  # fmt: skip
NEWEST_MEDIA = 30
EVERY = 10


class Insights:
    """See listeners.source.Source. Reads the newest 30 media of an account, its active stories, and its last day.

    A medium is asked when its likes or comments moved since it was last asked, and at every tenth poll: Meta itself lags by hours.
    """

    name = "instagram.insights"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._refused: dict[str, set[str]] = {}
        self._never: set[str] = set()
        self._asked: dict[str, tuple[Any, Any]] = {}
        self._polls = 0

    def poll(self) -> Iterator[list[RawItem]]:
        """One page for an account."""
        self._polls += 1
        return self._watch.each_own(self._all)

    def _all(self, account: str) -> Iterator[list[RawItem]]:
        media = list(self._watch.media.get(account, {}).values())
        newest = sorted(media, key=lambda row: str(row.get("timestamp", "")), reverse=True)[:NEWEST_MEDIA]
        items = []
        for row in [*newest, *self._watch.stories.get(account, {}).values()]:
            counters = (row.get("like_count"), row.get("comments_count"))
            if self._polls % EVERY and self._asked.get(row["id"]) == counters:
                continue
            items += self._media(account, row)
            self._asked[row["id"]] = counters
        yield items + self._account(account)

    def _media(self, account: str, row: dict[str, Any]) -> list[RawItem]:
        identity, product = row["id"], row.get("media_product_type", "FEED")
        if identity in self._never or product not in MEDIA:
            return []
        try:
            data, unavailable = self._ask(MEDIA[product], identity)
        except (NotEnoughViewersError, GoneError):
            return []
        except RequestError as error:
            if error.subcode != BEFORE_BUSINESS:
                raise
            self._never.add(identity)
            return []
        if not data:
            return []
        payload = {"id": identity, "media_product_type": product, "data": data}
        context = self._watch.context(f"{identity}/insights", "insights", account)
        return split.insights("media_insights", payload | _told(unavailable), context)

    def _account(self, account: str) -> list[RawItem]:
        # Yesterday's whole day in UTC would be settled, but late: the last day as Meta cuts it is what it shows by default.
        data, unavailable = self._ask(ACCOUNT, account, period="day", metric_type="total_value")
        if not data:
            return []
        context = self._watch.context(f"{account}/insights", "insights", account)
        return split.insights("account_insights", {"id": account, "data": data} | _told(unavailable), context)

    def _ask(self, metrics: Sequence[str], identity: str, **parameters: str) -> tuple[list[Any], dict[str, str]]:
        """(insights, metric → why not). Raises InstagramError."""
        refused = self._refused.setdefault(identity, set())
        wanted = [metric for metric in metrics if metric not in refused]
        if not wanted:
            return [], {}
        try:
            body = self._watch.instagram.get(identity, "insights", metric=",".join(wanted), **parameters)
            return list(body.get("data", [])), dict.fromkeys(sorted(refused), "refused_by_platform")
        except RequestError as error:
            if error.subcode == BEFORE_BUSINESS:
                raise
        data = []
        for metric in wanted:
            try:
                data += self._watch.instagram.get(identity, "insights", metric=metric, **parameters).get("data", [])
            except RequestError:
                refused.add(metric)
        return data, dict.fromkeys(sorted(refused), "refused_by_platform")


def _told(unavailable: dict[str, str]) -> dict[str, Any]:
    return {"unavailable": unavailable} if unavailable else {}
