"""Records as a pandas frame of flat columns, the form in which a suite reads them.

One pass over the batch builds whole columns; there is no per-row pandas. Times become integers, ms since 1970 UTC (year 9999
fits, where pandas' own times may not), null where they cannot be read; rules that compare two of them get the difference as one
column, because Great Expectations cannot compare a pair with a null in it. `row` is the record's position in the caller's batch.

COLUMNS are what one record tells; BATCH_COLUMNS what only the batch or the clock does. Expectations files may use all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

Column = Callable[[dict[str, Any]], Any]


def milliseconds(text: str | None) -> int | None:
    """ms since 1970 UTC of an RFC 3339 time, also before 1970; None for null and for what Python's calendar cannot hold (a leap second)."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment - _EPOCH) // _MILLISECOND
    except (ValueError, TypeError, OverflowError):
        return None


def _plain(name: str) -> Column:
    return lambda record: record.get(name)


def _time(name: str) -> Column:
    return lambda record: milliseconds(record.get(name))


def _between(later: str, earlier: str) -> Column:
    """later − earlier in ms; null where either is."""

    def difference(record: dict[str, Any]) -> int | None:
        high, low = milliseconds(record.get(later)), milliseconds(record.get(earlier))
        return None if high is None or low is None else high - low

    return difference


def _platform_of(name: str) -> Column:
    """Platform that an id's prefix names; null for a null id or another form (a pseudonym)."""
    prefixes = {"yt": "youtube", "ig": "instagram"}
    return lambda record: prefixes.get(str(record.get(name) or "").split(":", 1)[0])


def _version_drift(record: dict[str, Any]) -> int | None:
    """Time packed in the version − observed_at, ms: zero where the version was packed as records.pack_version does."""
    observed = milliseconds(record.get("observed_at"))
    return None if observed is None else (record["version"] >> 21) - observed


def _texts(record: dict[str, Any]) -> str:
    """Everything a person wrote, in one value: one look for what masking missed instead of three. Empty lines keep them apart."""
    return "\n\n".join(record.get(name) or "" for name in ("title", "text", "text_normalised"))


def _highest(name: str) -> Column:
    """The largest counter of a map of counters; null where none is told."""
    return lambda record: max((v for v in (record.get(name) or {}).values() if v is not None), default=None)


_TIMES: dict[str, Column] = {"observed_ms": _time("observed_at"), "version_drift_ms": _version_drift}
_KEPT: dict[str, Column] = {"kept_for_ms": _between("expires_at", "observed_at")}

COLUMNS: dict[str, dict[str, Column]] = {
    "mention": {
        **{name: _plain(name) for name in ("id", "platform", "kind", "post_id", "conversation_id", "parent_id")},
        "hashtags": _plain("hashtags"),
        "texts": _texts,
        "id_platform": _platform_of("id"),
        "post_platform": _platform_of("post_id"),
        "author_role": lambda record: record["author"]["role"],
        "author_name": lambda record: record["author"]["handle"] or record["author"]["name"],
        "answers_itself": lambda record: record["parent_id"] == record["id"],
        "conversation_is_own": lambda record: record["conversation_id"] == record["id"],
        "highest_engagement": _highest("engagement"),
        "edited_after_ms": _between("edited_at", "published_at"),
        "revision_drift": lambda record: (record["version"] >> 11 & 1023) - record["enrichment_revision"],
        "published_ms": _time("published_at"),
        "ahead_ms": _between("published_at", "observed_at"),
        **_TIMES,
        **_KEPT,
    },
    "metrics": {
        **{name: _plain(name) for name in ("id", "platform", "object_id", "object_type", "post_id")},
        "object_platform": _platform_of("object_id"),
        "series_id": lambda record: f"{record['object_id']}@{milliseconds(record['observed_at'])}",
        "id_series": lambda record: record["id"].split("/", 1)[0],
        "is_account": lambda record: record["object_type"] == "account",
        "highest": _highest("values"),
        "lowest": lambda record: min((v for v in record["values"].values() if v is not None), default=None),
        "told": lambda record: len(record["values"]) + len(record["unavailable"]),
        **_TIMES,
        **_KEPT,
    },
    "account": {
        **{name: _plain(name) for name in ("id", "platform", "role")},
        "id_platform": _platform_of("id"),
        "created_ahead_ms": _between("created_at", "observed_at"),
        "shown_name": lambda record: record["handle"] or record["name"],
        **_TIMES,
        **_KEPT,
    },
    "deletion": {
        **{name: _plain(name) for name in ("id", "platform", "post_id")},
        "id_platform": _platform_of("id"),
        "version_revisions": lambda record: record["version"] & ((1 << 21) - 1),
        "deleted_ahead_ms": _between("deleted_at", "observed_at"),
        **_TIMES,
    },
}


BATCH_COLUMNS: dict[str, tuple[str, ...]] = {
    record_type: ("observed_ahead_ms", *(("conversation_post_id",) if record_type == "mention" else ()))
    for record_type in COLUMNS
}


def columns_of(record_type: str) -> tuple[str, ...]:
    """The columns that an expectations file may name."""
    return (*COLUMNS[record_type], *BATCH_COLUMNS[record_type])


def flat_frame(
    record_type: str, rows: Sequence[int], records: Sequence[dict[str, Any]], *, now: datetime | None = None
) -> pd.DataFrame:
    """One column per entry of `columns_of` and `row`. Whole-number columns are Int64, so a null does not turn a version into a float.

    `observed_ahead_ms` is observed_at − `now` (this machine's clock by default); `conversation_post_id` the post of the mention that
    opened the conversation where the batch holds it, else the record's own.
    """
    import pandas as pd

    clock = ((now or datetime.now(UTC)) - _EPOCH) // _MILLISECOND
    values = {name: [read(record) for record in records] for name, read in COLUMNS[record_type].items()}
    values["observed_ahead_ms"] = [None if moment is None else moment - clock for moment in values["observed_ms"]]
    if record_type == "mention":
        posts = dict(zip(values["id"], values["post_id"], strict=True))
        values["conversation_post_id"] = [
            posts.get(conversation, own)
            for conversation, own in zip(values["conversation_id"], values["post_id"], strict=True)
        ]
    columns: dict[str, Any] = {"row": list(rows)}
    for name, column in values.items():
        whole = any(type(value) is int for value in column)
        columns[name] = pd.array(column, dtype="Int64") if whole else pd.Series(column, dtype="object")
    return pd.DataFrame(columns)
