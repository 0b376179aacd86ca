"""Join a pseudonym back: whose is it? The raw topics hold accounts for as long as they keep them; without the key nobody can ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from dengar.enrich.pseudonym import KeyRing
from dengar.events import EventError, read_event
from dengar.log import Log, OffsetRange
from dengar.mapping import MappingError, map_event
from dengar.records import PREFIX
from dengar.topics import RAW_TOPICS

FORM = re.compile(r"(yt|ig)~[a-z2-7]{26}")
_PLATFORM = {prefix: platform for platform, prefix in PREFIX.items()}


class Account(NamedTuple):
    """An account as the platform names it."""

    platform: str
    id: str | None
    handle: str | None


def account_of(
    log: Log, keys: KeyRing, pseudonym: str, told: Callable[[int], None] = lambda read: None
) -> Account | None:
    """The account behind a pseudonym of any period, None where no raw record names it any more. Raises LogError.

    `told` is given the number of records read, now and then.
    """
    platform = _PLATFORM[pseudonym[:2]]
    seen: set[Account] = set()
    for count, account in enumerate(_authors(log, platform), 1):
        if count % 1_000 == 0:
            told(count)
        if account is None or account in seen:
            continue
        seen.add(account)
        by_handle = keys.every(platform, None, [account.handle]) if account.handle else set()
        if pseudonym in (keys.every(platform, account.id) if account.id else set()) | by_handle:
            return account
    return None


def _authors(log: Log, platform: str) -> Iterator[Account | None]:
    """The author of every raw record of a platform, None where it has none."""
    beginnings = log.beginnings(RAW_TOPICS)
    for partition, end in log.ends(RAW_TOPICS).items():
        for record in log.read(OffsetRange(*partition, beginnings[partition], end)):
            try:
                draft = map_event(read_event(record.headers, record.value), record.position).record or {}
            except (EventError, MappingError):
                yield None
                continue
            author = draft.get("author") or draft.get("account") or {}
            named = draft.get("platform") == platform and (author.get("id") or author.get("handle"))
            yield Account(platform, author.get("id"), author.get("handle")) if named else None
