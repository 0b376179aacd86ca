"""Page tokens: a walk keeps the moment at which it began, so that new items do not shift its pages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from zlib import crc32

from dengar.records import milliseconds, moment
from sandbox.youtube.errors import bad

T = TypeVar("T")


def encode(began: datetime, offset: int, scope: str) -> str:
    """An opaque token; `scope` names the listing that it belongs to."""
    text = f"{milliseconds(began)}.{offset}.{crc32(scope.encode())}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(token: str, scope: str) -> tuple[datetime, int]:
    """(began, offset). Raises YouTubeError invalidPageToken if the token is not one of this listing."""
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        began, offset, check = text.split(".")
        if int(check) != crc32(scope.encode()):
            raise ValueError
        return moment(int(began)).astimezone(UTC), int(offset)
    except (ValueError, UnicodeDecodeError) as error:
        raise bad("invalidPageToken", "The request specifies an invalid page token.") from error


def page(
    listing: Callable[[datetime], Sequence[T]],
    now: datetime,
    token: str | None,
    size: int,
    scope: str,
    *,
    repeated: int = 0,
) -> tuple[Sequence[T], str | None, int]:
    """(items of this page, next token or None, total). `listing(began)` gives the whole list as of the walk's first page.

    `repeated`: how many of the last items of a page the next one shows again; fewer than `size`.
    """
    began, offset = decode(token, scope) if token else (now, 0)
    everything = listing(began)
    following = offset + size
    return (
        everything[offset:following],
        encode(began, following - min(repeated, max(size - 1, 0)), scope) if following < len(everything) else None,
        len(everything),
    )
