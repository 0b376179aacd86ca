"""Source `instagram.stories`: active stories of own accounts, and what can be counted of them before they expire.

A story and its insights live 24 hours. One that ended without insights of its last hours is a gap: they cannot be had any more. So are
the stories of a time in which nobody looked for longer than a story lives: how many there were, nothing tells.
"""

from __future__ import annotations

from datetime import timedelta

from dengar.records import timestamp
from listeners.instagram import split
from listeners.instagram.media import MEDIA_FIELDS
from listeners.instagram.walk import InstagramWalk
from listeners.instagram.watch import INSIGHT, STORY, moment
from listeners.item import RawItem
from listeners.source import Gap
from listeners.walk import Step

LIFE = timedelta(hours=24)
LAST_HOURS = timedelta(hours=4)
EXPIRED, UNSEEN = "story_expired", "stories_unseen"
LISTED, WEBHOOK = "stories_listed/ig:", "webhook_change"


class Stories(InstagramWalk):
    """A story that is not listed before its 24 hours are over was deleted or hidden: nothing tells which, so nothing is said."""

    name = "instagram.stories"

    def read(self, place: str, token: str | None, complete: bool) -> Step:
        """The active stories of an account; they are few."""
        body = self.watch.instagram.page(
            place, "stories", after=token or "", limit=50, limit_of=place, fields=MEDIA_FIELDS
        )
        context = self.watch.context(f"{place}/stories", "stories", place)
        items: list[RawItem] = []
        for row in split.rows(body.data):
            read = self.watch.get(STORY, str(row["id"])).get("r")
            told = {"a": place, "t": row.get("timestamp"), "p": "STORY", "l": row.get("like_count"), "r": read}
            self.watch.put(STORY, str(row["id"]), {name: value for name, value in told.items() if value is not None})
            items += split.media(row, context, story=True)
        active = {item.subject for item in items}
        gaps = [] if body.after else [*self._unseen(place), *self._ended(place, active)]
        return Step(items, body.after, gaps=gaps)

    def _unseen(self, account: str) -> list[Gap]:
        """The time between the last listing and what this one reaches back to."""
        now, last = self.station.clock.now(), moment(self.watch.get(LISTED, account).get("t"))
        self.watch.put(LISTED, account, {"t": timestamp(now)})
        if last is None or now - last <= LIFE:
            return []
        return [Gap(f"ig:user:{account}@{last:%Y%m%dT%H%M}", UNSEEN, None, last, now - LIFE)]

    def _ended(self, account: str, active: set[str]) -> list[Gap]:
        """Forget the stories whose day is over; those whose last hours nobody counted are gaps."""
        now = self.station.clock.now()
        gaps = []
        for identity, row in self.watch.media(account, STORY).items():
            subject, published = f"ig:media:{identity}", moment(row.get("t"))
            if subject in active or published is None or now < published + LIFE:
                continue
            read = moment(row.get("r"))
            known = self.station.known.get(subject)
            if known is not None and WEBHOOK in known.versions:
                read = now  # Meta told the last counters by itself
            if read is None or read < published + LIFE - LAST_HOURS:
                gaps.append(Gap(subject, EXPIRED, None, read or published, published + LIFE))
            for prefix in (STORY, INSIGHT):
                self.watch.put(prefix, identity, None)
        return gaps
