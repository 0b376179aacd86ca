"""Instagram Graph objects → drafts: media and stories, comments and replies, accounts, re-checks.

Ids come as texts or numbers. `like_count` is absent where hidden; authors are absent where the platform withholds them
(hashtag media have no username). A comment names its media only if the field was asked for; else the request tells it.
"""

from __future__ import annotations

from typing import Any

from dengar.mapping import drafts
from dengar.mapping.drafts import FanOut, Mapped
from dengar.mapping.envelope import Envelope
from dengar.mapping.fields import count, flag, identifier, node, required_identifier, string
from dengar.mapping.reasons import MappingError
from dengar.records import Outcome, content_hash

_PRODUCT_FORMATS = {"STORY": "story", "REELS": "reel", "LIVE": "live"}
_MEDIA_FORMATS = {"IMAGE": "image", "VIDEO": "video", "CAROUSEL_ALBUM": "carousel"}
_USER_COUNTERS = {"followers": "followers_count", "follows": "follows_count", "posts": "media_count"}


def media(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """A media object: own, discovered, tagged or found by hashtag."""
    return _post(item, envelope, story=False)


def story(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """A story's media object."""
    return _post(item, envelope, story=True)


def _post(item: dict[str, Any], envelope: Envelope, *, story: bool) -> Mapped:
    post_id = envelope.id("media", required_identifier(item))
    product, form = string(item, "media_product_type") or "", string(item, "media_type") or ""
    post_format = "story" if story else _PRODUCT_FORMATS.get(product) or _MEDIA_FORMATS.get(form)
    likes, comments = count(item, "like_count"), count(item, "comments_count")
    counted = likes is not None or comments is not None
    record = drafts.mention(
        envelope,
        id=post_id,
        kind="post",
        post_format=post_format,
        post_id=post_id,
        conversation_id=post_id,
        parent_id=None,
        permalink=_address(item),
        text=string(item, "caption") or "",
        author=drafts.author(
            identifier(node(item, "owner")), string(item, "username"), string(node(item, "owner"), "name")
        ),
        engagement={"likes": likes, "replies": comments} if counted else None,
        published_at=envelope.time(item.get("timestamp"), "timestamp"),
    )
    return Mapped(Outcome.MENTION, record, _post_counters(post_id, post_format, likes, comments, envelope))


def _post_counters(
    post_id: str, post_format: str | None, likes: int | None, comments: int | None, envelope: Envelope
) -> FanOut:
    if likes is None and comments is None:
        return ()
    counters = drafts.metrics(
        envelope,
        object_id=post_id,
        object_type="story" if post_format == "story" else "post",
        post_id=post_id,
        values={"likes": likes, "comments": comments},
        unavailable={"likes": "hidden"} if likes is None else None,
    )
    return (("metrics", counters),)


def _address(item: dict[str, Any]) -> str | None:
    address = string(item, "permalink")
    return address if address and address.startswith("https://") and len(address) <= 2048 else None


def comment(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """A comment or reply; one that is hidden is seen by nobody but its owner, and counts as deleted until it is shown again.

    Its nested replies are raw records of their own.
    """
    comment_id = envelope.id("comment", required_identifier(item))
    media_id = identifier(node(item, "media"))
    post_id = envelope.id("media", media_id) if media_id else envelope.post_id
    parent_id = _parent(item, envelope, comment_id)
    if flag(item, "hidden"):
        thread = parent_id or comment_id
        return drafts.deletion(envelope, id=comment_id, post_id=post_id, conversation_id=thread, reason="hidden")
    writer = node(item, "from") or node(item, "user")
    text = string(item, "text") or ""
    published_at = envelope.time(item.get("timestamp"), "timestamp")
    record = drafts.mention(
        envelope,
        id=comment_id,
        kind="reply" if parent_id else "comment",
        post_id=post_id,
        conversation_id=parent_id or comment_id,
        parent_id=parent_id or post_id,
        text=text,
        author=drafts.author(identifier(writer), string(writer, "username") or string(item, "username")),
        engagement={"likes": count(item, "like_count"), "replies": None},
        published_at=published_at,
        # Not the context: the same comment read with and without its media is the same content.
        content_version=content_hash([text, drafts.moment(published_at)]),
    )
    return Mapped(Outcome.MENTION, record)


def _parent(item: dict[str, Any], envelope: Envelope, comment_id: str) -> str | None:
    named = identifier(item, "parent_id")
    if named:
        return envelope.id("comment", named)
    for context in (envelope.parent_id, envelope.conversation_id):
        if context and context.startswith("ig:comment:") and context != comment_id:
            return context
    return None


def user(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """Own account or one found by business discovery, and its counters where asked for."""
    user_id = required_identifier(item)
    record = drafts.account(
        envelope,
        object_type="user",
        platform_id=user_id,
        handle=string(item, "username"),
        name=string(item, "name"),
    )
    if not any(field in item for field in _USER_COUNTERS.values()):
        return Mapped(Outcome.ACCOUNT, record)
    counters = drafts.metrics(
        envelope,
        object_id=envelope.id("user", user_id),
        object_type="account",
        post_id=None,
        values={name: count(item, field) for name, field in _USER_COUNTERS.items() if field in item},
    )
    return Mapped(Outcome.ACCOUNT, record, (("metrics", counters),))


def gone(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """Written by the listener after a re-check did not find a media or comment any more."""
    platform_id = required_identifier(item)
    kind = (string(item, "kind") or "").rpartition("#")[2]
    if kind not in ("media", "story", "comment"):
        raise MappingError("bad_shape", "kind is neither instagram#comment nor instagram#media")
    gone_id = envelope.id("comment" if kind == "comment" else "media", platform_id)
    return drafts.deletion(
        envelope,
        id=gone_id,
        post_id=envelope.post_id if kind == "comment" else gone_id,
        conversation_id=(envelope.conversation_id or envelope.parent_id) if kind == "comment" else gone_id,
        reason="not_found",
    )
