"""The response desk's queue as of this moment, for those who signed in: what was decided a moment ago counts already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dengar.policy import Policy
from dengar.responses.queue import MAX_SHOWN, Row
from dengar.responses.queue import Asked as Wanted
from dengar.responses.state import OPEN, STATES
from dengar.web.desk import Responder
from dengar.web.waiting import Asked, Sums, of_desk, sums_of

NOBODY = "-"
CAUSES = 10
_SETTLED = tuple(state for state in STATES if state not in OPEN)


@dataclass(frozen=True)
class Page:
    """A page of the queue, the most pressing first. `sums`: conversations by platform and state (overdue, waiting, answered).

    `more`: not all were looked at; `follows`: another page does. `causes`: root causes of what is open; `card`: of the session asked for.
    """

    listed: list[Asked]
    sums: Sums
    more: bool
    follows: bool
    causes: Sequence[Mapping[str, Any]] = ()
    card: Mapping[str, Any] | None = None


def page(
    responder: Responder,
    policy: Policy,
    span: tuple[datetime, datetime],
    states: Sequence[str],
    first: int,
    size: int,
    *,
    category: str | None = None,
    platform: str | None = None,
    directorate: str | None = None,
    held_by: str | None = None,
    post: str | None = None,
) -> Page:
    """Conversations that opened in `span` [start, now), in these states; `held_by` a nickname or directorate, NOBODY: what nobody has.

    Raises IndexUnavailable, LogError.
    """
    now, nobody = span[1], held_by == NOBODY
    narrowed = Wanted((), platform, category, None, directorate, None if nobody else held_by, nobody, post, opened=span)
    found: list[tuple[str, Row]] = []
    more = False
    for wanted in ((), _SETTLED):
        rows, total = responder.queue(replace(narrowed, states=wanted), MAX_SHOWN)
        more = more or total > MAX_SHOWN
        found += [(_state(row, now), row) for row in rows if row.response["rounds"]]
    every = ((held.response["platform"], state) for state, row in found for held in (row.held, *row.others))
    sums = sums_of(every, policy)
    chosen = [row for state, row in found if state in states]
    some = chosen[first : first + size]
    texts = responder.texts(row.response for row in some)
    listed = [
        of_desk(
            row.response,
            texts[row.response["id"]],
            policy,
            now,
            is_open=row.response["state"] in OPEN,
            others=[(one.response["id"], one.response["desk_at"] or "") for one in row.others],
        )
        for row in some
        if row.response["id"] in texts
    ]
    # What the page counts of everything is told where nothing was narrowed away.
    causes = [] if post or first else responder.causes(CAUSES)
    return Page(listed, sums, more, len(chosen) > first + size, causes, responder.card(post) if post else None)


def _state(row: Row, now: datetime) -> str:
    response = row.response
    if response["state"] not in OPEN:
        return "answered"
    return "overdue" if datetime.fromisoformat(response["rounds"][-1]["due_at"]) < now else "waiting"
