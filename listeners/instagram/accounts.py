"""Source `instagram.accounts`: own accounts and their counters."""

from __future__ import annotations

from listeners.instagram import split
from listeners.instagram.walk import InstagramWalk
from listeners.walk import Step

USER_FIELDS = "id,username,name,followers_count,follows_count,media_count,biography,website"


class Accounts(InstagramWalk):
    """See listeners.source.Source. One call an account."""

    name = "instagram.accounts"

    def read(self, place: str, token: str | None, complete: bool) -> Step:
        """One account."""
        row = self.watch.instagram.get(place, limit_of=place, fields=USER_FIELDS)
        return Step(split.user(row, self.watch.context(place, "accounts", place, fields=USER_FIELDS)))
