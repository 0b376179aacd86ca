"""Where a record goes: its index, decided by what never changes about it, so that every write of an id meets the earlier ones.

Mentions lie by platform and month of publication, metrics by month of observation (UTC); direct messages lie apart.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

MENTIONS, MESSAGES, METRICS, ACCOUNTS, TOMBSTONES = "mentions", "messages", "metrics", "accounts", "tombstones"
TOMBSTONE_INDEX = "tombstones-v1"
ACCOUNT_INDEX = "accounts-v1"
LABEL_INDEX = "labels-v1"
RESPONSE_INDEX, PRIVATE_RESPONSE_INDEX = "responses-v1", "private-responses-v1"
RESPONSE_INDICES = (RESPONSE_INDEX, PRIVATE_RESPONSE_INDEX)
_REBUILT = re.compile(r"-r(\d+)$")


def written_as(index: str) -> str:
    """The name under which an index is written: its own, or, once it was rebuilt, the alias that took its first name."""
    return _REBUILT.sub("", index)


def generation(index: str) -> int:
    """How many rebuilds an index has behind it."""
    told = _REBUILT.search(index)
    return int(told[1]) if told else 0


def response_index(conversation: str) -> str:
    """Where a conversation of the response desk lies: a thread of direct messages (`ig:thread:…`) apart, for fewer may read it."""
    return PRIVATE_RESPONSE_INDEX if conversation.split(":", 2)[1:2] == ["thread"] else RESPONSE_INDEX


def index_of(record_type: str, record: dict[str, Any]) -> str:
    """Name of the index of a record. A deletion's is that of its tombstone.

    Raises KeyError, TypeError or ValueError for a record that lacks what decides it.
    """
    if record_type == "mention":
        family = MESSAGES if record["kind"] == "dm" else MENTIONS
        return f"{family}-v1-{_name(record['platform'])}-{_month(record['published_at'])}"
    if record_type == "metrics":
        return f"metrics-v1-{_month(record['observed_at'])}"
    if record_type == "account":
        return ACCOUNT_INDEX
    if record_type == "deletion":
        return TOMBSTONE_INDEX
    raise ValueError(f"there is no index for record type {record_type!r}")


def _month(time: str) -> str:
    moment = datetime.fromisoformat(time)
    if moment.tzinfo is None:
        raise ValueError("a time must carry a time zone")
    return moment.astimezone(UTC).strftime("%Y.%m")


def _name(platform: str) -> str:
    if platform not in ("youtube", "instagram"):
        raise ValueError("unknown platform")
    return platform
