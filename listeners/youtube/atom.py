"""WebSub pushes and channel feeds: each Atom entry, and each deleted entry, is an item of its own (RFC 4287, RFC 6721)."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import tostring

from listeners.context import Context
from listeners.item import RawItem

ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}"
YOUTUBE = "{http://www.youtube.com/xml/schemas/2015}"


def split(root: Any, context: Context) -> list[RawItem]:
    """The items of a parsed feed. Entries without a video id yield nothing."""
    items = []
    for entry in root.iter(ATOM + "entry"):
        video = (entry.findtext(YOUTUBE + "videoId") or "").strip()
        if video:
            channel = (entry.findtext(YOUTUBE + "channelId") or "").strip()
            version = (entry.findtext(ATOM + "updated") or "").strip()
            items.append(_item("websub_entry", video, entry, version, context, channel))
    for entry in root.iter(TOMBSTONE + "deleted-entry"):
        scheme, _, video = entry.get("ref", "").rpartition(":")
        if scheme == "yt:video" and video:
            channel = (entry.findtext(f"{TOMBSTONE}by/{ATOM}uri") or "").strip().rpartition("/channel/")[2]
            items.append(_item("websub_deleted", video, entry, entry.get("when", ""), context, channel or None))
    return items


def _item(kind: str, video: str, entry: Any, version: str, context: Context, channel: str | None) -> RawItem:
    subject = f"yt:video:{video}"
    entry.tail = None
    text = tostring(entry, encoding="utf-8", xml_declaration=False)
    return context.item("youtube", kind, subject, version, text, post_id=subject, account=channel)
