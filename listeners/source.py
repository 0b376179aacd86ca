"""The one protocol of sources: a polled one is asked for the page after a cursor, a pushed one for the items of a request.

A source decides nothing about when it is asked, where its cursor is kept or what becomes of its items: listeners.run does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from listeners.item import RawItem

Cursor = Mapping[str, Any]


class SourceError(RuntimeError):
    """A source cannot go on; the message says why and what to do, without credentials."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that existed and can no longer be had: an expired story, a live chat during exhaustion.

    `subject` is the record id of what was missed, or of where it was missed; `count` how many items, None where nobody can tell.
    `reason` is a code (`story_expired`), `since` and `until` aware UTC bounds of the missed time, None where they do not apply.
    """

    subject: str
    reason: str
    count: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What one step of a walk gave: items in the platform's order, and the JSON-able cursor of the step after it.

    The cursor is kept only after the items are acknowledged, so a crash repeats at most this page. `more` False ends the round;
    the cursor is then handed to the first fetch of the next round (None: begin anew). `problem`: what a person must know, in one
    sentence, though the walk goes on.
    """

    items: Sequence[RawItem] = ()
    cursor: Cursor | None = None
    more: bool = True
    gaps: Sequence[Gap] = ()
    problem: str | None = None


class Source(Protocol):
    """One kind of thing that is polled on one platform."""

    name: str

    def fetch(self, cursor: Cursor | None) -> Page:
        """The page after `cursor` (None: from the start). Raises SourceError; the cursor then stays where it was."""


@dataclass(frozen=True, slots=True)
class Request:
    """A pushed HTTP request, as received: header names in lower case, the raw body."""

    headers: Mapping[str, str]
    body: bytes


class PushSource(Protocol):
    """One kind of thing that a platform pushes to us. `refusal`: the status that a request without a good signature is answered."""

    name: str
    path: str
    refusal: int

    def handshake(self, query: Mapping[str, str]) -> tuple[int, str]:
        """(status, body) of a GET with which the platform checks that we want its pushes."""

    def signed(self, request: Request) -> bool:
        """Whether the signature over the raw body is good, compared in constant time."""

    def receive(self, request: Request) -> Sequence[RawItem]:
        """The items of a signed request. Raises UnreadableError; nothing is then kept."""
