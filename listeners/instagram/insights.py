"""Source `instagram.insights`: counters of own media, stories and accounts, chosen by what each can have (listeners.instagram.metrics).

An empty answer means unavailable, not zero, and is not published.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dengar.records import content_hash, timestamp
from listeners.instagram import split
from listeners.instagram.errors import BEFORE_BUSINESS, GoneError, NotEnoughViewersError, RequestError
from listeners.instagram.metrics import ACCOUNT, MEDIA, OTHER, REFUSED, Asker
from listeners.instagram.walk import InstagramWalk
from listeners.instagram.watch import INSIGHT, STORY, Watch
from listeners.item import RawItem
from listeners.walk import Step

DEMOGRAPHICS = {"follower_demographics": {}, "engaged_audience_demographics": {"timeframe": "this_month"}}
BREAKDOWNS = ("age", "gender", "city", "country")
NEWEST_MEDIA = 30
A_CALL = 10
AGAIN = timedelta(hours=24)
DAYS_BACK = 3
WEEK = timedelta(days=7)


class Insights(InstagramWalk):
    """The newest 30 media of an account and its active stories, ten a page, then its last three days and, weekly, its audience.

    A medium is asked when its likes or comments moved, a story at every round, and each once a day: Meta itself lags by hours.
    """

    name = "instagram.insights"

    def __init__(self, watch: Watch) -> None:
        super().__init__(watch)
        self._asker = Asker(watch)

    def read(self, place: str, token: str | None, complete: bool) -> Step:
        """Ten media, or the account itself."""
        if token == "account":
            return Step([*self._days(place), *self._audience(place)])
        start = int(token or 0)
        media = dict(list(self.watch.media(place).items())[:NEWEST_MEDIA]) | self.watch.media(place, STORY)
        due = [identity for identity, row in media.items() if self._asks(identity, row)]
        chosen = due[:A_CALL]
        items = [item for identity in chosen for item in self._media(place, identity, media[identity])]
        # What was read is not due any more: the next page begins at the front again.
        return Step(items, str(start + 1) if len(due) > A_CALL else "account")

    def thorough(self, place: str, complete: bool) -> bool:
        """Every round reads all that is due."""
        return True

    def _asks(self, identity: str, row: Mapping[str, Any]) -> bool:
        kept = self.watch.get(INSIGHT, identity)
        if kept.get("never"):
            return False
        asked, now = kept.get("t"), self.station.clock.now()
        if asked is None or now - datetime.fromisoformat(asked) >= AGAIN:
            return True
        if row.get("p") == "STORY":
            return now - datetime.fromisoformat(asked) >= timedelta(minutes=30)
        return kept.get("c") != [row.get("l"), row.get("n")]

    def _media(self, account: str, identity: str, row: Mapping[str, Any]) -> list[RawItem]:
        product, now, withheld = str(row.get("p", "FEED")), timestamp(self.station.clock.now()), False
        kept = self.watch.get(INSIGHT, identity) | {"t": now, "c": [row.get("l"), row.get("n")]}
        try:
            data, unavailable = self._asker.ask(product, MEDIA.get(product, OTHER), account, identity, kept)
        except (NotEnoughViewersError, GoneError) as error:
            data, unavailable = [], {}
            withheld = isinstance(error, NotEnoughViewersError)
        except RequestError as error:
            if error.subcode != BEFORE_BUSINESS:
                raise
            data, unavailable = [], {}
            kept["never"] = True
        self.watch.put(INSIGHT, identity, kept)
        if product == "STORY" and (data or withheld):  # what Meta withholds was asked for in time: no gap
            self.watch.put(STORY, identity, dict(row) | {"r": now})
        if not data:
            return []
        payload = {"id": identity, "media_product_type": product, "data": data} | _told(unavailable)
        return split.insights(
            "media_insights", payload, self.watch.context(f"{identity}/insights", "insights", account)
        )

    def _days(self, account: str) -> list[RawItem]:
        """Today at every round, the two days before once a day, for Meta lags by up to 48 hours.

        Meta cuts days by the account's own zone: each is asked for by its bounds, and `until` of the last one lies in the future.
        """
        now = self.station.clock.now()
        today = datetime(now.year, now.month, now.day, tzinfo=UTC)
        kept = self.watch.get(INSIGHT, account)
        read, items = dict(kept.get("days", {})), []
        for back in range(DAYS_BACK):
            day = today - timedelta(days=back)
            name = day.date().isoformat()
            if back and read.get(name) == today.date().isoformat():
                continue
            bounds = {"since": int(day.timestamp()), "until": int((day + timedelta(days=1)).timestamp())}
            data, unavailable = self._asker.ask(
                "ACCOUNT", ACCOUNT, account, account, kept, period="day", metric_type="total_value", **bounds
            )
            read[name] = today.date().isoformat()
            said = content_hash([data, unavailable])
            if back == 0 and kept.get("today") == said:
                continue
            kept["today"] = said if back == 0 else kept.get("today")
            end = (day + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S+0000")
            items += self._told_of(account, [_dated(row, end) for row in data], unavailable)
        kept["days"] = {
            name: at for name, at in read.items() if name >= (today - timedelta(days=DAYS_BACK)).date().isoformat()
        }
        self.watch.put(INSIGHT, account, kept)
        return items

    def _audience(self, account: str) -> list[RawItem]:
        """Who follows and who engages, by age, gender, city and country, once a week; below 100 people Meta says nothing."""
        kept, now = self.watch.get(INSIGHT, account), self.station.clock.now()
        last = kept.get("audience")
        if last is not None and now - datetime.fromisoformat(last) < WEEK:
            return []
        data: list[Any] = []
        unavailable: dict[str, str] = {}
        for metric, more in DEMOGRAPHICS.items():
            for breakdown in BREAKDOWNS:
                asked = {"metric": metric, "period": "lifetime", "metric_type": "total_value", "breakdown": breakdown}
                try:
                    body = self.watch.instagram.get(account, "insights", limit_of=account, **asked, **more)
                except NotEnoughViewersError:
                    unavailable[f"{metric}_{breakdown}"] = "not_enough_viewers"
                except RequestError:
                    unavailable[f"{metric}_{breakdown}"] = REFUSED
                else:
                    rows = [row for row in body.get("data", []) if _people(row)]
                    data += rows
                    if not rows:
                        unavailable[f"{metric}_{breakdown}"] = "not_given"
        self.watch.put(INSIGHT, account, kept | {"audience": timestamp(now)})
        return self._told_of(account, data, unavailable)

    def _told_of(self, account: str, data: list[Any], unavailable: dict[str, str]) -> list[RawItem]:
        if not data and not unavailable:
            return []
        context = self.watch.context(f"{account}/insights", "insights", account)
        return split.insights("account_insights", {"id": account, "data": data} | _told(unavailable), context)


def _told(unavailable: dict[str, str]) -> dict[str, Any]:
    return {"unavailable": unavailable} if unavailable else {}


def _dated(row: dict[str, Any], end: str) -> dict[str, Any]:
    """A day's total carries no time of its own: its end is the bound that was asked for."""
    if isinstance(row.get("total_value"), dict):
        return {name: value for name, value in row.items() if name != "total_value"} | {
            "values": [{"value": row["total_value"].get("value"), "end_time": end}]
        }
    return row


def _people(row: Any) -> bool:
    total = row.get("total_value") if isinstance(row, dict) else None
    return isinstance(total, dict) and bool(total.get("breakdowns"))
