"""Rows of the registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


class RegistersError(ValueError):
    """A register file is missing or malformed; the message names file, row and field, and says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that may carry a name. `id` is the platform's own, `handle` is without @, `partner` an id of partners."""

    platform: str
    id: str
    handle: str
    name: str
    role: str
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign or challenge. `hashtags` are lower case without #; `start` and `end` are days in Asia/Jakarta, both included."""

    id: str
    name: str
    hashtags: tuple[str, ...]
    phrases: tuple[str, ...]
    start: date | None
    end: date | None
    kind: str


@dataclass(frozen=True, slots=True)
class Partner:
    """Someone who carries campaigns with us: ngo, influencer, local_leader or media."""

    id: str
    name: str
    kind: str
    tier: str | None = None
