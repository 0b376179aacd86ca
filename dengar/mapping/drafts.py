"""Builders of draft records, one per record type: every field of the schema that mapping can know.

Draft mentions carry the platform's unmasked text and the author as the platform names them; enrichment replaces both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dengar.mapping.envelope import Envelope
from dengar.mapping.reasons import MappingError
from dengar.mapping.text import MAX_TITLE, bounded
from dengar.records import ENRICHMENT_REVISION, Outcome, content_hash, timestamp

FanOut = tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a raw record became. `record` is None for a notice; `fan_out` are (record type, record) beside it, counted apart."""

    outcome: Outcome
    record: dict[str, Any] | None = None
    fan_out: FanOut = ()


NOTICE = Mapped(Outcome.NOTICE)


def author(account_id: str | None, handle: str | None = None, name: str | None = None) -> dict[str, Any]:
    """Draft author: the platform's own id, handle (without @) and display name, None where withheld."""
    return {"id": account_id, "handle": (handle or "").lstrip("@") or None, "name": name or None}


def moment(value: datetime | None) -> str | None:
    """Timestamp of `value`, None for None."""
    return None if value is None else timestamp(value)


def mention(
    envelope: Envelope,
    *,
    id: str,
    kind: str,
    post_id: str | None,
    conversation_id: str | None,
    parent_id: str | None,
    author: dict[str, Any],
    text: str,
    published_at: datetime | None,
    edited_at: datetime | None = None,
    content_version: str | None = None,
    title: str | None = None,
    post_format: str | None = None,
    permalink: str | None = None,
    engagement: dict[str, int | None] | None = None,
) -> dict[str, Any]:
    """Draft mention. `content_version` None = hash of what can be edited. Raises MappingError no_post or no_time."""
    if post_id is None:
        raise MappingError("no_post", f"neither the {kind} nor its request tells the post it belongs to")
    if published_at is None:
        raise MappingError("no_time", f"the {kind} does not say when it was published")
    kept, truncated = bounded(text)
    return {
        "id": id,
        "platform": envelope.platform,
        "kind": kind,
        "post_format": post_format,
        "post_id": post_id,
        "conversation_id": conversation_id or post_id,
        "parent_id": parent_id,
        "permalink": permalink,
        "title": None if title is None else bounded(title, MAX_TITLE)[0],
        "text": kept,
        "text_truncated": truncated,
        "author": author,
        "engagement": engagement,
        "published_at": timestamp(published_at),
        "edited_at": moment(edited_at),
        **envelope.clocks(),
        "content_version": content_version or content_hash([title, text, post_format, timestamp(published_at)]),
        "version": envelope.version(),
        "enrichment_revision": ENRICHMENT_REVISION,
        "label_revision": 0,
        "deleted": False,
        "collected": envelope.collected,
        "provenance": envelope.provenance(),
    }


def metrics(
    envelope: Envelope,
    *,
    object_id: str,
    object_type: str,
    post_id: str | None,
    values: dict[str, int | None],
    unavailable: dict[str, str] | None = None,
    period: str = "lifetime",
    end_time: datetime | None = None,
    series: str | None = None,
) -> dict[str, Any]:
    """Metrics record. `series` names a dated series (`<metric>/<period>/<end_time>`). A null value without reason is `not_given`."""
    reasons = {name: "not_given" for name, value in values.items() if value is None} | (unavailable or {})
    version = envelope.version()
    return {
        "id": f"{object_id}@{version >> 21}" + (f"/{series}" if series else ""),
        "platform": envelope.platform,
        "object_id": object_id,
        "object_type": object_type,
        "post_id": post_id,
        **envelope.clocks(),
        "period": period,
        "end_time": moment(end_time),
        "values": values,
        "unavailable": reasons,
        "version": version,
        "collected": envelope.collected,
        "provenance": envelope.provenance(),
    }


def account(
    envelope: Envelope,
    *,
    object_type: str,
    platform_id: str,
    handle: str | None,
    name: str | None,
    created_at: datetime | None = None,
) -> dict[str, Any]:
    """Draft account: `account` holds what the platform names; enrichment resolves it into id, role, handle and name."""
    return {
        "id": envelope.id(object_type, platform_id),
        "platform": envelope.platform,
        "account": author(platform_id, handle, name),
        "created_at": moment(created_at),
        **envelope.clocks(),
        "content_version": content_hash([handle, name, moment(created_at)]),
        "version": envelope.version(),
        "collected": envelope.collected,
        "provenance": envelope.provenance(),
    }


def deletion(
    envelope: Envelope,
    *,
    id: str,
    post_id: str | None,
    conversation_id: str | None,
    reason: str,
    deleted_at: datetime | None = None,
) -> Mapped:
    """Deletion of the mention `id`. Raises MappingError no_post."""
    if post_id is None:
        raise MappingError("no_post", "neither the deletion nor its request tells the post the item belonged to")
    record = {
        "id": id,
        "platform": envelope.platform,
        "post_id": post_id,
        "conversation_id": conversation_id,
        "deleted": True,
        "reason": reason,
        "deleted_at": moment(deleted_at),
        "observed_at": timestamp(envelope.observed_at),
        "version": envelope.deletion_version(),
        "provenance": envelope.provenance(),
    }
    return Mapped(Outcome.DELETION, record)
