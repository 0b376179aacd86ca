"""The closed list of raw kinds: what an item is, which topic carries it, and what maps it.

A kind not in this table is quarantined as `unknown_kind`; reason codes are in dengar/mapping/reasons.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from dengar.mapping import youtube
from dengar.mapping.drafts import NOTICE, Mapped
from dengar.mapping.envelope import Envelope

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


def _rows() -> list[Kind]:
    yt, raw_yt = "youtube", "raw.youtube"
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
    ]


KINDS: dict[str, Kind] = {row.event_type: row for row in _rows()}
