"""Live chat of YouTube: liveChatMessages items → chat mentions, deletions, notices.

The item names no video, so the listener tells it (`postid`). System messages (chat ended, new member …) are notices
unless a person wrote something with them.
"""

from __future__ import annotations

from typing import Any

from dengar.mapping import drafts
from dengar.mapping.drafts import NOTICE, Mapped
from dengar.mapping.envelope import Envelope
from dengar.mapping.fields import identifier, node, required_identifier, string
from dengar.mapping.reasons import MappingError
from dengar.records import Outcome

# Where each type keeps what a person wrote.
_WRITTEN = {
    "textMessageEvent": ("textMessageDetails", "messageText"),
    "superChatEvent": ("superChatDetails", "userComment"),
    "memberMilestoneChatEvent": ("memberMilestoneChatDetails", "userComment"),
}


def chat_message(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """One liveChatMessages item. Raises MappingError no_post, no_time, bad_id …"""
    snippet = node(item, "snippet")
    kind = string(snippet, "type")
    if kind is None:
        raise MappingError("bad_shape", "snippet.type is missing")
    if kind in ("tombstone", "messageDeletedEvent", "messageRetractedEvent"):
        return _deleted(item, snippet, envelope)
    text = _text(kind, snippet)
    if text is None:
        return NOTICE
    details = node(item, "authorDetails")
    channel = identifier(snippet, "authorChannelId") or identifier(details, "channelId")
    name = string(details, "displayName")
    record = drafts.mention(
        envelope,
        id=envelope.id("chat", required_identifier(item)),
        kind="chat",
        post_id=envelope.post_id,
        conversation_id=envelope.post_id,
        parent_id=envelope.post_id,
        text=text,
        author=drafts.author(channel, name if name and name.startswith("@") else None, name),
        published_at=envelope.time(snippet.get("publishedAt"), "publishedAt"),
    )
    return Mapped(Outcome.MENTION, record)


def _text(kind: str, snippet: dict[str, Any]) -> str | None:
    if kind not in _WRITTEN:
        return None
    container, field = _WRITTEN[kind]
    text = string(node(snippet, container), field)
    if text is None and kind == "textMessageEvent":
        text = string(snippet, "displayMessage")
    return text or None


def _deleted(item: dict[str, Any], snippet: dict[str, Any], envelope: Envelope) -> Mapped:
    named = node(snippet, "messageDeletedDetails") or node(snippet, "messageRetractedDetails")
    gone = identifier(named, "deletedMessageId") or identifier(named, "retractedMessageId")
    return drafts.deletion(
        envelope,
        id=envelope.id("chat", gone or required_identifier(item)),
        post_id=envelope.post_id,
        conversation_id=envelope.post_id,
        reason="platform_deleted",
        deleted_at=envelope.time(snippet.get("publishedAt"), "publishedAt") if gone else None,
    )
