"""Objects of the Graph API, field by field, as one viewer may see them.

What a viewer sees depends on how the medium was reached: `own`, `tagged`, `discovered`, `hashtag` or `mentioned`.
A field outside what that way allows answers with the platform's error, as does a field that does not exist.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.instagram.edges import Page, edge, limit_of
from sandbox.instagram.errors import forbidden, invalid
from sandbox.instagram.fields import Field, write
from sandbox.scenario.lives import UNLISTED
from sandbox.scenario.world import Actor, Item, World

_BASE = {"id", "caption", "media_type", "media_product_type", "media_url", "thumbnail_url", "permalink", "timestamp"}
_COUNTS = {"like_count", "comments_count"}
MEDIA_FIELDS = {
    "own": _BASE
    | _COUNTS
    | {"ig_id", "shortcode", "username", "owner", "children", "comments", "is_comment_enabled", "is_shared_to_feed"},
    "tagged": _BASE | _COUNTS | {"username", "children"},
    "discovered": _BASE | _COUNTS | {"username", "children", "owner", "view_count"},
    "hashtag": (_BASE - {"media_product_type", "thumbnail_url"}) | _COUNTS | {"children"},
    "mentioned": _BASE | _COUNTS | {"username", "owner", "children"},
}
COMMENT_FIELDS = {
    "id",
    "text",
    "timestamp",
    "username",
    "like_count",
    "hidden",
    "parent_id",
    "from",
    "media",
    "replies",
    "user",
}
USER_FIELDS = {
    "id",
    "ig_id",
    "username",
    "name",
    "biography",
    "website",
    "followers_count",
    "follows_count",
    "media_count",
    "profile_picture_url",
}
_CHILDREN = 3


def time(value: datetime) -> str:
    """Instagram's own form: 2021-08-13T08:25:28+0000."""
    return value.strftime("%Y-%m-%dT%H:%M:%S+0000")


class Graph:
    """Renders objects of a world as of a moment for one viewer (an own account)."""

    def __init__(self, world: World, now: datetime, viewer: Actor, root: str, token: str) -> None:
        """`root`: address with version, `token`: both only to write `paging.next` of nested edges."""
        self.world, self.now, self.viewer = world, now, viewer
        self._root, self._token = root, token

    def media(self, item: Item, fields: tuple[Field, ...] | None, way: str) -> dict[str, Any]:
        """A medium. Raises GraphError (#100) for a field that this way does not show."""
        result: dict[str, Any] = {}
        for field in fields or (Field("id"),):
            if field.name == "comments" and way != "own":
                raise forbidden()
            if field.name not in MEDIA_FIELDS[way]:
                raise invalid(f"Tried accessing nonexisting field ({field.name}) on node type (IGMedia)")
            value = self._media_value(item, field, way)
            if value is not None:
                result[field.name] = value
        return {**result, "id": item.id}

    def _media_value(self, item: Item, field: Field, way: str) -> Any:
        name, video = field.name, item.format == "reel"
        match name:
            case "id" | "ig_id":
                return item.id
            case "caption":
                return item.version(self.now).text or None
            case "media_type":
                return {"reel": "VIDEO", "carousel": "CAROUSEL_ALBUM"}.get(item.format or "", "IMAGE")
            case "media_product_type":
                return {"reel": "REELS", "story": "STORY"}.get(item.format or "", "FEED")
            case "media_url":
                # withheld for licensed audio, and albums of others carry theirs in children
                return (
                    None
                    if item.extra.get("licensed_audio")
                    else f"https://cdn.example/{item.id}.{'mp4' if video else 'jpg'}"
                )
            case "thumbnail_url":
                return f"https://cdn.example/{item.id}_t.jpg" if video else None
            case "permalink":
                return f"https://www.instagram.com/{'reel' if video else 'p'}/{item.extra['shortcode']}/"
            case "shortcode":
                return item.extra["shortcode"]
            case "timestamp":
                return time(item.published_at)
            case "like_count":
                return None if item.extra["hidden_likes"] and way != "own" else item.counter("likes", self.now)
            case "comments_count":
                return item.visible_comments(self.now)
            case "view_count":
                return item.counter("views", self.now) if video else None
            case "username":
                return item.author.handle
            case "owner":
                return {"id": item.author.id}
            case "is_comment_enabled" | "is_shared_to_feed":
                return item.format != "story"
            case "children":
                return self._children(item, field, way)
            case _:
                return self.comments(item, field.children, self.nested(item, field))

    def _children(self, item: Item, field: Field, way: str) -> dict[str, Any] | None:
        if item.format != "carousel":
            return None
        allowed = {"id", "media_type", "media_url", "permalink", "timestamp"}
        asked = [f.name for f in field.children or (Field("id"),)]
        if wrong := [name for name in asked if name not in allowed]:
            raise invalid(f"Tried accessing nonexisting field ({wrong[0]}) on node type (IGMedia)")
        rows = []
        for number in range(_CHILDREN):
            identity = str(int(item.id) + 1 + number)
            values = {
                "id": identity,
                "media_type": "IMAGE",
                "media_url": f"https://cdn.example/{identity}.jpg",
                "permalink": self._media_value(item, Field("permalink"), way),
                "timestamp": time(item.published_at),
            }
            rows.append({name: values[name] for name in dict.fromkeys((*asked, "id"))})
        return {"data": rows}

    def nested(self, item: Item, field: Field) -> Page:
        """The page of an edge nested in `fields`."""
        parameters = [("access_token", self._token)] if self._token else []
        if field.children:
            parameters.append(("fields", write(field.children)))
        limit = limit_of(field.arguments.get("limit"), 25, 50)
        return Page(limit, field.arguments.get("after"), f"{self._root}/{item.id}/{field.name}", tuple(parameters))

    def comments(self, item: Item, fields: tuple[Field, ...] | None, page: Page) -> dict[str, Any]:
        """Top-level comments of an own medium, newest first."""

        def listing(began: datetime) -> list[Item]:
            return [c for c in reversed(item.children) if c.visible(self.now) and c.published_at <= began]

        chosen = fields or (Field("timestamp"), Field("text"), Field("id"))
        return edge(listing, lambda one: self.comment(one, chosen), self.now, page)

    def replies(self, item: Item, fields: tuple[Field, ...] | None, page: Page) -> dict[str, Any]:
        """Replies of a comment, oldest first."""

        def listing(began: datetime) -> list[Item]:
            return [c for c in item.children if c.visible(self.now) and c.published_at <= began]

        chosen = fields or (Field("timestamp"), Field("text"), Field("id"))
        return edge(listing, lambda one: self.comment(one, chosen), self.now, page)

    def comment(self, item: Item, fields: tuple[Field, ...] | None, foreign: bool = False) -> dict[str, Any]:
        """A comment or reply; `foreign` (a mention under another's medium) shows neither `from` nor replies."""
        result: dict[str, Any] = {}
        for field in fields or (Field("timestamp"), Field("text"), Field("id")):
            if field.name not in COMMENT_FIELDS or (
                foreign and field.name in ("from", "replies", "hidden", "parent_id", "user")
            ):
                raise invalid(f"Tried accessing nonexisting field ({field.name}) on node type (IGComment)")
            value = self._comment_value(item, field, foreign)
            if value is not None:
                result[field.name] = value
        return {**result, "id": item.id}

    def _comment_value(self, item: Item, field: Field, foreign: bool) -> Any:
        assert item.post is not None
        match field.name:
            case "id":
                return item.id
            case "text":
                return item.version(self.now).text
            case "timestamp":
                return time(item.published_at)
            case "username":
                return item.author.handle
            case "like_count":
                return item.counter("likes", self.now)
            case "hidden":
                return "hidden_at" in item.extra and item.extra["hidden_at"] <= self.now
            case "parent_id":
                return item.parent.id if item.kind == "reply" and item.parent else None
            case "from":
                return {"id": item.author.id, "username": item.author.handle}
            case "user":
                return {"id": item.author.id} if item.author.id == self.viewer.id else None
            case "media":
                way = "mentioned" if foreign else "own"
                return self.media(item.post, field.children, way)
            case _:
                found = self.replies(item, field.children, self.nested(item, field))
                return found if found["data"] else None

    def user(self, actor: Actor, fields: tuple[Field, ...]) -> dict[str, Any]:
        """The plain fields of an account (edges are the caller's). Raises GraphError for others."""
        days = (self.now - self.world.start).total_seconds() / 86400
        posts = [
            p for p in self.world.posts.get(actor.record_id, []) if p.visible(self.now) and p.format not in UNLISTED
        ]
        values = {
            "id": actor.id,
            "ig_id": int(actor.id[5:]),
            "username": actor.handle,
            "name": actor.name,
            "biography": f"Akun fiktif {actor.name} untuk uji coba.",
            "website": "https://sandbox.example/",
            "followers_count": int(actor.followers * (1 + 0.0012 * days)),
            "follows_count": 40 + len(actor.handle),
            "media_count": 300 + len(posts),
            "profile_picture_url": f"https://cdn.example/{actor.id}.jpg",
        }
        for field in fields:
            if field.name not in values:
                raise invalid(f"Tried accessing nonexisting field ({field.name}) on node type (IGUser)")
        return {**{field.name: values[field.name] for field in fields}, "id": actor.id}
