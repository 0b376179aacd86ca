"""A record of a subject of `schemas/` as a CloudEvent: its type, its schema and its bytes follow from the subject."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from dengar.events import Event
from dengar.log import Log
from dengar.schemas import schema_id
from dengar.schemas.envelope import event_type


def record_event(
    subject: str,
    record: Mapping[str, Any],
    *,
    id: str,
    source: str,
    time: datetime,
    about: str | None,
    extensions: Mapping[str, str] | None = None,
) -> Event:
    """`id` is equal for a repeat of the same record; `time` (aware) is when it was observed or decided; `about` is the id of the record,
    None where the headers must not tell it. Raises SchemasError for a subject that has no schema."""
    return Event(
        id=id,
        source=source,
        type=event_type(subject),
        time=time,
        data=orjson.dumps(record),
        subject=about,
        dataschema=schema_id(subject),
        extensions=extensions or {},
    )


def append_event(
    log: Log, topic: str, subject: str, record: Mapping[str, Any], *, id: str, source: str, time: datetime
) -> None:
    """Append the record, as `record_event` makes it, under its own id. Readable after `flush`. Raises LogError, SchemasError."""
    event = record_event(subject, record, id=id, source=source, time=time, about=record["id"])
    log.append(topic, record["id"], event.data, event.headers())
