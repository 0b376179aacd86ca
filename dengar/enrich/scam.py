"""Signs of a lure for data or money, by rules on a masked text: signals that add up, never a verdict.

A lure brings together a *bait* (aid, money, a prize) and a *hook* (a form to fill, data to send, a fee to pay, a link outside
the government's domains, a number to write to, "forward this"). Who warns of lures, denies them, asks whether one is true, or
tells how he was cheated uses the same words, and is not suspected. An unofficial link beside aid words alone is a sign, not a
suspicion: newspapers link too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from dengar.enrich.scam_rules import AMOUNT, ANY, BAIT, HOOKS, SHORT, TRUSTED, TRUSTED_ENDINGS, WARNS

FORMULA = "scam/1"
SUSPECTED = 3


class Sign(NamedTuple):
    """One sign: its code, and start and end in the text it was found in (-1, -1 for a link given apart)."""

    code: str
    start: int
    end: int


class Scam(NamedTuple):
    """`suspected` where enough signs come together; `signs` in order of the text; `reasons` their codes, each once."""

    suspected: bool
    signs: tuple[Sign, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes of the signs, each once, in the order they were found."""
        return tuple(dict.fromkeys(sign.code for sign in self.signs))


_ADDRESS = re.compile(
    (
        r"https?://[^\s<>\"')\]]+|\b(?:www\.)?[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,4}\.(?:id|com|net|org|xyz|top"
        r"|site|online|info|live|click|shop|vip|link|club|ly|me|gl|app|example|co)\b(?:/[^\s<>\"')\]]*)?"
    ),
)
_HOOK_PATTERNS = {code: (weight, re.compile(pattern)) for code, (weight, pattern) in HOOKS.items()}
_BAIT, _AMOUNT, _WARNS = re.compile(BAIT), re.compile(AMOUNT), re.compile(WARNS)
# A cheap look before the costly ones.
_ANY = re.compile(ANY)


def scam(text: str, links: Sequence[str] = ()) -> Scam:
    """Judge a masked text (or its normalised form) and links told apart from it (domains or addresses)."""
    lowered = _lowered(text)
    if not links and not _ANY.search(lowered):
        return Scam(False, ())
    lowered = lowered.replace("[telepon]", "[TELEPON]")
    found: list[Sign] = []
    score = 0
    for code, (weight, pattern) in _HOOK_PATTERNS.items():
        match = pattern.search(lowered)
        if match:
            found.append(Sign(code, match.start(), match.end()))
            score += weight
    bait = _BAIT.search(lowered)
    for sign in _addresses(lowered, links):
        if bait or found:
            found.append(sign)
            score += 1
            break
    amount = _too_good(lowered)
    if amount and (found or "bagi" in lowered):
        found.append(amount)
        score += 1
    if not found or not (bait or amount):
        return Scam(False, ())
    if _WARNS.search(lowered):
        return Scam(False, ())
    hooked = any(
        sign.code not in ("unofficial_link", "short_link", "too_good", "hurry", "private_contact", "pay_first")
        for sign in found
    )
    return Scam(hooked and score >= SUSPECTED, tuple(sorted(found, key=lambda sign: sign.start)))


def judge(masked: Sequence[str], normalised: Sequence[str], links: Sequence[Sequence[str]] | None = None) -> list[Scam]:
    """Judgements of a batch. Signs found in the masked text count; where it shows none, those of the normalised text."""
    told = links if links is not None else [()] * len(masked)
    found = []
    for text, plain, addresses in zip(masked, normalised, told, strict=True):
        first = scam(text, addresses)
        found.append(first if first.suspected or plain == text else _better(first, scam(plain, addresses)))
    return found


def official(host: str) -> bool:
    """Whether a host is under a domain that only public bodies and schools get, or a well-known platform or newspaper."""
    host = host.lower().removeprefix("www.")
    return host.endswith(TRUSTED_ENDINGS) or host in TRUSTED or any(host.endswith("." + known) for known in TRUSTED)


def _lowered(text: str) -> str:
    """Lower case of the same length: a few letters (İ) would become two."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(character if len(character.lower()) > 1 else character.lower() for character in text)


def _better(first: Scam, second: Scam) -> Scam:
    # Offsets of the normalised text would not be those of the masked one.
    return Scam(True, tuple(Sign(sign.code, -1, -1) for sign in second.signs)) if second.suspected else first


def _addresses(text: str, links: Iterable[str]) -> list[Sign]:
    places = [(match[0], match.start(), match.end()) for match in _ADDRESS.finditer(text)]
    places += [(link, -1, -1) for link in links]
    signs = []
    for address, start, end in places:
        host = (urlsplit(address if "//" in address else f"//{address}").hostname or "").removeprefix("www.")
        if host in SHORT:
            signs.append(Sign("short_link", start, end))
        elif host and not official(host):
            signs.append(Sign("unofficial_link", start, end))
    return signs


def _too_good(text: str) -> Sign | None:
    """An amount of a million rupiah or more."""
    match = _AMOUNT.search(text)
    return Sign("too_good", match.start(), match.end()) if match else None
