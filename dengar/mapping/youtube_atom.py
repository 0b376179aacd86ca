"""WebSub of YouTube: Atom entries are notices (look at this video), deleted entries are deletions.

Tombstones: RFC 6721, namespace http://purl.org/atompub/tombstones/1.0.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from dengar.mapping import drafts
from dengar.mapping.drafts import NOTICE, Mapped
from dengar.mapping.envelope import Envelope
from dengar.mapping.fields import required_identifier
from dengar.mapping.reasons import MappingError

ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}"
YOUTUBE = "{http://www.youtube.com/xml/schemas/2015}"


def entry(element: Element, _envelope: Envelope) -> Mapped:
    """An Atom entry. Raises MappingError bad_id where it names no video."""
    found = _find(element, ATOM + "entry")
    required_identifier({"videoId": (found.findtext(YOUTUBE + "videoId") or "").strip()}, "videoId")
    return NOTICE


def deleted_entry(element: Element, envelope: Envelope) -> Mapped:
    """An at:deleted-entry: the video is gone. Raises MappingError bad_id, bad_time."""
    found = _find(element, TOMBSTONE + "deleted-entry")
    prefix, _, video_id = found.get("ref", "").rpartition(":")
    if prefix != "yt:video":
        raise MappingError("bad_id", "ref does not name a video")
    gone = envelope.id("video", required_identifier({"ref": video_id}, "ref"))
    return drafts.deletion(
        envelope,
        id=gone,
        post_id=gone,
        conversation_id=gone,
        reason="platform_deleted",
        deleted_at=envelope.time(found.get("when"), "when"),
    )


def _find(element: Element, tag: str) -> Element:
    found = element if element.tag == tag else element.find(tag)
    if found is None:
        raise MappingError("bad_shape", f"no {tag.rpartition('}')[2]} in the XML")
    return found
