"""Rows of the registers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

import orjson

from dengar.records import record_id

_ACCOUNT = {"youtube": "channel", "instagram": "user"}


class RegistersError(ValueError):
    """A register file is missing or malformed; the message names file, row and field, and says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that may carry a name. `id` is the platform's own, `handle` is without @, `partner` an id of partners.

    `connected`: the partner let our app read its comments and insights.
    """

    platform: str
    id: str
    handle: str
    name: str
    role: str
    partner: str | None = None
    connected: bool = False

    @property
    def key(self) -> str:
        """`author.key` of its mentions."""
        return record_id(self.platform, _ACCOUNT[self.platform], self.id)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign or challenge. `hashtags` are lower case without #; `start` and `end` are days in Asia/Jakarta, both included.

    `variants` are further spellings of its hashtags, `panel` the id of the panel that its share of voice is taken of.
    """

    id: str
    name: str
    hashtags: tuple[str, ...]
    phrases: tuple[str, ...]
    start: date | None
    end: date | None
    kind: str
    variants: tuple[str, ...] = ()
    panel: str | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """Someone who carries campaigns with us: ngo, influencer, local_leader or media.

    `start` and `end`: first and last day of the partnership in Asia/Jakarta, None = open. `must_disclose`: posts of a campaign must say
    that they are made together with us.
    """

    id: str
    name: str
    kind: str
    tier: str | None = None
    start: date | None = None
    end: date | None = None
    must_disclose: bool = True

    def holds(self, day: date) -> bool:
        """Whether the partnership holds on a day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Member:
    """One voice of a panel: what tells that a mention speaks of it."""

    id: str
    name: str
    hashtags: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A version of a panel. `locked` is the digest of its members when it was locked, None while it is a draft."""

    id: str
    version: int
    name: str
    members: tuple[Member, ...] = field(default=())
    locked: str | None = None

    @property
    def digest(self) -> str:
        """16 hex digits of what tells the members, in whatever order they are written."""
        return _digest(self.members)


def _digest(members: Sequence[Member]) -> str:
    """A name people read may be corrected: it is not in the digest."""
    told = []
    for one in sorted(members, key=lambda member: member.id):
        row = asdict(one)
        del row["name"]
        told.append({name: sorted(value) if isinstance(value, tuple) else value for name, value in row.items()})
    return hashlib.blake2b(orjson.dumps(told, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()
