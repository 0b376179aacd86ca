"""From an answer of the Graph API or a webhook to raw items. Objects carry no type: the call says what they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dengar.records import content_hash
from listeners.context import Context
from listeners.item import RawItem


def rows(body: Any) -> list[dict[str, Any]]:
    """The objects of an edge (`data`), without what is no object or has no id."""
    data = body.get("data") if isinstance(body, dict) else None
    return [row for row in data or () if isinstance(row, dict) and row.get("id")] if isinstance(data, list) else []


def media(row: Mapping[str, Any], context: Context, *, story: bool = False) -> list[RawItem]:
    """A media object: a post or a story. Counters are part of its version, for they are metrics."""
    subject = f"ig:media:{row['id']}"
    owner = row.get("owner")
    account = owner.get("id") if isinstance(owner, dict) else context.account
    kind = "story" if story or row.get("media_product_type") == "STORY" else "media"
    seen = {name: value for name, value in row.items() if name not in ("media_url", "thumbnail_url", "comments")}
    return [context.item("instagram", kind, subject, content_hash(seen), row, post_id=subject, account=account)]


def comment(row: Mapping[str, Any], context: Context) -> list[RawItem]:
    """A comment and its nested replies, each on its own. A changed like count alone does not make one new."""
    identity = str(row["id"])
    parent = row.get("parent_id") or (context.parent_id or "").rpartition(":")[2] or None
    medium = row.get("media")
    post = f"ig:media:{medium['id']}" if isinstance(medium, dict) and medium.get("id") else context.post_id
    version = content_hash([row.get("text"), row.get("timestamp"), row.get("hidden"), parent, post])
    own = context.within(
        post_id=post,
        parent_id=f"ig:comment:{parent}" if parent else None,
        conversation_id=f"ig:comment:{parent or identity}",
    )
    items = [own.item("instagram", "comment", f"ig:comment:{identity}", version, row)]
    thread = f"ig:comment:{parent or identity}"
    nested = context.within(post_id=post, parent_id=f"ig:comment:{identity}", conversation_id=thread)
    for reply in rows(row.get("replies")):
        items += comment(reply, nested)
    return items


def user(row: Mapping[str, Any], context: Context) -> list[RawItem]:
    """An account, own or discovered; its media, where they came along, are published by their own call."""
    plain = {name: value for name, value in row.items() if name not in ("profile_picture_url", "media")}
    payload = {name: value for name, value in row.items() if name != "media"}
    return [context.item("instagram", "user", f"ig:user:{row['id']}", content_hash(plain), payload, account=row["id"])]


def insights(kind: str, payload: Mapping[str, Any], context: Context) -> list[RawItem]:
    """A set of insights `{"id", "data"}`; `kind` is media_insights or account_insights."""
    object_type = "media" if kind == "media_insights" else "user"
    subject = f"ig:{object_type}:{payload['id']}"
    post = subject if object_type == "media" else None
    return [context.item("instagram", kind, subject, None, payload, post_id=post)]


def gone(kind: str, identity: str, context: Context) -> RawItem:
    """What the listener writes when a media or comment was looked up by its id and is not there any more."""
    payload = {"id": identity, "kind": f"instagram#{kind}", "reason": "not_found"}
    return context.item("instagram", "gone", f"ig:{kind}:{identity}", None, payload)
