"""Source `instagram.stories`: active stories of own accounts, and what can be counted of them before they expire.

A story and its insights live 24 hours. One that ended without insights of its last hours is a gap: they cannot be had any more.
"""

from __future__ import annotations

from datetime import timedelta

from listeners.instagram import split
from listeners.instagram.accounts import InstagramWalk
from listeners.instagram.media import MEDIA_FIELDS
from listeners.instagram.watch import STORY, moment
from listeners.item import RawItem
from listeners.source import Gap
from listeners.walk import Step

LIFE = timedelta(hours=24)
LAST_HOURS = timedelta(hours=4)
EXPIRED = "story_expired"


class Stories(InstagramWalk):
    """A story that is not listed before its 24 hours are over was deleted or hidden: nothing tells which, so nothing is said."""

    name = "instagram.stories"

    def page(self, place: str, token: str | None, complete: bool) -> Step:
        """The active stories of an account; they are few."""
        body = self.watch.instagram.page(place, "stories", after=token or "", limit=50, fields=MEDIA_FIELDS)
        context = self.watch.context(f"{place}/stories", "stories", place)
        items: list[RawItem] = []
        for row in split.rows(body.data):
            read = self.watch.get(STORY, str(row["id"])).get("r")
            told = {"a": place, "t": row.get("timestamp"), "p": "STORY", "l": row.get("like_count"), "r": read}
            self.watch.put(STORY, str(row["id"]), {name: value for name, value in told.items() if value is not None})
            items += split.media(row, context, story=True)
        active = {item.subject for item in items}
        gaps = [] if body.after else self._ended(place, active)
        return Step(items, body.after, gaps=gaps)

    def _ended(self, account: str, active: set[str]) -> list[Gap]:
        """Forget the stories whose day is over; those whose last hours nobody counted are gaps."""
        now = self.station.clock.now()
        gaps = []
        for identity, row in self.watch.media(account, STORY).items():
            subject, published = f"ig:media:{identity}", moment(row.get("t"))
            if subject in active or published is None or now < published + LIFE:
                continue
            read = moment(row.get("r"))
            if read is None or read < published + LIFE - LAST_HOURS:
                gaps.append(Gap(subject, EXPIRED, None, read or published, published + LIFE))
            self.watch.put(STORY, identity, None)
        return gaps
