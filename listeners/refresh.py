"""Requests to look at something again (dengar.retention.due): keys `refresh/<record id>` of `listener-state`, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

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
    def urgency(self) -> tuple[str, str]:
        """Sorts what runs out first before the others."""
        return self.until, self.subject

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


class Requests:
    """The requests of a station's platform, what runs out first before the others. They are read when all earlier ones are taken."""

    def __init__(self, station: Station) -> None:
        self._station, self._prefix = station, PREFIX + SUBJECTS[station.platform]
        self._rows: dict[str, list[Asked]] = {}  # object type → rows, the most urgent last

    def take(self, most: int) -> list[Asked]:
        """At most so many of one type; none where nothing is asked for. What another worker has answered meanwhile is left out."""
        if not self:
            self._read()
        if not self:
            return []
        rows = self._rows[min(self._rows, key=lambda kind: self._rows[kind][-1].urgency)]
        taken = [rows.pop() for _ in range(min(most, len(rows)))]
        self._rows = {kind: left for kind, left in self._rows.items() if left}
        return [one for one in taken if self._station.state.get(PREFIX + one.subject) is not None]

    def give_back(self) -> None:
        """Read them anew: those that were taken have not been answered."""
        self._rows.clear()

    def __bool__(self) -> bool:
        return bool(self._rows)

    def _read(self) -> None:
        for key, row in self._station.state.items(self._prefix):
            one = _asked(key.removeprefix(PREFIX), row)
            self._rows.setdefault(one.object_type, []).append(one)
        for rows in self._rows.values():
            rows.sort(key=lambda one: one.urgency, reverse=True)


def _asked(subject: str, row: Mapping[str, Any]) -> Asked:
    ownership: Ownership = "owned" if row.get("ownership") == "owned" else "public"
    until, via = str(row.get("until", "")), str(row.get("via", ""))
    return Asked(subject, until, via, ownership, row.get("post"), row.get("conversation"), row.get("parent"))


def done(station: Station, requests: Iterable[Asked]) -> None:
    """Requests are answered. A crash before their answer is published costs nothing: what is still due is asked for every day."""
    for one in requests:
        station.state.put(PREFIX + one.subject, None)


def renewing(items: Iterable[RawItem]) -> list[RawItem]:
    """Items that are published whether they changed or not."""
    return [replace(item, renews=True) for item in items]
