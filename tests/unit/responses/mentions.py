"""Mentions and deletions as topic `mentions` has them, made by hand for the tests of the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dengar.policy import load_policy
from dengar.records import deletion_version, pack_version, timestamp
from dengar.responses.classes import classes
from dengar.responses.record import Desk
from dengar.responses.routing import routing
from dengar.responses.worktime import working_time


def a_desk(profile: str = "sandbox") -> Desk:
    """The shipped promises, hours and routing."""
    return Desk(classes(), working_time(), routing(), load_policy(profile))


def label(value: str | None) -> dict[str, Any] | None:
    return None if value is None else {"label": value, "score": 0.9, "uncertain": False, "origin": "model"}


def mention(
    identity: str,
    at: datetime,
    *,
    role: str = "public",
    key: str = "ig~anna",
    thread: str | None = None,
    kind: str | None = None,
    post: str = "ig:media:1",
    platform: str = "instagram",
    asks: bool | None = None,
    intent: str | None = None,
    category: str | None = None,
    urgency: str | None = None,
    sentiment: str | None = None,
    text: str = "teks",
    observed: datetime | None = None,
    label_revision: int = 0,
    signature: str | None = None,
) -> dict[str, Any]:
    seen = observed or at + timedelta(minutes=1)
    return {
        "id": identity,
        "platform": platform,
        "kind": kind or ("reply" if thread else "comment"),
        "post_id": post,
        "conversation_id": thread or identity,
        "author": {"role": role, "key": key},
        "text": text,
        "published_at": timestamp(at),
        "observed_at": timestamp(seen),
        "version": pack_version(seen, label_revision=label_revision),
        "label_revision": label_revision,
        "deleted": False,
        "actionable": asks,
        "intent": label(intent or ("complaint" if asks else None)),
        "category": label(category),
        "urgency": label(urgency),
        "sentiment": label(sentiment),
        "complaint": {"complete": True} if asks else None,
        "entities": [],
        "signature": signature,
        "engagement": {"likes": 2, "replies": 1},
    }


def deletion(
    identity: str,
    seen: datetime,
    *,
    at: datetime | None = None,
    thread: str | None = None,
    post: str = "ig:media:1",
    platform: str = "instagram",
    reason: str = "platform_deleted",
) -> dict[str, Any]:
    return {
        "id": identity,
        "platform": platform,
        "post_id": post,
        "conversation_id": thread,
        "deleted": True,
        "reason": reason,
        "deleted_at": timestamp(at) if at else None,
        "observed_at": timestamp(seen),
        "version": deletion_version(seen),
    }
