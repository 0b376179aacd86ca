"""Hoax watch: families of near copies that look like a lure or repeat a known false claim, joined by the links they share.

A signal for an analyst, never a verdict: suspicion comes from the signs of dengar.enrich.scam, the intent head, and the claims list.
Phone numbers are masked before the enriched topic, so their reuse cannot be seen here; links are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dengar.enrich.scam import official
from dengar.trends.claims import Claim, match
from dengar.trends.families import Family
from dengar.trends.heard import Heard, content_words

LEAST_COPIES, LEAST_AUTHORS, SUSPECT_SHARE = 4, 3, 0.5
CALM_FOR = timedelta(hours=6)
MOST_ACTIVE, MOST_FAMILIES = 100, 32
_DENIES = re.compile(
    r"\b(?:hoaks?|hoax|bohong|tidak benar|bukan (?:dari )?(?:kami|resmi|program)|palsu|penipuan|waspada|hati hati|disinformasi"
    r"|jangan percaya)\b"
)
_ASSURES = re.compile(r"\b(?:bukan|tidak|no|anti) (?:hoaks?|hoax|penipuan|bohong|palsu)\b")
_CHAIN = re.compile(r"\b(?:tautan|link|pesan berantai|formulir|situs)\b")


def denies(text: str) -> bool:
    """Whether a text warns of a lure or denies a claim. "Bukan hoaks" is what a hoax says of itself."""
    return bool(_DENIES.search(_ASSURES.sub(" ", text.lower().replace("-", " "))))


@dataclass
class Hoax:
    """One hoax: the families that share its link or claim. `since` counts what came after the official clarification."""

    key: str
    families: dict[int, Family] = field(default_factory=dict)
    claim: str | None = None
    detected_at: datetime | None = None
    clarified_at: datetime | None = None
    clarification: str | None = None
    copies_since: int = 0
    denials_since: int = 0
    hours: dict[datetime, int] = field(default_factory=dict)
    """Copies by hour, the last week's."""
    ended: bool = False

    @property
    def first(self) -> tuple[datetime, str, str, str]:
        """Origin: time, mention, post, platform."""
        return min(family.first for family in self.families.values())

    @property
    def last_at(self) -> datetime:
        """Latest copy."""
        return max(family.last_at for family in self.families.values())

    @property
    def copies(self) -> int:
        """All copies."""
        return sum(family.copies for family in self.families.values())

    @property
    def authors(self) -> set[str]:
        """Distinct authors known."""
        return set().union(*(family.authors for family in self.families.values()))

    @property
    def domains(self) -> list[str]:
        """Unofficial domains of its copies, most used first."""
        counts: dict[str, int] = {}
        for family in self.families.values():
            for domain, number in family.domains.items():
                if not official(domain):
                    counts[domain] = counts.get(domain, 0) + number
        return sorted(counts, key=lambda domain: (-counts[domain], domain))


class HoaxWatch:
    """Looks at the family of each mention as it grows. `active`: key → hoax."""

    def __init__(self, claims: Sequence[Claim] = ()) -> None:
        self.claims = tuple(claims)
        self.active: dict[str, Hoax] = {}

    def look(self, one: Heard, family: Family | None) -> Hoax | None:
        """The hoax that this mention begins or carries on; None where it does neither."""
        if one.role == "official":
            self._clarified(one)
            return None
        if denies(one.text):
            for hoax in self.active.values():
                hoax.denials_since += hoax.clarified_at is not None
        if family is None:
            return None
        known = next((hoax for hoax in self.active.values() if family.number in hoax.families), None)
        if known is None:
            known = self._begun(one, family)
        if known is None:
            return None
        hour = one.at.replace(minute=0, second=0, microsecond=0)
        known.hours[hour] = known.hours.get(hour, 0) + 1
        while len(known.hours) > 168:
            known.hours.pop(min(known.hours))
        known.copies_since += known.clarified_at is not None
        return known

    def ended(self, moment: datetime) -> list[Hoax]:
        """Hoaxes without a copy for six hours, let go."""
        gone = [key for key, hoax in self.active.items() if moment - hoax.last_at > CALM_FOR]
        for key in gone:
            self.active[key].ended = True
        return [self.active.pop(key) for key in gone]

    def _begun(self, one: Heard, family: Family) -> Hoax | None:
        if denies(family.text):
            return None
        told = [domain for domain, number in family.domains.items() if 2 * number >= family.copies]
        links = [f"domain:{domain}" for domain in sorted(told) if not official(domain)]
        if reused := next((self.active[link] for link in links if link in self.active), None):
            return self._joined(reused, family)  # the link of a hoax is told again: no sign of its own is asked for
        if family.copies < LEAST_COPIES or len(family.authors) < LEAST_AUTHORS or 2 * family.ads > family.copies:
            return None
        claim = match(family.text, self.claims) if one.suspect is not None else None
        suspicious = family.judged > 0 and family.suspects >= SUSPECT_SHARE * family.judged
        if not suspicious and claim is None:
            return None
        key = links[0] if links else f"claim:{claim.id}" if claim else f"family:{family.first[1]}"
        hoax = self.active.get(key)
        if hoax is None:
            if len(self.active) >= MOST_ACTIVE:
                return None
            hoax = self.active[key] = Hoax(key, detected_at=one.at)
            hoax.hours[one.at.replace(minute=0, second=0, microsecond=0)] = family.copies - 1
        hoax.claim = hoax.claim or (claim.id if claim else None)
        return self._joined(hoax, family)

    def _joined(self, hoax: Hoax, family: Family) -> Hoax | None:
        if len(hoax.families) >= MOST_FAMILIES:
            return None
        hoax.families[family.number] = family
        return hoax

    def _clarified(self, one: Heard) -> None:
        """An official denial clears every hoax whose link, claim or words it names."""
        if not denies(one.text):
            return
        words = {word for word in content_words(one.text) if word}
        for hoax in self.active.values():
            if hoax.clarified_at is not None:
                continue
            told = {word for family in hoax.families.values() for word in content_words(family.text) if word}
            named = set(one.domains) & set(hoax.domains)
            if named or len(words & told) >= 3 or (hoax.domains and _CHAIN.search(one.text)):
                hoax.clarified_at, hoax.clarification = one.at, one.id
