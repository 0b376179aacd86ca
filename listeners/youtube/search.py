"""Source `youtube.search`: videos of anybody that name a campaign, within the hundred searches a day.

Search loses and repeats videos, so it only adds: what it finds is read by its id, and its comments and counters are followed like
those of our own videos. Each round asks one page a query for what was published since the query's last round.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dengar.records import timestamp
from listeners.item import RawItem
from listeners.source import Cursor, Gap, Page
from listeners.youtube.errors import InvalidTokenError
from listeners.youtube.split import split
from listeners.youtube.videos import Videos
from listeners.youtube.watch import FOUND, Watch

OVERLAP = timedelta(hours=2)  # a video may be found a while after it was published
FIRST = timedelta(days=7)
PAGES = 3
FOLLOWED = 500
UNREAD = "search_pages_left"


class Search:
    """See listeners.source.Source. Cursor: query → since when it is asked, and the query and page of a running round."""

    name = "youtube.search"

    def __init__(self, watch: Watch) -> None:
        self._watch, self._videos = watch, Videos(watch)

    def fetch(self, cursor: Cursor | None) -> Page:
        """One page of one query, and the videos on it that are new."""
        now: dict[str, Any] = dict(cursor or {})
        since: dict[str, str] = dict(now.get("since", {}))
        queries = self.queries()
        if not queries:
            return Page(more=False)
        at = int(now.get("at", 0))
        query = queries[min(at, len(queries) - 1)]
        moment = self._watch.station.clock.now()
        begun = str(now.get("begun") or timestamp(moment))
        asked: dict[str, Any] = {
            "q": query, "type": "video", "order": "date", "maxResults": 50,
            "publishedAfter": since.get(query) or timestamp(datetime.fromisoformat(begun) - FIRST),
        }  # fmt: skip
        token = {"pageToken": now["token"]} if now.get("token") else {}
        try:
            body = self._watch.youtube.call("search.list", part="snippet", **asked, **token)
        except InvalidTokenError:
            if not token:
                raise
            again = {name: value for name, value in now.items() if name not in ("token", "page")}
            return Page(cursor=again)  # the listing starts again; what is known is not published again
        items, gaps = self._items(body, asked)
        page, following = int(now.get("page", 1)), body.get("nextPageToken")
        if following and page < PAGES and body.get("items"):
            place = now | {"since": since, "at": at, "begun": begun, "token": following, "page": page + 1}
            return Page(items, place, True, gaps)
        if following and body.get("items"):
            gaps.append(self._unread(query, asked["publishedAfter"], body))
        since[query] = timestamp(datetime.fromisoformat(begun) - OVERLAP)
        kept = {"since": {name: since[name] for name in queries if name in since}}
        more = at + 1 < len(queries)
        return Page(items, kept | ({"at": at + 1} if more else {}), more, gaps)

    def queries(self) -> list[str]:
        """The phrases and hashtags of the registered campaigns that run now."""
        today = self._watch.station.clock.now().date()
        found = [
            words
            for campaign in self._watch.station.registers.campaigns
            if (campaign.start is None or campaign.start <= today) and (campaign.end is None or today <= campaign.end)
            for words in [*(f'"{phrase}"' for phrase in campaign.phrases), *(f"#{tag}" for tag in campaign.hashtags)]
        ]
        return list(dict.fromkeys(found))

    def _items(self, body: dict[str, Any], asked: dict[str, Any]) -> tuple[list[RawItem], list[Gap]]:
        """The pointers, and the videos that nobody read yet."""
        items = split(body, self._watch.context("search.list", "search", None, **asked))
        known = self._watch.station.known
        rows = {row["id"]["videoId"]: row for row in body.get("items", []) if row.get("id", {}).get("videoId")}
        for identity, row in rows.items():
            if row.get("snippet", {}).get("channelId") not in self._watch.channels:
                self._watch.put(FOUND, identity, str(row.get("snippet", {}).get("publishedAt", "")))
        for forgotten in self._watch.found()[FOLLOWED:]:
            self._watch.put(FOUND, forgotten, None)
        fresh = [identity for identity in rows if not known.holds(f"yt:video:{identity}")]
        found, gaps = self._videos.read(None, fresh)
        return items + found, gaps

    @staticmethod
    def _unread(query: str, after: str, body: dict[str, Any]) -> Gap:
        """What stands behind the last page that we may ask for: older than the last row, newer than the round before."""
        oldest = min(row["snippet"]["publishedAt"] for row in body["items"])
        return Gap(f"yt:search:{query}", UNREAD, None, datetime.fromisoformat(after), datetime.fromisoformat(oldest))
