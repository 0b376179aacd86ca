"""The hand-over between two stages: one Parquet file, one row per raw record of a claim.

Raw-class: it holds the record's bytes until the claim is published, so that a record that fails late still reaches the quarantine whole.
DuckDB or Spark can read it; `record` and `fan_out` are JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from upath import UPath

from dengar.log import Record
from dengar.records import Outcome
from dengar.whole_file import written_whole

SCHEMA = pa.schema(
    [
        ("topic", pa.string()),
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("timestamp", pa.int64()),
        ("key", pa.binary()),
        ("value", pa.binary()),
        ("headers", pa.list_(pa.struct([("name", pa.string()), ("value", pa.binary())]))),
        ("subject", pa.string()),
        ("outcome", pa.string()),
        ("stage", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("record_type", pa.string()),
        ("record", pa.binary()),
        ("fan_out", pa.binary()),
        ("warnings", pa.list_(pa.string())),
        ("trace_id", pa.string()),
    ]
)


@dataclass(slots=True)
class Row:
    """One raw record and what became of it so far. `record` is a mention, metrics, account or deletion by `record_type`."""

    raw: Record
    subject: str | None = None
    outcome: Outcome = Outcome.QUARANTINED
    stage: str | None = None
    reason: str | None = None
    detail: str | None = None
    record_type: str | None = None
    record: dict[str, Any] | None = None
    fan_out: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    trace_id: str | None = None

    def quarantine(self, stage: str, reason: str, detail: str) -> None:
        """This record goes no further: its reason is kept, its outputs are not."""
        self.outcome, self.stage, self.reason, self.detail = Outcome.QUARANTINED, stage, reason, detail
        self.record, self.record_type, self.fan_out = None, None, []

    def duplicate(self, reason: str, detail: str) -> None:
        """Its record adds nothing. What rides along with it, such as counters, still counts: the row's outcome is the first of them."""
        self.reason, self.detail, self.record, self.record_type = reason, detail, None, None
        self.outcome = Outcome.DUPLICATE
        if self.fan_out:
            (self.record_type, self.record), *self.fan_out = self.fan_out
            self.outcome = Outcome(self.record_type)


def write_stage(rows: Sequence[Row], path: UPath) -> None:
    """Write rows to `path`, atomically where the storage can rename: a retried task replaces the file whole."""
    table = pa.Table.from_pylist([_flat(row) for row in rows], schema=SCHEMA)
    with written_whole(path) as file:
        pq.write_table(table, file, compression="zstd")


def read_stage(path: UPath) -> list[Row]:
    """The rows of a stage file, in the order written."""
    with path.open("rb") as file:
        return [_row(flat) for flat in pq.read_table(file).to_pylist()]


def _flat(row: Row) -> dict[str, Any]:
    raw = row.raw
    return {
        "topic": raw.topic,
        "partition": raw.partition,
        "offset": raw.offset,
        "timestamp": raw.timestamp,
        "key": raw.key,
        "value": raw.value,
        "headers": [{"name": name, "value": value} for name, value in raw.headers],
        "subject": row.subject,
        "outcome": row.outcome.value,
        "stage": row.stage,
        "reason": row.reason,
        "detail": row.detail,
        "record_type": row.record_type,
        "record": None if row.record is None else orjson.dumps(row.record),
        "fan_out": orjson.dumps(row.fan_out) if row.fan_out else None,
        "warnings": row.warnings,
        "trace_id": row.trace_id,
    }


def _row(flat: dict[str, Any]) -> Row:
    headers = tuple((header["name"], header["value"]) for header in flat["headers"])
    fan_out = orjson.loads(flat["fan_out"]) if flat["fan_out"] else []
    return Row(
        raw=Record(
            flat["topic"], flat["partition"], flat["offset"], flat["timestamp"], flat["key"], flat["value"], headers
        ),
        subject=flat["subject"],
        outcome=Outcome(flat["outcome"]),
        stage=flat["stage"],
        reason=flat["reason"],
        detail=flat["detail"],
        record_type=flat["record_type"],
        record=None if flat["record"] is None else orjson.loads(flat["record"]),
        fan_out=[(record_type, record) for record_type, record in fan_out],
        warnings=flat["warnings"],
        trace_id=flat.get("trace_id"),
    )
