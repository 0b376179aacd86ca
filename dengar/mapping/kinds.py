"""The closed list of raw kinds: what an item is, which topic carries it, and what maps it.

A kind not in this table is quarantined as `unknown_kind`; reason codes are in dengar/mapping/reasons.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from dengar.mapping import (
    instagram,
    instagram_insights,
    instagram_webhooks,
    youtube,
    youtube_atom,
    youtube_live,
)
from dengar.mapping.drafts import NOTICE, Mapped
from dengar.mapping.envelope import Envelope
from dengar.mapping.reasons import MappingError

JsonMapper = Callable[[dict[str, Any], Envelope], Mapped]
XmlMapper = Callable[[Element, Envelope], Mapped]


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: exactly one of `mapper` (JSON items) and `xml_mapper` is set."""

    platform: str
    name: str
    topic: str
    mapper: JsonMapper | None = None
    xml_mapper: XmlMapper | None = None

    @property
    def event_type(self) -> str:
        """CloudEvents type of its raw records."""
        return f"dengar.raw.{self.platform}.{self.name}"


def pointer(_item: dict[str, Any], _envelope: Envelope) -> Mapped:
    """An item that only says where to look."""
    return NOTICE


def administrative(_item: dict[str, Any], _envelope: Envelope) -> Mapped:
    """A token, a permission …: recorded by someone, but nothing to listen to."""
    raise MappingError("not_listening_data", "the item is administrative, not something said or counted")


def platform_error(_item: dict[str, Any], _envelope: Envelope) -> Mapped:
    """An error answer in place of an item."""
    raise MappingError("platform_error", "the platform answered with an error in place of an item")


def unreadable(item: dict[str, Any], _envelope: Envelope) -> Mapped:
    """A part of an imported file that could not be read as items; the importer says why."""
    raise MappingError("unreadable", f"{item.get('where')}: {item.get('detail')}")


def _rows() -> list[Kind]:
    yt, raw_yt = "youtube", "raw.youtube"
    ig, raw_ig = "instagram", "raw.instagram"
    return [
        Kind(yt, "video", raw_yt, youtube.video),
        Kind(yt, "video_stats", raw_yt, youtube.video_stats),
        Kind(yt, "channel", raw_yt, youtube.channel),
        Kind(yt, "comment_thread", raw_yt, youtube.comment_thread),
        Kind(yt, "comment", raw_yt, youtube.comment),
        Kind(yt, "gone", raw_yt, youtube.gone),
        Kind(yt, "playlist_item", raw_yt, pointer),
        Kind(yt, "search_result", raw_yt, pointer),
        Kind(yt, "subscription", raw_yt, pointer),
        Kind(yt, "video_category", raw_yt, pointer),
        Kind(yt, "chat_message", raw_yt, youtube_live.chat_message),
        Kind(yt, "websub_entry", raw_yt, xml_mapper=youtube_atom.entry),
        Kind(yt, "websub_deleted", raw_yt, xml_mapper=youtube_atom.deleted_entry),
        Kind(yt, "error", raw_yt, platform_error),
        Kind(yt, "unreadable", raw_yt, unreadable),
        Kind(ig, "media", raw_ig, instagram.media),
        Kind(ig, "story", raw_ig, instagram.story),
        Kind(ig, "comment", raw_ig, instagram.comment),
        Kind(ig, "user", raw_ig, instagram.user),
        Kind(ig, "gone", raw_ig, instagram.gone),
        Kind(ig, "media_insights", raw_ig, instagram_insights.media_insights),
        Kind(ig, "account_insights", raw_ig, instagram_insights.account_insights),
        Kind(ig, "webhook_change", raw_ig, instagram_webhooks.change),
        Kind(ig, "hashtag", raw_ig, pointer),
        Kind(ig, "message", "raw.messages", instagram_webhooks.message),
        Kind(ig, "token_info", raw_ig, administrative),
        Kind(ig, "error", raw_ig, platform_error),
        Kind(ig, "unreadable", raw_ig, unreadable),
    ]


KINDS: dict[str, Kind] = {row.event_type: row for row in _rows()}
