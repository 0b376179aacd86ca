"""The words of the pipeline: ids, versions and outcomes (design: every raw record ends in exactly one outcome).

A *version* packs (observed_at in ms, enrichment revision, label revision) into one positive 64-bit integer:
    version = observed_at_ms << 21 | enrichment_revision << 11 | label_revision
42 bits of milliseconds last until the year 2109. It is Elasticsearch's external version, and with the id it is `ce_id`,
so that a repeat can be told from a re-enrichment and an older observation never overwrites a newer one.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import orjson

ENRICHMENT_REVISION = 2
MAX_ENRICHMENT_REVISION = 1023
MAX_LABEL_REVISION = 2047
RAW_RETENTION = timedelta(days=30)
JAKARTA = ZoneInfo("Asia/Jakarta")
"""Where people read times and working hours are counted; inside, all is UTC."""
PREFIX = {"youtube": "yt", "instagram": "ig"}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_MS = (1 << 42) - 1


class Outcome(StrEnum):
    """What became of a raw record."""

    MENTION = "mention"
    METRICS = "metrics"
    ACCOUNT = "account"
    DELETION = "deletion"
    NOTICE = "notice"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


def record_id(platform: str, kind: str, platform_id: str) -> str:
    """`yt:comment:<id>`, `ig:media:<id>` … Raises KeyError for an unknown platform."""
    return f"{PREFIX[platform]}:{kind}:{platform_id}"


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware datetime. Raises ValueError if naive or not representable in a version."""
    if moment.tzinfo is None:
        raise ValueError("a moment must carry a time zone")
    value = (moment - _EPOCH) // timedelta(milliseconds=1)
    if not 0 <= value <= _MAX_MS:
        raise ValueError(f"moment {moment.isoformat()} is outside 1970 to 2109")
    return value


def moment(value: int) -> datetime:
    """The aware UTC datetime of `value` milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=value)


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and Z, the one form used in records."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def pack_version(observed_at: datetime, enrichment_revision: int = ENRICHMENT_REVISION, label_revision: int = 0) -> int:
    """See the module docstring. Raises ValueError where a part does not fit its bits."""
    if not 0 <= enrichment_revision <= MAX_ENRICHMENT_REVISION or not 0 <= label_revision <= MAX_LABEL_REVISION:
        raise ValueError("a revision is outside its bits")
    return milliseconds(observed_at) << 21 | enrichment_revision << 11 | label_revision


def deletion_version(observed_at: datetime) -> int:
    """Version of a deletion: it wins over every enrichment and label of the same observation."""
    return pack_version(observed_at, MAX_ENRICHMENT_REVISION, MAX_LABEL_REVISION)


def unpack_version(version: int) -> tuple[datetime, int, int]:
    """The inverse of pack_version: (observed_at, enrichment revision, label revision)."""
    return moment(version >> 21), version >> 11 & MAX_ENRICHMENT_REVISION, version & MAX_LABEL_REVISION


def content_hash(value: Any) -> str:
    """Stable hash (32 hex digits) of a JSON value: the content version where the platform gives no updatedAt."""
    return hashlib.blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
