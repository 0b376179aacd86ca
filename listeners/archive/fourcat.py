"""Instagram posts collected with Zeeschuimer: its NDJSON, and the CSV that 4CAT makes of it.

These carry the web app's ids, not those of the Graph API: a post is known by its shortcode (`ig:media:<shortcode>`) and its permalink,
so an imported post and the same post read through the API stand side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from listeners.archive.rows import Export, Row, RowError, count, filled, moment, required
from listeners.context import Context
from listeners.instagram import split
from listeners.item import RawItem

_TYPES = {
    "1": "IMAGE",
    "2": "VIDEO",
    "8": "CAROUSEL_ALBUM",
    "GraphImage": "IMAGE",
    "GraphVideo": "VIDEO",
    "GraphSidecar": "CAROUSEL_ALBUM",
}
_WORDS = {
    "picture": "IMAGE",
    "image": "IMAGE",
    "photo": "IMAGE",
    "video": "VIDEO",
    "mixed": "CAROUSEL_ALBUM",
    "carousel": "CAROUSEL_ALBUM",
}


def post(row: Row, context: Context) -> list[RawItem]:
    """A row of 4CAT's CSV as a media object."""
    shortcode = required(row, "shortcode", "id", "thread_id")
    item = {
        "id": shortcode,
        "shortcode": shortcode,
        "caption": row.get("body"),
        "media_type": _WORDS.get(row.get("media_type", row.get("type", "")).lower()),
        "permalink": f"https://www.instagram.com/p/{shortcode}/",
        "timestamp": moment(required(row, "unix_timestamp", "timestamp")),
        "username": row.get("author"),
        "like_count": count(row, "num_likes")
        if row.get("likes_hidden", "").lower() not in ("yes", "true", "1")
        else None,
        "comments_count": count(row, "num_comments"),
    }
    return split.media(filled(item), context.within(post_id=f"ig:media:{shortcode}"))


def is_zeeschuimer(value: Any) -> bool:
    """Whether a JSON object is an item that Zeeschuimer recorded."""
    return isinstance(value, dict) and "source_platform" in value and isinstance(value.get("data"), dict)


def zeeschuimer(value: Mapping[str, Any], context: Context) -> list[RawItem]:
    """A recorded item as a media object, in both layouts of Instagram's web app. Raises RowError."""
    if "instagram" not in str(value["source_platform"]):
        raise RowError("other_platform", "the item is of a platform that dengar does not listen to")
    data = value["data"]
    item = _graph(data) if "shortcode" in data else _list(data)
    if not item.get("id") or not item.get("timestamp"):
        raise RowError("unknown_shape", "the item has neither of the layouts that dengar knows")
    return split.media(filled(item), context.within(post_id=f"ig:media:{item['id']}"))


def _graph(data: Mapping[str, Any]) -> dict[str, Any]:
    edges = (data.get("edge_media_to_caption") or {}).get("edges") or [{}]
    likes = (data.get("edge_media_preview_like") or data.get("edge_liked_by") or {}).get("count")
    return _media(
        data["shortcode"],
        (edges[0].get("node") or {}).get("text"),
        data.get("__typename"),
        data.get("taken_at_timestamp"),
        data.get("owner"),
        likes,
        (data.get("edge_media_to_comment") or {}).get("count"),
    )


def _list(data: Mapping[str, Any]) -> dict[str, Any]:
    caption = data.get("caption")
    hidden = data.get("like_and_view_counts_disabled")
    return _media(
        data.get("code"),
        caption.get("text") if isinstance(caption, dict) else caption,
        data.get("media_type"),
        data.get("taken_at"),
        data.get("user"),
        None if hidden else data.get("like_count"),
        data.get("comment_count"),
    )


def _media(code: Any, caption: Any, kind: Any, taken: Any, owner: Any, likes: Any, comments: Any) -> dict[str, Any]:
    owner = owner if isinstance(owner, dict) else {}
    return {
        "id": code,
        "shortcode": code,
        "caption": caption,
        "media_type": _TYPES.get(str(kind)),
        "permalink": f"https://www.instagram.com/p/{code}/",
        "timestamp": moment(str(taken)) if taken else None,
        "username": owner.get("username"),
        # The web app writes -1 or 3 where likes are hidden; only a plain count is one.
        "like_count": likes if isinstance(likes, int) and likes >= 0 else None,
        "comments_count": comments if isinstance(comments, int) and comments >= 0 else None,
    }


ZEESCHUIMER_FIELDS = {
    "code, shortcode": "id, shortcode and permalink",
    "caption.text, edge_media_to_caption": "caption",
    "media_type (1, 2, 8), __typename": "media_type",
    "taken_at, taken_at_timestamp": "timestamp",
    "user.username, owner.username": "username (masked unless registered)",
    "like_count, edge_media_preview_like or edge_liked_by": "like_count; a negative one, or like_and_view_counts_disabled: absent",
    "comment_count, edge_media_to_comment": "comments_count",
}
POSTS = Export(
    "4cat.instagram",
    "4CAT, Instagram (from Zeeschuimer)",
    frozenset({"id", "body", "author", "timestamp", "num_likes", "num_comments"}),
    {
        "shortcode, id or thread_id": "id and shortcode",
        "body": "caption",
        "author": "username (masked unless registered)",
        "unix_timestamp or timestamp": "timestamp; without a zone taken for UTC",
        "type or media_type": "media_type: picture, video, mixed",
        "num_likes": "like_count",
        "likes_hidden": "yes, true, 1: the row has no like_count",
        "num_comments": "comments_count",
    },
    post,
)
