"""Requests to look at something again (dengar.retention.due): keys `refresh/<record id>` of `listener-state`, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from listeners.context import Context
from listeners.item import Ownership, RawItem
from listeners.station import SUBJECTS, Station

PREFIX = "refresh/"
FORGET_DAYS = 31


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `until`: when the clock of what is held runs out; the rest is where it hangs, and how it was read."""

    subject: str
    until: str
    via: str
    ownership: Ownership
    post_id: str | None
    conversation_id: str | None
    parent_id: str | None

    @property
    def object_type(self) -> str:
        """`video`, `comment`, `media` …"""
        return self.subject.split(":", 2)[1]

    @property
    def identity(self) -> str:
        """The platform's own id."""
        return self.subject.split(":", 2)[2]

    def within(self, request: str, account: str | None) -> Context:
        """The context of a look-up: the record goes on being what it was, only newer."""
        return Context(
            request, self.via, self.ownership, account, self.post_id, self.conversation_id, self._parent_comment
        )

    @property
    def _parent_comment(self) -> str | None:
        """Under what comment it hangs; a comment directly under its post has none."""
        return self.parent_id if self.parent_id and self.parent_id != self.post_id else None


def asked(station: Station) -> list[Asked]:
    """All requests of a station's platform, what runs out first before the others."""
    prefix = PREFIX + SUBJECTS[station.platform]
    rows = [
        Asked(
            key.removeprefix(PREFIX),
            str(row.get("until", "")),
            str(row.get("via", "")),
            "owned" if row.get("ownership") == "owned" else "public",
            row.get("post"),
            row.get("conversation"),
            row.get("parent"),
        )
        for key, row in station.state.items(prefix)
    ]
    return sorted(rows, key=lambda one: (one.until, one.subject))


def done(station: Station, requests: Iterable[Asked]) -> None:
    """Requests are answered. A crash before their answer is published costs nothing: what is still due is asked for every day."""
    for one in requests:
        station.state.put(PREFIX + one.subject, None)


def renewing(items: Iterable[RawItem]) -> list[RawItem]:
    """Items that are published whether they changed or not."""
    return [replace(item, renews=True) for item in items]
