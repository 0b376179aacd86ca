"""What responders decide about a conversation: all decisions of one conversation are one record (schemas/desk-action). Pure.

A record holds every action, so that compaction of topic `desk-actions` loses none; two records of one conversation are joined action by
action, in any order. An action never changes: what was decided wrongly is followed by another (`reopen`, another `assign`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dengar.records import timestamp

DeskRecord = dict[str, Any]
Action = dict[str, Any]

KINDS = ("assign", "note", "answered_live", "hand_over", "close", "dismiss", "resolve", "reopen")
DECISIONS = {"hand_over": "handed_over", "close": "resolved", "dismiss": "dismissed", "resolve": "resolved"}
"""Actions that take a conversation off the queue, and the state they lead to."""
REASONS = ("not_ours", "no_complaint", "spam", "duplicate", "abuse", "other")
"""Why a conversation may be dismissed."""
MAX_ACTIONS = 500
MAX_COVERED = 500
_WAITS = ("new", "waiting", "overdue")
_TICK = timedelta(milliseconds=1)


class ActionError(ValueError):
    """An action cannot be taken as asked; the message says what to do."""


def act(
    held: DeskRecord | None,
    conversation: dict[str, Any],
    kind: str,
    *,
    by: str,
    now: datetime,
    covers: Sequence[str],
    to: str | None = None,
    reason: str | None = None,
    reference: str | None = None,
    note: str | None = None,
    bulk: str | None = None,
) -> DeskRecord:
    """The record with one action more, by a responder at `now` (aware). `conversation` gives id, platform and post_id.

    `covers` are the ids of the turns that asked when the responder decided: what is asked later, or was not seen, opens the conversation
    again. Raises ActionError.
    """
    if kind not in KINDS:
        raise ActionError(f"There is no action {kind!r}: choose from {', '.join(KINDS)}.")
    _require(kind, to=to, reason=reason, reference=reference, note=note)
    actions = list(held["actions"]) if held else []
    if len(actions) >= MAX_ACTIONS:
        raise ActionError(f"{conversation['id']} has {MAX_ACTIONS} actions, more cannot be kept: leave it.")
    last = max((datetime.fromisoformat(one["at"]) for one in actions), default=None)
    at = timestamp(now if last is None else max(now, last + _TICK))
    action: Action = {
        "at": at,
        "by": by,
        "kind": kind,
        "to": to,
        "reason": reason,
        "reference": reference,
        "note": note,
        "bulk": bulk,
        "covers": sorted(covers)[:MAX_COVERED],
    }
    return _record(conversation, [*actions, {"id": _identity(conversation["id"], action), **action}])


def fits(response: dict[str, Any], kind: str) -> None:
    """Whether an action can be taken on a conversation as it stands (a record of topic responses). Raises ActionError."""
    identity, state = response["id"], response["state"]
    if kind == "close" and not any(one["ended_by"] in ("answer", "orally") for one in response["rounds"]):
        raise ActionError(f"{identity} was never answered: resolve, dismiss or hand it over instead of closing it.")
    if kind == "reopen" and state not in ("resolved", "dismissed", "handed_over"):
        raise ActionError(
            f"{identity} is {state}: only what was resolved, closed, dismissed or handed over can be opened again."
        )
    if kind == "answered_live" and state not in _WAITS:
        raise ActionError(f"{identity} is {state}: nobody waits there for an answer.")


def merge_actions(one: DeskRecord | None, other: DeskRecord) -> DeskRecord:
    """The actions of both records."""
    if one is None:
        return other
    actions = {action["id"]: action for record in (one, other) for action in record["actions"]}
    return _record(one, list(actions.values()))


def _record(conversation: dict[str, Any], actions: list[Action]) -> DeskRecord:
    ordered = sorted(actions, key=lambda action: (action["at"], action["id"]))[-MAX_ACTIONS:]
    return {
        "id": conversation["id"],
        "platform": conversation["platform"],
        "post_id": conversation["post_id"],
        "actions": ordered,
        "acted_at": ordered[-1]["at"],
        "acted_by": ordered[-1]["by"],
    }


def _identity(conversation: str, action: Action) -> str:
    named = "\0".join((conversation, action["at"], action["by"], action["kind"]))
    return hashlib.blake2b(named.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _require(kind: str, **told: str | None) -> None:
    needs = {"assign": "to", "note": "note", "dismiss": "reason", "hand_over": "reference"}
    if (name := needs.get(kind)) and not told[name]:
        raise ActionError(f"To {kind.replace('_', ' ')} a conversation, say its {name}.")
    if kind == "dismiss" and told["reason"] not in REASONS:
        raise ActionError(f"{told['reason']!r} is no reason to dismiss: choose from {', '.join(REASONS)}.")
