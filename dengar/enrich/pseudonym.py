"""Pseudonyms: keyed BLAKE2b of the platform's account id, apart per platform. Without the key nobody is found again.

A pseudonym is made of the id where it is known, else of the handle; the two of one person cannot be joined.
"""

from __future__ import annotations

import base64
import hashlib

from dengar.records import PREFIX

MINIMUM_KEY = 16


def pseudonym(key: bytes, platform: str, account_id: str | None, handle: str | None) -> str | None:
    """`yt~<26 characters>` or `ig~…`; None where neither id nor handle is known. Raises ValueError for a key under 16 bytes."""
    if len(key) < MINIMUM_KEY:
        raise ValueError("Set DENGAR_PSEUDONYM_KEY to at least 16 characters.")
    if account_id:
        named = f"{platform}\0id\0{account_id}"
    elif handle:
        named = f"{platform}\0handle\0{handle.removeprefix('@').casefold()}"
    else:
        return None
    bounded = key if len(key) <= hashlib.blake2b.MAX_KEY_SIZE else hashlib.blake2b(key).digest()
    digest = hashlib.blake2b(named.encode("utf-8", "replace"), digest_size=16, key=bounded).digest()
    return f"{PREFIX[platform]}~{base64.b32encode(digest).decode().rstrip('=').lower()}"
