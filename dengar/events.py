"""CloudEvents 1.0 in Kafka's binary mode: attributes in headers (`ce_…`), the value left as it is.

Own codec of a few lines rather than the cloudevents package on the hot path; a contract test holds it against that package.
Source: CloudEvents Kafka protocol binding 1.0.2, section 3.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dengar.records import timestamp

Headers = tuple[tuple[str, bytes], ...]

# The distributed tracing extension: tracing tools read the same two as headers without prefix.
_TRACING = ("traceparent", "tracestate")
_REQUIRED = ("specversion", "id", "source", "type")


class EventError(ValueError):
    """Headers are not those of a CloudEvent; the message says which attribute is missing or malformed."""


@dataclass(frozen=True, slots=True)
class Event:
    """One CloudEvent. `time` is aware UTC; `extensions` are attributes of dengar's own (lower-case names, string values)."""

    id: str
    source: str
    type: str
    time: datetime
    data: bytes
    subject: str | None = None
    dataschema: str | None = None
    content_type: str = "application/json"
    extensions: Mapping[str, str] = field(default_factory=dict)

    def headers(self) -> list[tuple[str, bytes]]:
        """Kafka headers of the binary mode."""
        attributes = {
            "ce_specversion": "1.0",
            "ce_id": self.id,
            "ce_source": self.source,
            "ce_type": self.type,
            "ce_time": timestamp(self.time),
            "ce_subject": self.subject,
            "ce_dataschema": self.dataschema,
            "content-type": self.content_type,
        }
        extensions = {f"ce_{name}": value for name, value in self.extensions.items()}
        tracing = {name: self.extensions[name] for name in _TRACING if name in self.extensions}
        every = {**attributes, **extensions, **tracing}
        return [(name, value.encode()) for name, value in every.items() if value is not None]


def read_event(headers: Iterable[tuple[str, bytes]], value: bytes | None) -> Event:
    """The event of a Kafka record. Raises EventError; a null value becomes empty data."""
    try:
        texts = {name: raw.decode() for name, raw in headers}
    except UnicodeDecodeError as error:
        raise EventError("a header is not UTF-8") from error
    attributes = {name[3:]: text for name, text in texts.items() if name.startswith("ce_")}
    attributes |= {name: texts[name] for name in _TRACING if name in texts and "traceparent" not in attributes}
    missing = [name for name in (*_REQUIRED, "time") if not attributes.get(name)]
    if missing:
        raise EventError(f"attribute {', '.join('ce_' + name for name in missing)} is missing")
    if attributes.pop("specversion") != "1.0":
        raise EventError("ce_specversion is not 1.0")
    try:
        time = datetime.fromisoformat(attributes.pop("time"))
    except ValueError as error:
        raise EventError("ce_time is not an RFC 3339 time") from error
    if time.tzinfo is None:
        raise EventError("ce_time carries no time zone")
    return Event(
        id=attributes.pop("id"),
        source=attributes.pop("source"),
        type=attributes.pop("type"),
        time=time.astimezone(UTC),
        data=value or b"",
        subject=attributes.pop("subject", None),
        dataschema=attributes.pop("dataschema", None),
        content_type=texts.get("content-type", "application/json"),
        extensions=attributes,
    )
