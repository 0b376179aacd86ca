"""What the event's headers tell, and the frame that every record shares: ids, times, version, provenance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dengar.events import Event
from dengar.mapping.fields import MAX_RECORD_ID
from dengar.mapping.reasons import MappingError
from dengar.mapping.times import EARLIEST, read_time
from dengar.records import PREFIX, RAW_RETENTION, deletion_version, pack_version, record_id, timestamp

OWNERSHIPS = ("owned", "authorised", "public")
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_RECORD_ID = re.compile(r"(?:yt|ig):[a-z_]+:[^\s\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Context of one raw record. `post_id`, `conversation_id` and `parent_id` are record ids that the request told, or None."""

    platform: str
    kind: str
    subject: str
    position: str
    observed_at: datetime
    expires_at: datetime
    account: str | None
    post_id: str | None
    conversation_id: str | None
    parent_id: str | None
    collected: dict[str, Any]

    @classmethod
    def of(cls, event: Event, position: str, platform: str, kind: str) -> Envelope:
        """Read the headers of `event`. Raises MappingError bad_envelope or implausible_time."""
        extensions = event.extensions
        via, ownership = extensions.get("via", ""), extensions.get("ownership", "")
        if not via or len(via) > 100 or ownership not in OWNERSHIPS:
            raise MappingError("bad_envelope", "the headers via and ownership must be there and known")
        if not event.subject:
            raise MappingError("bad_envelope", "the header subject is missing")
        observed_at = event.time.astimezone(UTC) if EARLIEST <= event.time <= _LATEST else None
        if observed_at is None:
            raise MappingError("implausible_time", "the observation lies before 2005 or after 2100")
        return cls(
            platform=platform,
            kind=kind,
            subject=event.subject,
            position=position,
            observed_at=observed_at,
            expires_at=_expiry(extensions.get("expiresat"), observed_at),
            account=extensions.get("account") or None,
            post_id=_context(extensions.get("postid"), platform, "postid"),
            conversation_id=_context(extensions.get("conversationid"), platform, "conversationid"),
            parent_id=_context(extensions.get("parentid"), platform, "parentid"),
            collected={"via": via, "ownership": ownership, "backfill": extensions.get("backfill") == "true"},
        )

    def id(self, object_type: str, platform_id: str) -> str:
        """Record id `<yt|ig>:<object type>:<platform id>`. Raises MappingError bad_id where it grows too long."""
        value = record_id(self.platform, object_type, platform_id)
        if len(value) > MAX_RECORD_ID:
            raise MappingError("bad_id", f"the id of the {object_type} is longer than {MAX_RECORD_ID} characters")
        return value

    def time(self, value: Any, field: str) -> datetime | None:
        """A platform's time, see times.read_time."""
        return read_time(value, self.observed_at, field)

    def version(self) -> int:
        """Version of a record of this observation."""
        return pack_version(self.observed_at)

    def deletion_version(self) -> int:
        """Version of a deletion learned by this observation."""
        return deletion_version(self.observed_at)

    def provenance(self) -> dict[str, Any]:
        """Where the record comes from; enrichment adds its formulas."""
        return {"raw": self.position, "formulas": {}}

    def clocks(self) -> dict[str, str]:
        """observed_at and expires_at as records write them."""
        return {"observed_at": timestamp(self.observed_at), "expires_at": timestamp(self.expires_at)}


def _expiry(value: str | None, observed_at: datetime) -> datetime:
    if not value:
        return observed_at + RAW_RETENTION
    try:
        expires_at = datetime.fromisoformat(value)
    except ValueError:
        raise MappingError("bad_envelope", "the header expiresat is not a time") from None
    if expires_at.tzinfo is None or not observed_at < expires_at <= _LATEST:
        raise MappingError("bad_envelope", "the header expiresat is not a time after the observation")
    return expires_at.astimezone(UTC)


def _context(value: str | None, platform: str, name: str) -> str | None:
    if not value:
        return None
    if len(value) > MAX_RECORD_ID or not value.startswith(PREFIX[platform] + ":") or not _RECORD_ID.fullmatch(value):
        raise MappingError("bad_envelope", f"the header {name} is not a record id of {platform}")
    return value
