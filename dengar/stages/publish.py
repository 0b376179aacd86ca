"""Publish and commit: outputs to their topics, failures to the quarantine, then the journal, then the offsets.

The order is the promise: offsets move only after every output is acknowledged and the journal is written. A crash in between
repeats the claim; equal ids and versions make the repeat harmless.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from upath import UPath

from dengar.log import Log, OffsetRange, Partition, Record
from dengar.records import RAW_RETENTION, Outcome, moment, timestamp
from dengar.schemas.event import record_event
from dengar.stages.journal import write_journal
from dengar.stages.stagefile import Row
from dengar.topics import mention_topic, topics
from dengar.trace import Trace, resume
from dengar.trace import read as read_trace

TOPIC = {"metrics": "metrics", "account": "accounts"}
"""Topic of each type of record whose id does not decide it (`mention_topic`)."""
MAX_QUARANTINED_BYTES = 1_000_000
REPLAY = "replay"
"""CloudEvents attribute of a record that a replay published: header `ce_replay`, the replay's name."""


def publish(
    log: Log,
    rows: Sequence[Row],
    ranges: Sequence[OffsetRange],
    *,
    group: str,
    journal: UPath,
    run: str,
    commit: bool = True,
    replay: str | None = None,
) -> dict[str, Any]:
    """Publish rows and commit `ranges`; returns the counts of a run's note. `commit=False` for a replay of explicit ranges.

    `replay` names the replay that publishes: it marks the records, and alerts stay mute.

    Raises LogError when a broker does not acknowledge: nothing is committed then.
    """
    for row in rows:
        if row.outcome is Outcome.QUARANTINED:
            quarantine(log, row.raw, row.stage or "map", row.reason or "unknown", row.detail or "", run=run)
        if row.record_type is not None and row.record is not None:
            append_record(log, row.record_type, row.record, _trace(row.raw), replay=replay)
        for record_type, record in row.fan_out:
            append_record(log, record_type, record, _trace(row.raw), replay=replay)
    log.flush()
    write_journal(rows, ranges, journal, run)
    if commit:
        log.commit(group, furthest(ranges))
    outcomes = Counter(row.outcome.value for row in rows)
    return {
        "in": len(rows),
        "outcomes": {outcome.value: outcomes.get(outcome.value, 0) for outcome in Outcome},
        "fan_out": sum(len(row.fan_out) for row in rows),
        "offsets": [f"{span.topic}/{span.partition}:{span.start}-{span.end}" for span in ranges],
    }


def furthest(ranges: Iterable[OffsetRange]) -> dict[Partition, int]:
    """Partition → end of its last range."""
    ends: dict[Partition, int] = {}
    for span in ranges:
        partition = Partition(span.topic, span.partition)
        ends[partition] = max(span.end, ends.get(partition, 0))
    return ends


def append_record(
    log: Log, record_type: str, record: dict[str, Any], trace: Trace | None = None, *, replay: str | None = None
) -> None:
    """Append one enriched record to its topic. `ce_id` is id@version: equal for a repeat, other for a re-enrichment.

    `replay` is an attribute and not part of the record: a repeat is the same record, whoever brings it.
    It carries on `trace`, the raw record's; without one, the trace whose id the record kept.
    """
    topic = topics()[TOPIC.get(record_type) or mention_topic(record["id"])]
    event_id = f"{record['id']}@{record['version']}"
    trace = trace or resume(record.get("trace_id"), event_id)
    content = {"contentversion": record["content_version"]} if "content_version" in record else {}
    event = record_event(
        record_type,
        record,
        id=event_id,
        source="/dengar/enrich_mentions",
        time=moment(record["version"] >> 21),
        about=record["id"],
        extensions=content | (trace.attributes() if trace else {}) | ({REPLAY: replay} if replay else {}),
    )
    log.append(topic.name, record[topic.key], event.data, event.headers(), partition_by=record[topic.partition_by])


def quarantine(log: Log, raw: Record, stage: str, reason: str, detail: str, *, run: str | None = None) -> None:
    """Append a quarantine record: the raw record whole (cut at 1 MB), and why it is there. `run`: the DAG run that put it there."""
    subject, trace = _told(raw, "ce_subject"), _trace(raw)
    now = datetime.now(UTC)
    value = None if raw.value is None else raw.value[:MAX_QUARANTINED_BYTES]
    body = {
        "id": raw.position,
        "stage": stage,
        "reason": reason,
        "detail": detail[:2000],
        "topic": raw.topic,
        "partition": raw.partition,
        "offset": raw.offset,
        "key": None if raw.key is None else raw.key.decode(errors="replace")[:512],
        "headers": [[name, base64.b64encode(text).decode()] for name, text in raw.headers],
        "value": None if value is None else base64.b64encode(value).decode(),
        "trace_id": trace.id if trace else None,
        "subject": None if subject is None else subject[:256],
        "run": run,
        "quarantined_at": timestamp(now),
        "expires_at": timestamp(now + RAW_RETENTION),
    }
    event = record_event(
        "quarantine",
        body,
        id=f"{raw.position}@{stage}",
        source="/dengar/quarantine",
        time=now,
        about=raw.position,
        extensions=trace.attributes() if trace else {},
    )
    log.append("quarantine", raw.position, event.data, event.headers())


def _trace(raw: Record) -> Trace | None:
    """The trace of a record as it was read, whatever else is wrong with its envelope."""
    told = {name: _told(raw, f"ce_{name}") or _told(raw, name) for name in ("traceparent", "tracestate")}
    return read_trace({name: value for name, value in told.items() if value})


def _told(raw: Record, name: str) -> str | None:
    return next((value.decode(errors="replace") for header, value in raw.headers if header == name), None)
