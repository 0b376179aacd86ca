"""The person who is to be forgotten: everything they may be known by, and what has been found of them so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from dengar.enrich.pseudonym import THREAD, KeyRing, pseudonym
from dengar.records import record_id

_TYPE = {"youtube": "channel", "instagram": "user"}


@dataclass
class Person:
    """`handles` grow while the raw topics are read. `mentions`: id → what a tombstone needs of it, filled by the searches."""

    platform: str
    account: str
    keys: KeyRing
    handles: set[str] = field(default_factory=set)
    mentions: dict[str, dict[str, Any]] = field(default_factory=dict)
    _drawn: tuple[frozenset[str], tuple[bytes, ...], tuple[bytes, ...], re.Pattern[bytes]] = field(
        default=(frozenset({"-"}), (), (), re.compile(b"")), init=False, repr=False
    )

    @property
    def names(self) -> frozenset[str]:
        """What stands for the account in enriched records: pseudonyms of every period, and the key of a registered account."""
        return _names(self.keys, self.platform, self.account, frozenset(self.handles))

    @property
    def stable(self) -> set[str]:
        """The pseudonyms, by id and by handle, that outlive every key."""
        key = self.keys.stable
        by_handle = {pseudonym(key, self.platform, None, handle) for handle in self.handles}
        return {name for name in {pseudonym(key, self.platform, self.account, None), *by_handle} if name}

    @property
    def thread(self) -> str:
        """How thread ids of direct messages with the account end."""
        return "~" + str(pseudonym(self.keys.stable, self.platform, self.account, None))

    def said(self, record: dict[str, Any]) -> bool:
        """Whether a mention is the account's own, or part of a direct exchange with it."""
        author = record.get("author") or {}
        if author.get("key") in self.names:
            return True
        thread = str(record.get("conversation_id") or "")
        return thread.startswith(THREAD) and thread.endswith((self.thread, "~" + self.account))

    def take(self, record: dict[str, Any]) -> None:
        """Remember a mention of theirs, the newest version of it."""
        held = self.mentions.get(record["id"])
        if held is None or record["version"] > held["version"]:
            names = ("id", "platform", "post_id", "conversation_id", "version")
            self.mentions[record["id"]] = {name: record.get(name) for name in names}

    def named_in(self, data: bytes) -> bool:
        """Whether bytes hold the account's id, a handle (as such: behind @ or /, or as a whole JSON string), or one of the names."""
        if self._drawn[0] != self.handles:
            self._drawn = (frozenset(self.handles), *_looked_for(self.account, frozenset(self.handles), self.names))
        _, words, handles, pattern = self._drawn
        # Nearly everything that is searched names somebody else, and plain substrings tell so twenty times faster than the pattern.
        if not any(word in data for word in words):
            if not handles:
                return False
            lowered = data.lower()
            if not any(handle in lowered for handle in handles):
                return False
        return bool(pattern.search(data))

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """What `named_in` looks for."""
        return _looked_for(self.account, frozenset(self.handles), self.names)[2]


@cache
def _names(keys: KeyRing, platform: str, account: str, handles: frozenset[str]) -> frozenset[str]:
    return frozenset({*keys.every(platform, account, handles), record_id(platform, _TYPE[platform], account)})


@cache
def _looked_for(
    account: str, handles: frozenset[str], names: frozenset[str]
) -> tuple[tuple[bytes, ...], tuple[bytes, ...], re.Pattern[bytes]]:
    """(ids and names, handles in lower case, the pattern that decides)."""
    words = sorted({account, *names})
    ids = "|".join(re.escape(word) for word in words)
    parts = [rf"(?<![A-Za-z0-9_-])(?:{ids})(?![A-Za-z0-9_-])"]
    if handles:
        them = "|".join(re.escape(handle) for handle in sorted(handles))
        parts += [rf"(?i:[@/](?:{them})(?![A-Za-z0-9_.]))", rf"(?i:[\"']@?(?:{them})[\"'])"]
    lowered = tuple(handle.lower().encode() for handle in sorted(handles))
    return tuple(word.encode() for word in words), lowered, re.compile("|".join(parts).encode())
