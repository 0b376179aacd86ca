"""Pseudonyms: keyed BLAKE2b of the platform's account id, apart per platform. Without the key nobody is found again.

A pseudonym is made of the id where it is known, else of the handle; the two of one person cannot be joined. Keys rotate: the key is that
of the period in which the record was *observed*, which every replay repeats, and a record that is observed again moves on to the new
one. So an old key has no record left once the last one observed in its period has expired, and can be destroyed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from dengar.records import PREFIX

MINIMUM_KEY = 16
STABLE = "stable"
THREAD = "ig:thread:"
_ENTRY = re.compile(r"(stable|\d{4}-\d{2}-\d{2})=(\S+)")


@dataclass(frozen=True)
class KeyRing:
    """The keys of a deployment. `periods`: (first day, UTC; key), oldest first; what is older than the first day goes by the first key.

    `stable` never rotates. It hides what must stay joined as long as anything of it is kept: the person in a DM thread's id, and who was
    erased. Where no `stable` is named, the oldest key is it: keep that one for good then.
    """

    periods: tuple[tuple[date, bytes], ...]
    stable: bytes

    @classmethod
    def read(cls, text: bytes) -> KeyRing:
        """One key for all time, or `2026-01-01=KEY 2026-07-01=KEY stable=KEY`. Raises ValueError: a key under 16 bytes, a bad day."""
        words = text.decode("utf-8", "surrogateescape").split()
        entries = [(match[1], match[2]) for word in words if (match := _ENTRY.fullmatch(word))]
        if not entries or len(entries) != len(words):
            return cls(((date.min, _fit(text)),), _fit(text))
        named = dict(entries)
        if len(named) != len(entries):
            raise ValueError("DENGAR_PSEUDONYM_KEY names a period twice.")
        periods = sorted((date.fromisoformat(day), _fit(key.encode())) for day, key in named.items() if day != STABLE)
        if not periods:
            raise ValueError("DENGAR_PSEUDONYM_KEY names no period: write 2026-01-01=KEY before stable=KEY.")
        return cls(tuple(periods), _fit(named[STABLE].encode()) if STABLE in named else periods[0][1])

    def at(self, observed_at: datetime | None) -> bytes:
        """The key of the period that an observation (aware) lies in; None: the newest."""
        if observed_at is None:
            return self.periods[-1][1]
        place = bisect_right(self.periods, observed_at.astimezone(UTC).date(), key=lambda period: period[0])
        return self.periods[max(0, place - 1)][1]

    def text(self) -> str:
        """As it is kept in a file: the inverse of `read`."""
        if len(self.periods) == 1 and self.periods[0] == (date.min, self.stable):
            return self.stable.decode()
        lines = [f"{day.isoformat()}={key.decode()}" for day, key in self.periods]
        return "\n".join([*lines, f"{STABLE}={self.stable.decode()}"])

    def every(self, platform: str, account_id: str | None, handles: Iterable[str] = ()) -> set[str]:
        """All pseudonyms that an account may have in any period, by its id and by its handles."""
        found = set()
        for key in {self.stable, *(key for _, key in self.periods)}:
            found |= {pseudonym(key, platform, account_id, None), *(pseudonym(key, platform, None, h) for h in handles)}
        return {name for name in found if name is not None}

    def thread(self, conversation_id: str) -> str:
        """`ig:thread:<own account>~<person>` with the person hidden; other ids, and hidden ones, come back as they are."""
        own, _, person = conversation_id.removeprefix(THREAD).partition("~")
        if not conversation_id.startswith(THREAD) or not person or person.startswith("ig~"):
            return conversation_id
        return f"{THREAD}{own}~{pseudonym(self.stable, 'instagram', person, None)}"


def pseudonym(key: bytes, platform: str, account_id: str | None, handle: str | None) -> str | None:
    """`yt~<26 characters>` or `ig~…`; None where neither id nor handle is known. Raises ValueError for a key under 16 bytes."""
    if account_id:
        named = f"{platform}\0id\0{account_id}"
    elif handle:
        named = f"{platform}\0handle\0{handle.removeprefix('@').casefold()}"
    else:
        return None
    fit = _fit(key)
    bounded = fit if len(fit) <= hashlib.blake2b.MAX_KEY_SIZE else hashlib.blake2b(fit).digest()
    digest = hashlib.blake2b(named.encode("utf-8", "replace"), digest_size=16, key=bounded).digest()
    return f"{PREFIX[platform]}~{base64.b32encode(digest).decode().rstrip('=').lower()}"


def _fit(key: bytes) -> bytes:
    if len(key) < MINIMUM_KEY:
        raise ValueError("Set DENGAR_PSEUDONYM_KEY to at least 16 characters.")
    return key
