"""Texts of the platforms: HTML forms made plain, length bounded."""

from __future__ import annotations

import html
import re

MAX_TEXT = 10_000
MAX_TITLE = 1_000

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Only the tags that YouTube's textDisplay uses: a plain "<3" is not a tag.
_TAG = re.compile(r"</?(?:a|b|i|s|u|em|strong|span)(?:\s[^<>]*)?>", re.IGNORECASE)
_LAST_WORDS = 200


def plain(display: str) -> str:
    """Plain text of an HTML `textDisplay`: line breaks kept, tags dropped, entities read."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", display)))


def bounded(text: str, limit: int = MAX_TEXT) -> tuple[str, bool]:
    """(text of at most `limit` characters, whether it was cut).

    Cut at a blank where one is near, so that no half of a number is left behind for the masking to miss.
    """
    if len(text) <= limit:
        return text, False
    head = text[:limit]
    words = re.search(r"\s+\S*\Z", head[-_LAST_WORDS:])
    return (head[: limit - _LAST_WORDS + words.start()] if words else head), True
