"""A webhook body, one item a change or message. Both envelopes: `changes`/`messaging` lists, and field/value right in the entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from listeners.context import Context, request
from listeners.item import RawItem


def is_envelope(body: Any) -> bool:
    """Whether a JSON value looks like a webhook body."""
    return any(isinstance(one, dict) and isinstance(one.get("entry"), list) for one in _envelopes(body))


def split(body: Any, via: str = "instagram.webhook") -> list[RawItem]:
    """Items of a webhook body, all of them: Meta sends up to 1,000. What has no shape we know yields nothing."""
    found: list[RawItem] = []
    for envelope in _envelopes(body):
        entries = envelope.get("entry") if isinstance(envelope, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                found += _entry(entry, via)
    return found


def change(row: Mapping[str, Any], context: Context) -> RawItem:
    """One change `{"field", "value"}`."""
    value = row.get("value")
    value = value if isinstance(value, dict) else {}
    medium = value.get("media")
    media_id = (medium.get("id") if isinstance(medium, dict) else None) or value.get("media_id")
    comment_id = value.get("comment_id") or (
        value.get("id") if row.get("field") in ("comments", "live_comments") else None
    )
    post = f"ig:media:{media_id}" if media_id else None
    subject = f"ig:comment:{comment_id}" if comment_id else post or f"ig:webhook:{row.get('field')}"
    payload = {"field": row.get("field"), "value": row.get("value")}
    return context.item("instagram", "webhook_change", subject, None, payload, post_id=post)


def message(row: Mapping[str, Any], context: Context) -> RawItem:
    """One element of `messaging[]`."""
    body = _object(row, "message")
    sender, recipient = _object(row, "sender").get("id"), _object(row, "recipient").get("id")
    own, other = (sender, recipient) if body.get("is_echo") else (recipient, sender)
    thread = f"ig:thread:{own}~{other}" if own and other else None
    named = body or next(
        (_object(row, name) for name in ("reaction", "read", "postback", "message_edit") if name in row), {}
    )
    identity = named.get("mid") or f"{sender}~{row.get('timestamp')}"
    return context.item(
        "instagram", "message", f"ig:message:{identity}", None, row, post_id=thread, conversation_id=thread,
        account=own if context.account in (None, "0") else context.account,
    )  # fmt: skip


def _entry(entry: Mapping[str, Any], via: str) -> Iterator[RawItem]:
    account = str(entry["id"]) if entry.get("id") else None
    parameters = {name: entry[name] for name in ("id", "time") if isinstance(entry.get(name), str | int)}
    context = Context(request("instagram/webhook", parameters), via, "owned", account)
    for row in _rows(entry, "changes"):
        yield change(row, context)
    if "field" in entry:
        yield change(entry, context)
    for row in (*_rows(entry, "messaging"), *_rows(entry, "standby")):
        yield message(row, context)
    if not entry.keys() & {"changes", "field", "messaging", "standby"} and entry.keys() - {"id", "time"}:
        # A shape that Meta has not documented: kept as it came, for the quarantine to show.
        yield context.item("instagram", "webhook_change", "ig:webhook:unknown", None, dict(entry))


def _rows(entry: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = entry.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _object(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def _envelopes(body: Any) -> list[Any]:
    return body if isinstance(body, list) else [body]
