"""Pushes of Instagram: changes (`{"field", "value"}`) and direct messages (one element of `messaging[]`).

A change only says where to look and is hydrated by a read; story_insights alone carries what cannot be read later.
A direct message is complete in itself. Media of a story mention is not kept: its owner decides how long it is seen.
"""

from __future__ import annotations

from typing import Any

from dengar.mapping import drafts
from dengar.mapping.drafts import NOTICE, Mapped
from dengar.mapping.envelope import Envelope
from dengar.mapping.fields import flag, identifier, items, node, required_identifier, string
from dengar.mapping.instagram_insights import story_insights
from dengar.mapping.reasons import MappingError
from dengar.records import Outcome

_NOTICES = ("comments", "live_comments", "mentions")
_CONTROLS = ("read", "reaction", "postback", "referral", "message_edit", "delivery", "optin")


def change(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """One webhook change. Raises MappingError unknown_field."""
    field, value = string(item, "field"), node(item, "value")
    if field == "story_insights":
        return story_insights(value, envelope)
    if field not in _NOTICES:
        raise MappingError("unknown_field", "the change is of a field that dengar does not know")
    names = ("media_id", "comment_id") if field == "mentions" else ("id", "comment_id")
    if not any(identifier(value, name) for name in names):
        raise MappingError("bad_id", "the change does not name what changed")
    return NOTICE


def message(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """One messaging event. Raises MappingError unknown_message, no_author_context, no_time …"""
    body = node(item, "message")
    if not body:
        if any(control in item for control in _CONTROLS):
            return NOTICE
        raise MappingError("unknown_message", "the messaging event is of a kind that dengar does not know")
    message_id = envelope.id("message", required_identifier(body, "mid"))
    sender = identifier(node(item, "sender"))
    thread = envelope.conversation_id or _thread(item, flag(body, "is_echo"), envelope)
    sent_at = envelope.time(item.get("timestamp"), "timestamp")
    if flag(body, "is_deleted"):
        return drafts.deletion(
            envelope, id=message_id, post_id=thread, conversation_id=thread, reason="unsent", deleted_at=sent_at
        )
    text, attachments = string(body, "text"), items(body, "attachments")
    if not text and not attachments:
        return NOTICE  # unsupported content, or a control without words
    record = drafts.mention(
        envelope,
        id=message_id,
        kind="dm",
        post_id=thread,
        conversation_id=thread,
        parent_id=None,
        text=text or "",
        author=drafts.author(sender),
        published_at=sent_at,
    )
    return Mapped(Outcome.MENTION, record)


def _thread(item: dict[str, Any], echo: bool, envelope: Envelope) -> str:
    sender, recipient = identifier(node(item, "sender")), identifier(node(item, "recipient"))
    if not sender or not recipient:
        raise MappingError("no_author_context", "the message does not tell both sender and recipient")
    own, other = (sender, recipient) if echo else (recipient, sender)
    return envelope.id("thread", f"{own}~{other}")
