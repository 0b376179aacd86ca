"""YouTube Data API items → drafts: videos, counters, channels, comment threads, comments.

Fields and traps: counters are texts and may be absent (hidden likes, comments off); a thread's id is its top-level
comment's id; a reply's id is `<parent>.<suffix>`; `textOriginal` is preferred, `textDisplay` is HTML by default.
"""

from __future__ import annotations

from typing import Any

from dengar.mapping import drafts
from dengar.mapping.drafts import Mapped
from dengar.mapping.envelope import Envelope
from dengar.mapping.fields import count, flag, identifier, node, required_identifier, string
from dengar.mapping.reasons import MappingError
from dengar.mapping.text import plain
from dengar.records import Outcome, timestamp

WATCH = "https://www.youtube.com/watch?v="

_WITHHELD = ("heldForReview", "rejected")  # what its owner alone is shown
_VIDEO_COUNTERS = {"views": "viewCount", "likes": "likeCount", "comments": "commentCount"}
_CHANNEL_COUNTERS = {"subscribers": "subscriberCount", "views": "viewCount", "videos": "videoCount"}


def video(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """A videos.list item: the post, and its counters where the part was asked for; without snippet only counters.

    A private video is seen by nobody but its owner, and counts as deleted until it is shown again.
    """
    if not node(item, "snippet") and node(item, "statistics"):
        return video_stats(item, envelope)
    video_id, snippet = required_identifier(item), node(item, "snippet")
    post_id = envelope.id("video", video_id)
    if string(node(item, "status"), "privacyStatus") == "private":
        return drafts.deletion(envelope, id=post_id, post_id=post_id, conversation_id=post_id, reason="hidden")
    statistics = node(item, "statistics")
    live = bool(node(item, "liveStreamingDetails")) or string(snippet, "liveBroadcastContent") in ("live", "upcoming")
    record = drafts.mention(
        envelope,
        id=post_id,
        kind="post",
        post_format="live" if live else "video",
        post_id=post_id,
        conversation_id=post_id,
        parent_id=None,
        permalink=WATCH + video_id,
        title=string(snippet, "title"),
        text=string(snippet, "description") or "",
        author=drafts.author(identifier(snippet, "channelId"), None, string(snippet, "channelTitle")),
        engagement={"likes": count(statistics, "likeCount"), "replies": count(statistics, "commentCount")}
        if statistics
        else None,
        published_at=envelope.time(snippet.get("publishedAt"), "publishedAt"),
    )
    fan_out = (("metrics", _video_metrics(post_id, statistics, envelope)),) if statistics else ()
    return Mapped(Outcome.MENTION, record, fan_out)


def video_stats(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """A videos.batchGetStats item, or a videos.list item with statistics only."""
    statistics = node(item, "statistics")
    if not statistics:
        raise MappingError("no_values", "the item carries no statistics")
    post_id = envelope.id("video", required_identifier(item))
    return Mapped(Outcome.METRICS, _video_metrics(post_id, statistics, envelope))


def _video_metrics(post_id: str, statistics: dict[str, Any], envelope: Envelope) -> dict[str, Any]:
    values = {name: count(statistics, field) for name, field in _VIDEO_COUNTERS.items()}
    # YouTube leaves likeCount out where the owner hides it, and commentCount where comments are off.
    hidden = {name: "hidden" for name in ("likes", "comments") if values[name] is None}
    return drafts.metrics(
        envelope, object_id=post_id, object_type="post", post_id=post_id, values=values, unavailable=hidden
    )


def channel(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """A channels.list item: the account, and its counters where the part was asked for."""
    channel_id, snippet, statistics = required_identifier(item), node(item, "snippet"), node(item, "statistics")
    record = drafts.account(
        envelope,
        object_type="channel",
        platform_id=channel_id,
        handle=string(snippet, "customUrl"),
        name=string(snippet, "title"),
        created_at=envelope.time(snippet.get("publishedAt"), "publishedAt"),
    )
    if not statistics:
        return Mapped(Outcome.ACCOUNT, record)
    values = {name: count(statistics, field) for name, field in _CHANNEL_COUNTERS.items()}
    unavailable = {}
    if flag(statistics, "hiddenSubscriberCount"):
        values["subscribers"], unavailable["subscribers"] = None, "hidden"
    counters = drafts.metrics(
        envelope,
        object_id=envelope.id("channel", channel_id),
        object_type="account",
        post_id=None,
        values=values,
        unavailable=unavailable,
    )
    return Mapped(Outcome.ACCOUNT, record, (("metrics", counters),))


def comment_thread(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """A commentThreads.list item: its top-level comment. The inline replies are raw records of their own."""
    snippet = node(item, "snippet")
    top = node(snippet, "topLevelComment")
    if not top:
        raise MappingError("bad_shape", "snippet.topLevelComment is missing")
    video_id = identifier(snippet, "videoId")
    return _comment(top, envelope, video_id=video_id, replies=count(snippet, "totalReplyCount"))


def comment(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """A comments resource: a reply, or a top-level comment."""
    return _comment(item, envelope, video_id=None, replies=None)


def _comment(item: dict[str, Any], envelope: Envelope, *, video_id: str | None, replies: int | None) -> Mapped:
    comment_id, snippet = required_identifier(item), node(item, "snippet")
    parent = identifier(snippet, "parentId") or (comment_id.partition(".")[0] if "." in comment_id else None)
    video_id = video_id or identifier(snippet, "videoId")
    post_id = envelope.id("video", video_id) if video_id else envelope.post_id
    if string(snippet, "moderationStatus") in _WITHHELD:
        thread = envelope.id("comment", parent or comment_id)
        gone_id = envelope.id("comment", comment_id)
        return drafts.deletion(envelope, id=gone_id, post_id=post_id, conversation_id=thread, reason="hidden")
    published_at = envelope.time(snippet.get("publishedAt"), "publishedAt")
    updated_at = envelope.time(snippet.get("updatedAt"), "updatedAt")
    edited = updated_at is not None and published_at is not None and updated_at > published_at
    text = string(snippet, "textOriginal")
    if text is None:
        text = plain(string(snippet, "textDisplay") or "")
    display_name = string(snippet, "authorDisplayName")
    handle = display_name if display_name and display_name.startswith("@") else None
    record = drafts.mention(
        envelope,
        id=envelope.id("comment", comment_id),
        kind="reply" if parent else "comment",
        post_id=post_id,
        conversation_id=envelope.id("comment", parent or comment_id),
        parent_id=envelope.id("comment", parent) if parent else post_id,
        permalink=f"{_watch(post_id)}&lc={comment_id}" if post_id else None,
        text=text,
        author=drafts.author(identifier(node(snippet, "authorChannelId"), "value"), handle, display_name),
        engagement={"likes": count(snippet, "likeCount"), "replies": replies},
        published_at=published_at,
        edited_at=updated_at if edited else None,
        content_version=timestamp(updated_at) if updated_at else None,
    )
    return Mapped(Outcome.MENTION, record)


def _watch(post_id: str) -> str:
    return WATCH + post_id.split(":", 2)[2]


def gone(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """Written by the listener after a re-check did not find a video or comment any more."""
    platform_id = required_identifier(item)
    kind = (string(item, "kind") or "").rpartition("#")[2]
    if kind not in ("video", "comment"):
        raise MappingError("bad_shape", "kind is neither youtube#comment nor youtube#video")
    gone_id = envelope.id(kind, platform_id)
    if kind == "video":
        return drafts.deletion(envelope, id=gone_id, post_id=gone_id, conversation_id=gone_id, reason="not_found")
    return drafts.deletion(
        envelope,
        id=gone_id,
        post_id=envelope.post_id,
        conversation_id=envelope.conversation_id or envelope.id("comment", platform_id.partition(".")[0]),
        reason="not_found",
    )
