"""Source `youtube.refresh`: videos and comments whose clock runs out are looked up by their ids, fifty for one unit of quota.

What YouTube does not list any more, asked twice, is gone. Channels are renewed by their own source: it publishes what it sees next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from listeners.context import request
from listeners.item import RawItem
from listeners.refresh import FORGET_DAYS, Asked, Requests, done, renewing
from listeners.source import Cursor, Page, SourceError
from listeners.youtube.errors import GoneError, UnavailableError
from listeners.youtube.gone import gone
from listeners.youtube.split import resource
from listeners.youtube.videos import PARTS
from listeners.youtube.watch import Watch

MOST = 50
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "video": ("videos.list", {"part": PARTS}),
    "comment": ("comments.list", {"part": "snippet", "textFormat": "plainText"}),
}


class Refresh:
    """See listeners.source.Source. No cursor: a request that is answered is gone."""

    name = "youtube.refresh"

    def __init__(self, watch: Watch) -> None:
        self._watch, self._requests = watch, Requests(watch.station)

    def fetch(self, cursor: Cursor | None) -> Page:
        """The answers to at most fifty requests of one kind. Raises SourceError; they then wait for the next round."""
        station, chosen = self._watch.station, self._requests.take(MOST)
        if not chosen and not self._requests:
            station.known.forget(FORGET_DAYS)
            return Page(more=False)
        items, kind = list[RawItem](), chosen[0].object_type if chosen else ""
        if kind in CALLS:
            try:
                items = renewing(self._look(kind, chosen))
            except SourceError:
                self._requests.give_back()
                raise
        else:
            for one in chosen:
                station.known.renew(one.subject)
        done(station, chosen)
        return Page(items, None, more=bool(self._requests))

    def _look(self, kind: str, chosen: Sequence[Asked]) -> list[RawItem]:
        """Each as it is now, or gone."""
        there = self._rows(kind, chosen)
        there |= self._rows(kind, [one for one in chosen if one.identity not in there])
        items = list[RawItem]()
        for one in chosen:
            known, row = self._watch.station.known.get(one.subject), there.get(one.identity)
            asked_for = request(f"youtube/{CALLS[kind][0]}", {"id": one.identity})
            context = one.within(asked_for, known.account if known is not None else None)
            items += [gone(kind, one.identity, context)] if row is None else resource(row, context, kind)
        return items

    def _rows(self, kind: str, chosen: Sequence[Asked]) -> dict[str, dict[str, Any]]:
        """Id → resource of what YouTube lists. One that makes it refuse the whole call is found by halving; a refused key is no answer."""
        if not chosen:
            return {}
        method, parts = CALLS[kind]
        try:
            body = self._watch.youtube.call(method, id=",".join(one.identity for one in chosen), **parts)
        except (GoneError, UnavailableError):
            middle = len(chosen) // 2
            return {**self._rows(kind, chosen[:middle]), **self._rows(kind, chosen[middle:])} if middle else {}
        return {str(row["id"]): row for row in body.get("items", [])}
