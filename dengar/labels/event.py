"""A label as a CloudEvent on topic `labels`."""

from __future__ import annotations

from datetime import datetime

import orjson

from dengar.events import EventError, read_event
from dengar.labels import TOPIC, Label
from dengar.log import Log, Record
from dengar.schemas import validator
from dengar.schemas.event import append_event


class NotALabelError(ValueError):
    """A record of topic `labels` is none; `reason` is a quarantine code, the message quotes nothing of the record."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def append_label(log: Log, label: Label) -> None:
    """Append a label under its mention's id. Readable after `flush`. Raises LogError."""
    append_event(
        log,
        TOPIC,
        "label",
        label,
        # Two analysts may reach the same revision side by side: the time tells their records apart.
        id=f"{label['id']}@{label['revision']}-{label['labelled_at']}",
        source="/dengar/label",
        time=datetime.fromisoformat(label["labelled_at"]),
    )


def read_label(raw: Record) -> Label:
    """The label of a record. Raises NotALabelError for anything that schemas/label refuses."""
    try:
        event = read_event(raw.headers, raw.value)
        label: Label = orjson.loads(event.data)
    except (EventError, orjson.JSONDecodeError) as error:
        raise NotALabelError("not_an_event", f"not a label: {error}") from error
    if not validator("label").is_valid(label):
        raise NotALabelError("label.schema", "The label breaks schemas/label: publish it with `dengar label`.")
    return label
