"""The Kafka headers of each kind of record, as a JSON Schema: the CloudEvents attributes of dengar.events.

For raw records the subject `raw` describes the headers itself, since their value is the platform's item, verbatim.
"""

from __future__ import annotations

from typing import Any

from dengar.schemas import SchemasError, load
from dengar.topics import Topic

RAW = "raw"
_TIME = {"type": "string", "format": "date-time", "maxLength": 40}
_TRACE = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
_ATTRIBUTES: dict[str, dict[str, Any]] = {
    "ce_specversion": {"const": "1.0", "description": "CloudEvents version"},
    "ce_id": {"type": "string", "maxLength": 512, "description": "equal for a repeat of the same record: the key to deduplicate by"},
    "ce_source": {"type": "string", "maxLength": 2048, "description": "the part of dengar that wrote it"},
    "ce_type": {"type": "string", "maxLength": 100, "description": "what the value is: route by it"},
    "ce_time": {**_TIME, "description": "when it was observed or decided, UTC"},
    "ce_subject": {"type": "string", "maxLength": 256, "description": "id of the record"},
    "ce_dataschema": {"type": "string", "maxLength": 200, "description": "the schema it was written by: /<subject>/<version>"},
    "ce_contentversion": {"type": "string", "maxLength": 64, "description": "equal while the platform's content is the same"},
    "ce_traceparent": {"type": "string", "pattern": _TRACE, "maxLength": 55, "description": "W3C trace context since the platform"},
    "ce_replay": {"type": "string", "maxLength": 250, "description": "there where a replay published it: no news, alerts stay mute"},
    "traceparent": {"type": "string", "pattern": _TRACE, "maxLength": 55, "description": "W3C trace context, for tracing tools"},
    "content-type": {"type": "string", "maxLength": 100, "description": "application/json"},
}  # fmt: skip
_REQUIRED = ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_dataschema", "content-type"]


def event_type(subject: str) -> str:
    """`ce_type` of a subject's records (raw records: what they all begin with)."""
    return f"dengar.{subject}"


def header_schema(subject: str) -> dict[str, Any]:
    """JSON Schema of the headers, their bytes read as UTF-8. Raises SchemasError."""
    if subject == RAW:
        schema = load(RAW)
        properties = {f"ce_{name}": _plain(rule) for name, rule in schema["properties"].items()}
        required = [f"ce_{name}" for name in schema["required"]]
        return {"type": "object", "required": required, "properties": properties}
    properties = {
        **_ATTRIBUTES,
        "ce_type": {"const": event_type(subject), "description": _ATTRIBUTES["ce_type"]["description"]},
    }
    if subject not in ("mention", "account"):
        del properties["ce_contentversion"]
    if subject not in ("mention", "account", "metrics", "deletion"):
        del properties["ce_replay"]
    return {"type": "object", "required": list(_REQUIRED), "properties": properties}


def header_example(subject: str, record: dict[str, Any]) -> dict[str, str]:
    """Headers as an example record would carry them. Raises SchemasError."""
    schema = load(subject)
    if subject == RAW:
        return {f"ce_{name}": value for name, value in record.items()} | {"content-type": "application/json"}
    times = (
        "observed_at",
        "acknowledged_at",
        "requested_at",
        "labelled_at",
        "quarantined_at",
        "updated_at",
        "detected_at",
        "changed_at",
        "acted_at",
        "computed_at",
    )
    headers = {
        "ce_specversion": "1.0",
        "ce_id": f"{record['id']}@{record['version']}" if "version" in record else record["id"],
        "ce_source": "/dengar/example",
        "ce_type": event_type(subject),
        "ce_time": next(record[name] for name in times if name in record),
        "ce_subject": record["id"],
        "ce_dataschema": schema["$id"],
        "content-type": "application/json",
    }
    return headers | ({"ce_contentversion": record["content_version"]} if subject in ("mention", "account") else {})


def samples(topic: Topic) -> list[dict[str, Any]]:
    """Made-up records of a topic, the examples of its schemas: key, headers, value. Raises SchemasError where there can be none."""
    if not topic.subject:
        raise SchemasError(
            f"Topic {topic.name} has no schema yet: nothing is written to it, so there is nothing to sample."
        )
    if RAW in topic.subject:
        raise SchemasError(
            f"Records of {topic.name} hold the platforms' items verbatim: docs/topics.md shows their headers, `dengar demo` makes some."
        )
    return [
        {"topic": topic.name, "key": record[topic.key], "headers": header_example(subject, record), "value": record}
        for subject in topic.subject
        for record in load(subject)["examples"]
    ]


def _plain(rule: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if not key.startswith("x-dengar")}
