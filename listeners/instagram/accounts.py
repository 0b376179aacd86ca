"""The walk that Instagram's sources share, and source `instagram.accounts`: own accounts and their counters."""

from __future__ import annotations

from collections.abc import Sequence

from listeners.instagram import split
from listeners.instagram.errors import GoneError, PermissionMissingError, RequestError
from listeners.instagram.watch import Watch
from listeners.source import SourceError
from listeners.walk import Step, Walk

USER_FIELDS = "id,username,name,followers_count,follows_count,media_count,biography,website"


class InstagramWalk(Walk):
    """Places are own accounts unless a subclass says otherwise. A missing permission costs its account, not the others."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(watch.station)
        self.watch = watch

    def places(self) -> Sequence[str]:
        """Own accounts."""
        return self.watch.listened()

    def skips(self, error: SourceError) -> bool:
        """What asking again in this round would not change."""
        return isinstance(error, PermissionMissingError | RequestError | GoneError)


class Accounts(InstagramWalk):
    """Source `instagram.accounts`."""

    name = "instagram.accounts"

    def page(self, place: str, token: str | None, complete: bool) -> Step:
        """One account."""
        row = self.watch.instagram.get(place, fields=USER_FIELDS)
        return Step(split.user(row, self.watch.context(place, "accounts", place, fields=USER_FIELDS)))
