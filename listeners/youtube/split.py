"""From an answer of the YouTube Data API to raw items: one resource, one item; a thread's inline replies go out on their own too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dengar.records import content_hash
from listeners.context import Context
from listeners.item import RawItem

POINTERS = {
    "playlistItem": "playlist_item",
    "searchResult": "search_result",
    "subscription": "subscription",
    "videoCategory": "video_category",
}
_BY_KIND = {"channel": ("channel", "channel"), "liveChatMessage": ("chat_message", "chat")}


def split(body: Mapping[str, Any], context: Context) -> list[RawItem]:
    """The items of a list response, or of a single resource. What is no known resource yields nothing."""
    return [item for row in rows(body) if isinstance(row, dict) for item in resource(row, context, kind_of(body))]


def rows(body: Mapping[str, Any]) -> list[Any]:
    """The rows of a list response; a single resource is the one row of itself."""
    items = body.get("items")
    return items if isinstance(items, list) else [body]


def kind_of(body: Mapping[str, Any]) -> str:
    """`comment` for a comment, and for a list response of comments, whose rows may leave their own kind out."""
    return str(body.get("kind") or "").partition("#")[2].removesuffix("ListResponse")


def resource(row: Mapping[str, Any], context: Context, kind: str = "") -> list[RawItem]:
    """The items of one resource; its own kind decides which, else that of its list."""
    kind = kind_of(row) or kind
    identity = _identity(row)
    if not identity:
        return []
    if kind == "commentThread":
        return _thread(row, identity, context)
    if kind == "comment":
        return [comment(row, context)]
    if kind in ("video", "videoStat", "videoStats"):
        name = "video" if "snippet" in row and kind == "video" else "video_stats"
        subject = f"yt:video:{identity}"
        account = _snippet(row).get("channelId") or context.account
        return [context.item("youtube", name, subject, _bare(row), row, post_id=subject, account=account)]
    if kind in _BY_KIND:
        name, object_type = _BY_KIND[kind]
        account = identity if kind == "channel" else context.account
        return [context.item("youtube", name, f"yt:{object_type}:{identity}", _bare(row), row, account=account)]
    if kind in POINTERS:
        return [context.item("youtube", POINTERS[kind], f"yt:{POINTERS[kind]}:{identity}", _bare(row), row)]
    return []


def comment(row: Mapping[str, Any], context: Context) -> RawItem:
    """A comments resource. Its version is `updatedAt`: a changed like count alone does not make it new."""
    snippet = _snippet(row)
    identity, parent = str(row["id"]), snippet.get("parentId")
    if not parent and "." in identity:
        parent = identity.partition(".")[0]
    video = snippet.get("videoId")
    return context.item(
        "youtube",
        "comment",
        f"yt:comment:{identity}",
        snippet.get("updatedAt"),
        row,
        post_id=f"yt:video:{video}" if video else None,
        conversation_id=f"yt:comment:{parent or identity}",
        parent_id=f"yt:comment:{parent}" if parent else None,
    )


def _thread(row: Mapping[str, Any], identity: str, context: Context) -> list[RawItem]:
    snippet = _snippet(row)
    top = snippet.get("topLevelComment")
    video = snippet.get("videoId") or (_snippet(top).get("videoId") if isinstance(top, dict) else None)
    subject = f"yt:comment:{identity}"
    post = f"yt:video:{video}" if video else context.post_id
    here = context.within(post_id=post, conversation_id=subject)
    version = _snippet(top).get("updatedAt") if isinstance(top, dict) else None
    items = [here.item("youtube", "comment_thread", subject, version, row)]
    replies = row.get("replies")
    inline = replies.get("comments") if isinstance(replies, dict) else None
    for reply in inline if isinstance(inline, list) else ():
        if isinstance(reply, dict) and isinstance(reply.get("id"), str):
            items.append(comment(reply, here))
    return items


def _identity(row: Mapping[str, Any]) -> str | None:
    identity = row.get("id")
    if isinstance(identity, dict):
        identity = identity.get("videoId") or identity.get("channelId") or identity.get("playlistId")
    return identity if isinstance(identity, str) and identity else None


def _snippet(row: Mapping[str, Any]) -> dict[str, Any]:
    snippet = row.get("snippet")
    return snippet if isinstance(snippet, dict) else {}


def _bare(row: Mapping[str, Any]) -> str:
    """Version of a resource without one of its own: everything but its etag, counters included (they are metrics)."""
    return content_hash({name: value for name, value in row.items() if name != "etag"})
