"""Hashtags, @mentions, links and their domains of a text that is masked already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

MASKED_ACCOUNT = "@[akun]"

_TLD = "com|id|net|org|info|me|ly|co|io|xyz|site|online|link|top|vip|shop|club|tv|app|dev|be"
_LINK = re.compile(rf"https?://\S+|(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:{_TLD})(?![\w-])(?:[/?]\S*)?", re.IGNORECASE)
_HASHTAG = re.compile(r"(?<![\w&/#＃])[#＃]([\w\u200c\u200d]+)")
_ACCOUNT = re.compile(r"(?<![\w@＠.])[@＠]([A-Za-z0-9_][A-Za-z0-9_.-]{0,49})")
_TRAILING = ".,;:!?\"'”’…)>]}*~"


def _distinct(values: Iterable[str], limit: int) -> list[str]:
    return list(dict.fromkeys(values))[:limit]


def _link_spans(text: str) -> list[re.Match[str]]:
    return list(_LINK.finditer(text)) if "." in text or "://" in text else []


def hashtags(text: str) -> list[str]:
    """Distinct hashtags in order of appearance, case-folded, without #; not those inside links, not bare numbers."""
    if "#" not in text and "＃" not in text:
        return []
    outside = _LINK.sub(" ", text)
    tags = (unicodedata.normalize("NFKC", m[1]).casefold().strip("\u200c\u200d") for m in _HASHTAG.finditer(outside))
    return _distinct((tag for tag in tags if len(tag) <= 150 and any(c.isalpha() for c in tag)), 200)


def links(text: str) -> tuple[list[str], list[str]]:
    """(distinct addresses without query, fragment and credentials; distinct host names in lower case)."""
    addresses, hosts = [], []
    for match in _link_spans(text):
        # A closing bracket belongs to the address only where it closes a placeholder.
        written = match[0].rstrip(_TRAILING)
        if match[0][len(written) :].startswith("]") and written.rpartition("[")[2].isupper():
            written += "]"
        scheme, separator, rest = written.rpartition("://")
        try:
            parts = urlsplit(f"//{rest}")
            host = (parts.hostname or "").lower()
        except ValueError:
            continue  # brackets in the host: not an address anyone can open
        address = f"{scheme.lower()}{separator}{parts.netloc.rpartition('@')[2].lower()}{parts.path}"
        if not host or len(host) > 253 or len(address) > 2048:
            continue
        addresses.append(address)
        hosts.append(host)
    return _distinct(addresses, 100), _distinct(hosts, 100)


def replace_accounts(text: str, named: Callable[[str], str | None]) -> tuple[str, list[str]]:
    """(text with private accounts written `@[akun]`, handles in order of appearance).

    `named(handle)` is the name a registered handle is shown by, None for everybody else.
    """
    if "@" not in text and "＠" not in text:
        return text, []
    handles: list[str] = []

    def shown(match: re.Match[str]) -> str:
        handle = match[1].rstrip(".-")
        tail = match[1][len(handle) :]
        handles.append(handle)
        name = named(handle)
        return (MASKED_ACCOUNT if name is None else f"@{name}") + tail

    return _ACCOUNT.sub(shown, text), _distinct(handles, 200)
