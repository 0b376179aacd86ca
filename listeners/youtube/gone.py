"""The record that the listener writes when a video or comment was looked up by its id and is not there any more."""

from __future__ import annotations

from listeners.context import Context
from listeners.item import RawItem


def gone(kind: str, identity: str, context: Context) -> RawItem:
    """`kind` is `video` or `comment`."""
    payload = {"id": identity, "kind": f"youtube#{kind}", "reason": "not_found"}
    return context.item("youtube", "gone", f"yt:{kind}:{identity}", None, payload)
