"""Source `instagram.refresh`: own media and the comments under them whose clock runs out are read again by their ids.

What Meta answers with 100/33, twice, is gone. Records of others cannot be read by an id: the walk that found them publishes them anew when
it sees them next, and what it does not see again ends by its clock.
"""

from __future__ import annotations

import logging

from listeners.context import request
from listeners.instagram import split
from listeners.instagram.client import BUSINESS
from listeners.instagram.comments import FIELDS
from listeners.instagram.errors import GoneError, RequestError
from listeners.instagram.media import MEDIA_FIELDS
from listeners.instagram.watch import MEDIA, Watch
from listeners.item import RawItem
from listeners.refresh import FORGET_DAYS, Asked, Requests, done, renewing
from listeners.source import Cursor, Page, SourceError

log_ = logging.getLogger(__name__)

MOST = 25
READ = {"media": MEDIA_FIELDS, "comment": f"{FIELDS},media{{id}}"}


class Refresh:
    """See listeners.source.Source. No cursor: a request that is answered is gone."""

    name = "instagram.refresh"

    def __init__(self, watch: Watch) -> None:
        self._watch, self._requests = watch, Requests(watch.station)

    def fetch(self, cursor: Cursor | None) -> Page:
        """The answers to at most 25 requests, a call each. Raises SourceError; they then wait for the next round."""
        station, chosen = self._watch.station, self._requests.take(MOST)
        if not chosen and not self._requests:
            station.known.forget(FORGET_DAYS)
            return Page(more=False)
        items = list[RawItem]()
        try:
            for one in chosen:
                if one.ownership == "owned" and one.object_type in READ:
                    items += renewing(self._look(one))
                else:
                    station.known.renew(one.subject)
        except SourceError:
            self._requests.give_back()
            raise
        done(station, chosen)
        return Page(items, None, more=bool(self._requests))

    def _look(self, one: Asked) -> list[RawItem]:
        """It as it is now, or gone; nothing where Meta does not answer for it: then it ends by its clock."""
        fields, payer = READ[one.object_type], self._payer(one)
        context = one.within(request(f"instagram/{one.identity}", {"fields": fields}), self._account(one))
        try:
            row = self._watch.instagram.get(one.identity, limit_of=payer, fields=fields)
        except GoneError:
            if self._watch.instagram.exists(one.identity, payer):
                return []  # asked too early, or under load: it is due tomorrow too
            return [split.gone(one.object_type, one.identity, context)]
        except RequestError as error:
            log_.warning("%s cannot be verified: %s", one.subject, error)
            return []
        return split.media(row, context) if one.object_type == "media" else split.comment(row, context)

    def _account(self, one: Asked) -> str | None:
        known = self._watch.station.known.get(one.subject)
        medium = (one.post_id or "").rpartition(":")[2]
        account = known.account if known is not None else None
        return account or self._watch.get(MEDIA, medium).get("a")

    def _payer(self, one: Asked) -> str:
        """Whose limit the call spends."""
        return self._account(one) or BUSINESS
