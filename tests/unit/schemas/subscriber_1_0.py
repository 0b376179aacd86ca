"""A subscriber as somebody wrote it the day version 1.0 came out. It knows those fields and nothing later: never bring it up to date.

Tolerant as docs/subscriber.md asks: it ignores fields it does not know, takes an unknown word of an enumeration as "other", and expects an
optional field to be absent. Strict in all else: a required field that is missing or of another type is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

PLATFORMS = {"youtube", "instagram"}
KINDS = {"post", "comment", "reply", "chat", "dm"}
FORMATS = {"text", "image", "carousel", "video", "reel", "story", "live"}
ROLES = {"official", "partner", "influencer", "media", "public_figure", "public", "unknown"}
REASONS = {"platform_deleted", "not_found", "unsent", "hidden", "retention", "erasure"}
OBJECTS = {"post", "comment", "story", "account"}
PERIODS = {"lifetime", "day", "week", "days_28"}


@dataclass(frozen=True)
class Mention:
    id: str
    platform: str
    kind: str
    post_format: str | None
    post_id: str
    conversation_id: str
    parent_id: str | None
    permalink: str | None
    title: str | None
    text: str
    language: str | None
    hashtags: tuple[str, ...]
    links: tuple[str, ...]
    masked: int
    author: str | None
    role: str
    handle: str | None
    likes: int | None
    replies: int | None
    published_at: datetime
    edited_at: datetime | None
    observed_at: datetime
    expires_at: datetime
    version: int
    via: str
    backfill: bool
    raw: str


@dataclass(frozen=True)
class Deletion:
    id: str
    post_id: str
    conversation_id: str | None
    reason: str
    deleted_at: datetime | None
    observed_at: datetime
    version: int


@dataclass(frozen=True)
class Metrics:
    id: str
    object_id: str
    object_type: str
    post_id: str | None
    observed_at: datetime
    period: str
    end_time: datetime | None
    values: dict[str, int | None]
    unavailable: dict[str, str]
    version: int


@dataclass(frozen=True)
class Account:
    id: str
    role: str
    handle: str | None
    name: str | None
    created_at: datetime | None
    observed_at: datetime
    version: int


def read(subject: str, record: dict[str, Any]) -> Mention | Deletion | Metrics | Account:
    """Raises KeyError or TypeError for what 1.0 does not allow."""
    return {"mention": _mention, "deletion": _deletion, "metrics": _metrics, "account": _account}[subject](record)


def _mention(record: dict[str, Any]) -> Mention:
    if record["deleted"] is not False:
        raise TypeError("not a mention")
    author, engagement, language = record["author"], record.get("engagement"), record.get("language")
    return Mention(
        id=_is(str, record["id"]),
        platform=_word(record["platform"], PLATFORMS),
        kind=_word(record["kind"], KINDS),
        post_format=_or_null(record.get("post_format"), lambda value: _word(value, FORMATS)),
        post_id=_is(str, record["post_id"]),
        conversation_id=_is(str, record["conversation_id"]),
        parent_id=_or_null(record["parent_id"], _text),
        permalink=_or_null(record.get("permalink"), _text),
        title=_or_null(record.get("title"), _text),
        text=_is(str, record["text"]),
        language=_or_null(language, lambda value: _is(str, value["code"])),
        hashtags=tuple(_is(str, value) for value in record.get("hashtags", [])),
        links=tuple(_is(str, value) for value in record.get("links", [])),
        masked=sum(_is(int, value) for value in record.get("pii", {}).values()),
        author=_or_null(author["key"], _text),
        role=_word(author["role"], ROLES),
        handle=_or_null(author["handle"], _text),
        likes=_or_null(engagement, lambda value: _or_null(value["likes"], _count)),
        replies=_or_null(engagement, lambda value: _or_null(value["replies"], _count)),
        published_at=_time(record["published_at"]),
        edited_at=_or_null(record.get("edited_at"), _time),
        observed_at=_time(record["observed_at"]),
        expires_at=_time(record["expires_at"]),
        version=_count(record["version"]),
        via=_is(str, record["collected"]["via"]),
        backfill=_is(bool, record["collected"]["backfill"]),
        raw=_is(str, record["provenance"]["raw"]),
    )


def _deletion(record: dict[str, Any]) -> Deletion:
    if record["deleted"] is not True:
        raise TypeError("not a deletion")
    return Deletion(
        id=_is(str, record["id"]),
        post_id=_is(str, record["post_id"]),
        conversation_id=_or_null(record["conversation_id"], _text),
        reason=_word(record["reason"], REASONS),
        deleted_at=_or_null(record["deleted_at"], _time),
        observed_at=_time(record["observed_at"]),
        version=_count(record["version"]),
    )


def _metrics(record: dict[str, Any]) -> Metrics:
    return Metrics(
        id=_is(str, record["id"]),
        object_id=_is(str, record["object_id"]),
        object_type=_word(record["object_type"], OBJECTS),
        post_id=_or_null(record["post_id"], _text),
        observed_at=_time(record["observed_at"]),
        period=_word(record["period"], PERIODS),
        end_time=_or_null(record["end_time"], _time),
        values={name: _or_null(value, lambda one: _is(int, one)) for name, value in record["values"].items()},
        unavailable={name: _is(str, why) for name, why in record["unavailable"].items()},
        version=_count(record["version"]),
    )


def _account(record: dict[str, Any]) -> Account:
    return Account(
        id=_is(str, record["id"]),
        role=_word(record["role"], ROLES),
        handle=_or_null(record["handle"], _text),
        name=_or_null(record["name"], _text),
        created_at=_or_null(record.get("created_at"), _time),
        observed_at=_time(record["observed_at"]),
        version=_count(record["version"]),
    )


def _is(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _text(value: Any) -> str:
    return str(_is(str, value))


def _count(value: Any) -> int:
    """A column of 64 bits."""
    number = int(_is(int, value))
    if not 0 <= number < 2**63:
        raise TypeError(f"{number} does not fit")
    return number


def _word(value: Any, known: set[str]) -> str:
    return value if _is(str, value) in known else "other"


def _time(value: Any) -> datetime:
    moment = datetime.fromisoformat(_is(str, value))
    if moment.tzinfo is None:
        raise TypeError(f"{value} has no time zone")
    return moment


def _or_null(value: Any, read: Any) -> Any:
    return None if value is None else read(value)
