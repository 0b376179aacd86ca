"""Which campaigns a text belongs to, and which partners and official accounts it names, by the registers.

A hashtag belongs to a campaign where it is one of its own or of the variants that the register lists, one with a year, number or place
put after it (`#senyumlansia2026`), or a typo of one: a Damerau-Levenshtein distance of 1 from 8 letters, 2 from 14. A key phrase counts
as whole words, in the masked text or in the normalised one. A campaign counts from its first day to its last (Asia/Jakarta), with a
fortnight's echo after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from dengar.records import JAKARTA
from dengar.registers import Campaign, Registers

FORMULA = "campaigns/1"
ECHO = timedelta(days=14)
MAX_CACHED = 20_000
_SIGNS = re.compile(r"[\W_]+")
_TAIL = re.compile(r"(?:\d{1,4}|indonesia|id|ri|challenge)\Z")


def _letters(text: str) -> str:
    return _SIGNS.sub("", text.casefold())


def _distance(length: int) -> int:
    return 2 if length >= 14 else 1 if length >= 8 else 0


class CampaignMatcher:
    """The campaigns, partners and official accounts of one set of registers, ready to be looked for."""

    def __init__(self, registers: Registers) -> None:
        self._campaigns = {campaign.id: campaign for campaign in registers.campaigns}
        self._tags: dict[str, set[str]] = {}
        phrases: dict[str, set[str]] = {}
        for campaign in registers.campaigns:
            for tag in (*campaign.hashtags, *campaign.variants):
                self._tags.setdefault(_letters(tag), set()).add(campaign.id)
            for phrase in campaign.phrases:
                phrases.setdefault(" ".join(phrase.casefold().split()), set()).add(campaign.id)
        self._phrases = phrases
        self._pattern = _any(phrases)
        self._names = {" ".join(partner.name.casefold().split()): partner.id for partner in registers.partners}
        self._name_pattern = _any(self._names)
        self._registers = registers
        self._known: dict[str, frozenset[str]] = {}

    def campaigns(
        self, hashtags: Iterable[str], text: str, normalised: str, published_at: datetime | None = None
    ) -> list[str]:
        """Ids of the campaigns of a text, in order; without a time of publication (aware) the periods don't matter."""
        found: set[str] = set()
        for tag in hashtags:
            found |= self._of_tag(_letters(tag))
        if self._pattern is not None:
            for said in (text, normalised) if normalised != text else (text,):
                for match in self._pattern.finditer(" ".join(said.casefold().split())):
                    found |= self._phrases[match[0]]
        return sorted(name for name in found if _running(self._campaigns[name], published_at))

    def partners(self, platform: str, handles: Iterable[str], text: str) -> list[str]:
        """Ids of the partners a text @mentions on a platform or names, in order."""
        accounts = (self._registers.lookup(platform, None, handle) for handle in handles)
        found = {account.partner for account in accounts if account is not None and account.partner is not None}
        if self._name_pattern is not None:
            said = " ".join(text.casefold().split())
            found |= {self._names[match[0]] for match in self._name_pattern.finditer(said)}
        return sorted(found)

    def official_accounts(self, platform: str, handles: Iterable[str]) -> list[str]:
        """Handles of our own accounts among the @mentioned ones, each once, as the register writes them."""
        accounts = (self._registers.lookup(platform, None, handle) for handle in handles)
        return list(dict.fromkeys(one.handle for one in accounts if one is not None and one.role == "official"))

    def _of_tag(self, tag: str) -> frozenset[str]:
        known = self._known.get(tag)
        if known is None:
            if len(self._known) >= MAX_CACHED:
                self._known.clear()
            known = self._known[tag] = frozenset(self._search(tag))
        return known

    def _search(self, tag: str) -> set[str]:
        from rapidfuzz.distance import OSA

        for variant in dict.fromkeys((tag, _TAIL.sub("", tag))):
            if variant in self._tags:
                return self._tags[variant]
        nearest: set[str] = set()
        best = 3
        for known, names in self._tags.items():
            most = _distance(min(len(known), len(tag)))
            distance = OSA.distance(known, tag, score_cutoff=most)
            if distance <= most and distance <= best:
                nearest = names if distance < best else nearest | names
                best = distance
        return nearest


def _any(phrases: Iterable[str]) -> re.Pattern[str] | None:
    written = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, written))})(?!\w)") if written else None


def _running(campaign: Campaign, published_at: datetime | None) -> bool:
    if published_at is None:
        return True
    day = published_at.astimezone(JAKARTA).date()
    return (campaign.start is None or campaign.start <= day) and (campaign.end is None or day <= campaign.end + ECHO)


def campaigns(
    registers: Registers, hashtags: Sequence[str], text: str, normalised: str, published_at: datetime | None = None
) -> list[str]:
    """Ids of the campaigns of one text; for many texts keep a CampaignMatcher."""
    return CampaignMatcher(registers).campaigns(hashtags, text, normalised, published_at)
