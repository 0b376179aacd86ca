"""A turn: what the desk keeps of one mention of a conversation, without its text. Two turns of one mention merge in any order.

A turn is plain JSON (schemas/response, `turns`). What the newest version of the mention says and what deletions say are kept apart, so
that a deletion may come before, after or between the versions of its mention: `merge` is commutative, associative and idempotent. Of what
is deleted there stay the times, who spoke (role) and what was asked, which the clocks need; after an erasure, and at the end of retention
where policy keeps no clocks, not even these.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import orjson

from dengar.policy import load_policy
from dengar.policy.rules import PROFILES
from dengar.responses.answer import copy_of, flags_of

Turn = dict[str, Any]

PUBLIC = frozenset({"public", "unknown"})

_OF_PEOPLE = ("key", "signature", "copy", "sentiment", "programmes", "places", "complete")
"""What is about the person or the text: it goes with the deletion."""
_FACTS: Turn = {
    "version": 0,
    "at": None,
    "kind": None,
    "role": None,
    "key": None,
    "asks": None,
    "intent": None,
    "category": None,
    "urgency": None,
    "sentiment": None,
    "complete": None,
    "programmes": [],
    "places": [],
    "signature": None,
    "weight": None,
    "copy": None,
    "flags": [],
}
_STAYS = tuple(name for name in _FACTS if name not in _OF_PEOPLE)
_GONE: Turn = {"gone": None, "gone_at": None, "gone_reason": None, "forgotten": None}


def conversation_of(record: dict[str, Any]) -> str | None:
    """Id of the conversation a mention belongs to; None where it belongs to none, or (a deletion) does not say.

    A comment thread, a DM thread, a public post, or one message of a live chat: a chat has no threads, and an answer in it names nobody
    that could be joined to an author.
    """
    if record.get("kind") == "chat":
        return str(record["id"])
    found: str | None = record.get("conversation_id")
    if record["deleted"] and found == record["post_id"] and found != record["id"]:
        # The deletion of a comment or chat line told no thread but the post; only a direct message lies in a thread that is its post.
        return found if record["id"].split(":", 2)[1] == "message" else None
    return found


def takes_part(record: dict[str, Any]) -> bool:
    """Whether a mention can ask or answer: not a post of the registers, nor their line in a live chat, which answers nobody."""
    if record["deleted"]:
        return True
    return record["author"]["role"] in PUBLIC or record["kind"] not in ("post", "chat")


def turn_of(record: dict[str, Any]) -> Turn:
    """The turn of a record of topic `mentions`: a mention, or a deletion."""
    if record["deleted"]:
        return _deleted(record)
    role = record["author"]["role"]
    engagement = record.get("engagement") or {}
    entities = record.get("entities") or []
    answers = role == "official"
    complaint = record.get("complaint")
    return {
        "id": record["id"],
        **_FACTS,
        "version": record["version"],
        "at": record["published_at"],
        "kind": record["kind"],
        "role": role,
        "key": record["author"].get("key"),
        "asks": record.get("actionable"),
        "intent": _label(record, "intent"),
        "category": _label(record, "category"),
        "urgency": _label(record, "urgency"),
        "sentiment": _label(record, "sentiment"),
        "complete": None if complaint is None else complaint["complete"],
        "programmes": _codes(entities, "programme"),
        "places": _codes(entities, "place"),
        "signature": record.get("signature"),
        "weight": _weight(engagement),
        "copy": copy_of(record["text"]) if answers else None,
        "flags": list(flags_of(record["text"], public=record["kind"] != "dm")) if answers else [],
        **_GONE,
    }


def _deleted(record: dict[str, Any]) -> Turn:
    version, reason = record["version"], record["reason"]
    forgets = reason == "erasure" or (reason == "retention" and _clocks_expire(record["platform"]))
    gone = {"gone": version, "gone_at": record["deleted_at"] or record["observed_at"], "gone_reason": reason}
    return {"id": record["id"], **_FACTS, **gone, "forgotten": version if forgets else None}


@cache
def _clocks_expire(platform: str) -> bool:
    return load_policy(PROFILES[0]).keep(platform, "clock.first_response") is not None  # the same under every profile


def merge(one: Turn | None, other: Turn) -> Turn:
    """What both say of one mention: the newest version of it, the newest deletion of it."""
    if one is None:
        return _settled(other)
    facts = max(one, other, key=lambda turn: (turn["version"], _rest(turn, _STAYS), _rest(turn, _OF_PEOPLE)))
    gone = max(one, other, key=lambda turn: (turn["gone"] or -1, _rest(turn, ("gone_at", "gone_reason"))))
    forgotten = max((turn["forgotten"] for turn in (one, other) if turn["forgotten"] is not None), default=None)
    whole = {"id": one["id"]} | {name: facts[name] for name in _FACTS} | {name: gone[name] for name in _GONE}
    return _settled({**whole, "forgotten": forgotten})


def is_gone(turn: Turn) -> bool:
    """Whether the mention is deleted now: no version of it is newer than its deletion."""
    return turn["gone"] is not None and turn["version"] <= turn["gone"]


def is_known(turn: Turn) -> bool:
    """Whether anything but a deletion was ever told, and may still be kept."""
    return turn["at"] is not None


def _settled(turn: Turn) -> Turn:
    if turn["forgotten"] is not None and turn["version"] <= turn["forgotten"]:
        return {**turn, **_FACTS}
    if is_gone(turn):
        return {**turn, **{name: _FACTS[name] for name in _OF_PEOPLE}}
    return turn


def _rest(turn: Turn, names: Iterable[str]) -> bytes:
    """Settles ties the same way for everybody: of equal versions, the text that sorts last."""
    return orjson.dumps({name: turn[name] for name in names}, option=orjson.OPT_SORT_KEYS)


def _label(record: dict[str, Any], field: str) -> str | None:
    judged = record.get(field)
    return None if judged is None else judged["label"]


def _codes(entities: list[dict[str, Any]], kind: str) -> list[str]:
    codes = [one["code"] for one in entities if one["type"] == kind and one.get("code")]
    return list(dict.fromkeys(codes))[:5]


def _weight(engagement: dict[str, Any]) -> int | None:
    told = [engagement[name] for name in ("likes", "replies") if engagement.get(name) is not None]
    return sum(told) if told else None
