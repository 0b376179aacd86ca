"""RawItem: one platform item on its way to a raw topic, and the CloudEvent that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson

from dengar.events import Event
from dengar.records import RAW_RETENTION, content_hash, milliseconds, timestamp
from dengar.schemas import schema_id
from dengar.trace import Trace

Ownership = Literal["owned", "authorised", "public"]


@dataclass(frozen=True, slots=True)
class RawItem:
    """One item, verbatim, with the context of the request that the item itself does not tell.

    `kind` is a kind of dengar.mapping.kinds without the platform (`comment`), `subject` the record id of the item
    (`yt:comment:…`). `payload` is the parsed JSON, or bytes for XML. `request` is method and parameters without credentials.
    `version` is what decides whether the item is new: the platform's own version, or None for a hash of the payload.
    `trace` is the trace of the request that brought it, where that is known already. `renews`: it was looked up to verify what is held,
    and is published also where it is unchanged.
    """

    platform: str
    kind: str
    subject: str
    payload: Any
    request: str
    via: str
    ownership: Ownership = "public"
    account: str | None = None
    post_id: str | None = None
    conversation_id: str | None = None
    parent_id: str | None = None
    backfill: bool = False
    version: str | None = None
    trace: Trace | None = None
    renews: bool = False

    @property
    def topic(self) -> str:
        """The raw topic: direct messages have their own."""
        return "raw.messages" if (self.platform, self.kind) == ("instagram", "message") else f"raw.{self.platform}"

    @property
    def key(self) -> str:
        """Kafka key: the post (a DM: the conversation), so that one partition holds a post's items in order; else the item itself."""
        return (self.conversation_id if self.topic == "raw.messages" else self.post_id) or self.subject

    @property
    def content_version(self) -> str:
        """What the listener compares to tell an unchanged item."""
        if self.version is not None:
            return self.version
        return content_hash(self.payload.decode(errors="replace") if isinstance(self.payload, bytes) else self.payload)

    @property
    def reading(self) -> str:
        """What a content version is compared under: the kind, and for Instagram's media the source too, for each asks other fields."""
        return f"{self.kind}@{self.via}" if (self.platform, self.kind) == ("instagram", "media") else self.kind

    @property
    def reported(self) -> int | None:
        """How many comments (a thread: replies) the platform says hang under this; None where it does not say, or nobody may read."""
        if not isinstance(self.payload, dict):
            return None
        if (self.platform, self.kind) == ("youtube", "video"):
            count = (self.payload.get("statistics") or {}).get("commentCount")
        elif (self.platform, self.kind) == ("youtube", "comment_thread"):
            count = (self.payload.get("snippet") or {}).get("totalReplyCount")
        elif (self.platform, self.kind, self.ownership) == ("instagram", "media", "owned"):
            count = self.payload.get("comments_count")
        else:
            return None
        return int(str(count)) if str(count).isdecimal() else None

    def event(self, observed_at: datetime) -> Event:
        """The raw record, observed at an aware UTC moment. Raises ValueError for a naive one."""
        context = {
            "via": self.via,
            "ownership": self.ownership,
            "account": self.account,
            "postid": self.post_id,
            "conversationid": self.conversation_id,
            "parentid": self.parent_id,
            "backfill": "true" if self.backfill else None,
            "expiresat": timestamp(observed_at + RAW_RETENTION),
        }
        xml = isinstance(self.payload, bytes)
        return Event(
            id=f"{self.subject}@{milliseconds(observed_at)}",
            source=self.request,
            type=f"dengar.raw.{self.platform}.{self.kind}",
            time=observed_at,
            data=self.payload if xml else orjson.dumps(self.payload),
            subject=self.subject,
            dataschema=schema_id("raw"),
            content_type="application/xml" if xml else "application/json",
            extensions={name: value for name, value in context.items() if value}
            | (self.trace.attributes() if self.trace else {}),
        )
