"""The walk that Instagram's sources share: limits and permissions belong to an account, and a missing permission pauses a stream."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dengar.records import timestamp
from listeners.instagram.errors import GoneError, PermissionMissingError, RequestError
from listeners.instagram.watch import Watch
from listeners.source import Cursor, Page, SourceError
from listeners.walk import Step, Walk

PAUSED = "paused/ig:"
PAUSE = timedelta(hours=1)


class InstagramWalk(Walk):
    """Places are own accounts unless a subclass says otherwise.

    A missing permission costs the stream of its account: it is not asked again for an hour (a forced walk asks at once), and every
    round says so. Other streams and other accounts go on.
    """

    def __init__(self, watch: Watch) -> None:
        super().__init__(watch.station)
        self.watch = watch

    def places(self) -> Sequence[str]:
        """Own accounts."""
        return self.watch.listened()

    def payer(self, place: str) -> str:
        """The own account whose permission and limit a place needs."""
        return place

    @abstractmethod
    def read(self, place: str, token: str | None, complete: bool) -> Step:
        """A page of a place; see Walk.page."""

    def changed(self, place: str, complete: bool) -> bool:
        """Whether a place is worth reading in this round. Default: it is."""
        return True

    def page(self, place: str, token: str | None, complete: bool) -> Step:
        """A page; a missing permission is noted."""
        try:
            return self.read(place, token, complete)
        except PermissionMissingError as error:
            until = self.station.clock.now() + PAUSE
            self.watch.put(PAUSED, self._stream(self.payer(place)), {"until": timestamp(until), "why": str(error)})
            raise

    def wanted(self, place: str, complete: bool) -> bool:
        """Not while the stream is paused."""
        return self._paused(self.payer(place)) is None and self.changed(place, complete)

    def skips(self, error: SourceError) -> bool:
        """What asking again in this round would not change."""
        return isinstance(error, PermissionMissingError | RequestError | GoneError)

    def fetch(self, cursor: Cursor | None) -> Page:
        """One page; the last of a round says what is paused."""
        page = super().fetch(cursor)
        if page.more or page.problem is not None:
            return page
        reasons = [reason for account in self.watch.own if (reason := self._paused(account)) is not None]
        return replace(page, problem=reasons[0]) if reasons else page

    def _stream(self, account: str) -> str:
        return f"{self.name}/{account}"

    def _paused(self, account: str) -> str | None:
        """Why a stream is not asked now, None where it is."""
        kept = self.watch.get(PAUSED, self._stream(account))
        if not kept or self.station.walk or self.station.clock.now() >= datetime.fromisoformat(kept["until"]):
            return None
        return str(kept["why"])
