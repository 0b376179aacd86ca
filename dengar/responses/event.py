"""What the desk writes to its two topics, as CloudEvents: how a conversation stands, and what people decided about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from dengar.events import EventError, read_event
from dengar.log import Log, Record
from dengar.responses import ACTIONS, RESPONSES
from dengar.responses.actions import DeskRecord
from dengar.responses.record import Response
from dengar.schemas import validator
from dengar.schemas.event import append_event


class NotOfTheDeskError(ValueError):
    """A record is none that the desk can read; `reason` is a quarantine code, the message quotes nothing of the record."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def append_response(log: Log, response: Response) -> None:
    """Append how a conversation stands. Readable after `flush`. Raises LogError."""
    _append(log, RESPONSES, "response", response, f"{response['id']}@{response['version']}", response["changed_at"])


def append_actions(log: Log, desk: DeskRecord) -> None:
    """Append what people decided about a conversation. Readable after `flush`. Raises LogError."""
    # Two responders may act side by side: the last action of each tells their records apart.
    identity = f"{desk['id']}@{len(desk['actions'])}-{desk['actions'][-1]['id']}"
    _append(log, ACTIONS, "desk-action", desk, identity, desk["acted_at"])


def _append(log: Log, topic: str, subject: str, body: dict[str, Any], identity: str, time: str) -> None:
    at = datetime.fromisoformat(time)
    append_event(log, topic, subject, body, id=identity, source="/dengar/responses", time=at)


def read_tracked(raw: Record) -> tuple[str, dict[str, Any]]:
    """(subject, record) of a record of TRACKED: mention, deletion, desk-action or response. Raises NotOfTheDeskError.

    Mentions were validated when they were published; what people and the desk wrote is held against its schema.
    """
    try:
        event = read_event(raw.headers, raw.value)
        body: dict[str, Any] = orjson.loads(event.data)
    except (EventError, orjson.JSONDecodeError) as error:
        raise NotOfTheDeskError("not_an_event", f"nothing the desk can read: {error}") from error
    subject = event.type.removeprefix("dengar.")
    if subject not in ("mention", "deletion", "desk-action", "response"):
        raise NotOfTheDeskError("not_an_event", "The record is none of mention, deletion, desk-action and response.")
    if subject in ("desk-action", "response") and not validator(subject).is_valid(body):
        raise NotOfTheDeskError(f"{subject}.schema", f"The record breaks schemas/{subject}.")
    return subject, body
