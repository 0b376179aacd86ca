"""Mentions out of the index, as NDJSON, CSV or Parquet, less what policy does not let go out.

A field that is off on a mention's platform is absent from its NDJSON line, empty in a table, and named in `off` either way: an empty cell
without that is a null of the platform's. A field that is off on every platform asked for has no column.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal

import orjson

from dengar.index.facets import hidden
from dengar.index.results import SearchPage
from dengar.policy import Policy

Format = Literal["ndjson", "csv", "parquet"]
LIST = " "
"""Between the values of a list in a cell."""

COLUMNS: dict[str, str] = {
    "id": "id", "platform": "platform", "kind": "kind", "format": "post_format", "post_id": "post_id",
    "conversation_id": "conversation_id", "parent_id": "parent_id", "permalink": "permalink", "published_at": "published_at",
    "edited_at": "edited_at", "observed_at": "observed_at", "title": "title", "text": "text", "text_normalised": "text_normalised",
    "language": "language.code", "hashtags": "hashtags", "domains": "domains", "author_key": "author.key", "author_role": "author.role",
    "author_handle": "author.handle", "author_name": "author.name", "likes": "engagement.likes", "replies": "engagement.replies",
    "campaigns": "campaigns", "partners": "partners", "sentiment": "sentiment.label", "sentiment_origin": "sentiment.origin",
    "intent": "intent.label", "intent_origin": "intent.origin", "actionable": "actionable", "category": "category.label",
    "urgency": "urgency.label", "toxicity": "toxicity.label", "spam": "spam.label", "scam": "scam.suspected", "purpose": "purpose.label",
    "model_version": "model_version",
}  # fmt: skip
"""Column of a table → path in a mention."""
_WHOLE = ("likes", "replies")
_FLAGS = ("actionable", "scam")
_TIMES = ("published_at", "edited_at", "observed_at")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def columns(policy: Policy, platforms: Sequence[str]) -> list[str]:
    """The columns of a table over these platforms: those that policy lets be shown on at least one of them, and `off`."""
    shown = [name for name, path in COLUMNS.items() if not set(platforms) <= set(hidden(_governing(path), policy))]
    return [*shown, "off"]


def records(pages: Iterable[SearchPage]) -> Iterator[dict[str, Any]]:
    """Mentions as they go out, with `off`: names of the fields that policy hides on their platform."""
    for page in pages:
        for hit in page.hits:
            yield {**hit.mention, "off": sorted(page.off.get(hit.mention["platform"], {}))}


def write_export(found: Iterable[dict[str, Any]], out: IO[bytes], form: Format, names: Sequence[str]) -> int:
    """Write records to a binary file, page by page; returns how many. `names` are the columns of a table; NDJSON has all fields."""
    if form == "ndjson":
        return _ndjson(found, out)
    return _csv(found, out, names) if form == "csv" else _parquet(found, out, names)


def format_of(path: Path) -> Format:
    """By the ending of a file's name. Raises ValueError."""
    endings: dict[str, Format] = {".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv", ".parquet": "parquet"}
    if path.suffix.lower() not in endings:
        raise ValueError(
            f"{path.name} does not tell its format: end it with .ndjson, .csv or .parquet, or add --format."
        )
    return endings[path.suffix.lower()]


def _ndjson(found: Iterable[dict[str, Any]], out: IO[bytes]) -> int:
    count = 0
    for count, record in enumerate(found, 1):  # noqa: B007
        out.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
    return count


def _csv(found: Iterable[dict[str, Any]], out: IO[bytes], names: Sequence[str]) -> int:
    import io

    text = io.TextIOWrapper(
        out, encoding="utf-8-sig", newline="", write_through=True
    )  # the mark tells a spreadsheet that it is UTF-8
    writer = csv.writer(text)
    writer.writerow(names)
    count = 0
    for count, record in enumerate(found, 1):  # noqa: B007
        writer.writerow([_cell(_value(record, name)) for name in names])
    text.flush()
    text.detach()
    return count


def _parquet(found: Iterable[dict[str, Any]], out: IO[bytes], names: Sequence[str]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _type(name)) for name in names])
    count = 0
    with pq.ParquetWriter(out, schema) as writer:
        for batch in _batches(found, 5_000):
            rows = [{name: _timed(name, _value(record, name)) for name in names} for record in batch]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
            count += len(batch)
    return count


def _batches(found: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for record in found:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _type(name: str) -> Any:
    import pyarrow as pa

    if name in _TIMES:
        return pa.timestamp("ms", tz="UTC")
    if name in _WHOLE:
        return pa.int64()
    if name in _FLAGS:
        return pa.bool_()
    return pa.list_(pa.string()) if name in ("hashtags", "domains", "campaigns", "partners", "off") else pa.string()


def _timed(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in _TIMES and value is not None else value


def _value(record: dict[str, Any], name: str) -> Any:
    value: Any = record
    for part in COLUMNS.get(name, name).split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _cell(value: Any) -> Any:
    """A spreadsheet would run a cell that begins like a formula: such a text gets an apostrophe before it."""
    if isinstance(value, list):
        value = LIST.join(map(str, value))
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _governing(path: str) -> str:
    return f"mention.{path.partition('.')[0]}"
