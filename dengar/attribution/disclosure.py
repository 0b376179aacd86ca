"""Posts of a campaign that look promoted and do not say that they are: a suspicion with its signs, for a person to look at, no verdict.

Looked at are posts within the days of the campaign by a registered partner who must disclose and whose partnership holds that day, and by
accounts outside of the registers that promote it again and again. Marks are hashtags and phrases that readers take for "made together".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dengar.attribution.copies import families_of
from dengar.attribution.figure import Figure
from dengar.attribution.window import Window, day_of, label, published
from dengar.enrich.signature import NEAR
from dengar.registers import Campaign, Registers

FORMULA = "disclosure/1"
RESTS_ON = ("mention.intent", "mention.spam")
REPEATED = 3
"""Posts with signs from which on an account outside of the registers is one that promotes."""
EXTERNAL_SIGNS = 2
"""Signs that such a post must show; of a partner one is enough."""
MARKS = frozenset(
    {
        "ad",
        "ads",
        "iklan",
        "adv",
        "advertorial",
        "sponsor",
        "sponsored",
        "sponsorship",
        "bersponsor",
        "disponsori",
        "spon",
        "paidpartnership",
        "paidpromote",
        "paidpromotion",
        "paidad",
        "endorse",
        "endorsement",
        "endorsed",
        "kerjasama",
        "kerjasamaberbayar",
        "kerjasamabrand",
        "kemitraan",
        "kemitraanberbayar",
        "kolaborasiberbayar",
        "kontenberbayar",
        "kontensponsor",
        "bekerjasama",
        "gifted",
        "partnership",
        "iklanlayananmasyarakat",
    }
)
"""Hashtags, letters only. `#kolaborasi` is not one: it is said of everything."""
_SAID = re.compile(
    r"\b(?:kerja\s?sama|kemitraan|kolaborasi|konten)\s+(?:berbayar|bersponsor)\b|\bpaid\s+(?:partnership|promot\w+|ad)\b"
    r"|\bdisponsori\b|\bbersponsor\b|\bsponsored\b|\badvertorial\b|\b(?:be)?kerja\s?sama\s+(?:dengan|bersama)\b"
    r"|\bin\s+(?:partnership|collaboration)\s+with\b|\biklan\s+layanan\s+masyarakat\b|(?<!\w)\[?(?:iklan|ad|adv)\]?\s*[:|\]]"
)
_CALLS = re.compile(
    r"\b(?:yuk|ayo|ikuti|ikutan|daftar(?:kan)?|klik|kunjungi|unduh|download|bagikan|share|tag|jangan\s+lupa|segera|cek|gabung|dukung"
    r"|link\s+(?:di\s+)?bio|swipe\s+up)\b"
)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """`author` is the key of who posted, `partner` whose account it is (None: outside of the registers). `signs` are codes, sorted."""

    mention: str
    platform: str
    campaign: str
    author: str
    partner: str | None
    signs: tuple[str, ...]


def disclosed(mention: Mapping[str, Any]) -> bool:
    """Whether a post carries a mark."""
    tags = {re.sub(r"[\W_]+", "", tag.casefold()) for tag in mention["hashtags"]}
    said = " ".join(part for part in (mention.get("title"), mention["text"]) if part).casefold()
    return bool(tags & MARKS) or _SAID.search(said) is not None


def suspicions(
    mentions: Iterable[Mapping[str, Any]], campaign: Campaign, registers: Registers, window: Window
) -> list[Suspicion]:
    """Undisclosed posts of the campaign that look promoted, by id. Nothing where policy is against judging."""
    if not window.verdict(RESTS_ON):
        return []
    posts = _posts(mentions, campaign, window)
    copied = _copied(posts)
    partners = {partner.id: partner for partner in registers.partners}
    found: list[Suspicion] = []
    outside: dict[str, list[Suspicion]] = defaultdict(list)
    for post in posts:
        author = post["author"]
        if author["key"] is None or author["role"] == "official" or disclosed(post):
            continue
        account = registers.lookup(window.platform, None, author["handle"])
        partner = partners.get(account.partner) if account is not None and account.partner else None
        one = Suspicion(
            post["id"],
            window.platform,
            campaign.id,
            author["key"],
            partner.id if partner else None,
            _signs(post, post["id"] in copied),
        )
        if partner is not None:
            if partner.must_disclose and partner.holds(day_of(post)) and one.signs:
                found.append(one)
        elif len(one.signs) >= EXTERNAL_SIGNS:
            outside[one.author].append(one)
    found += [one for rows in outside.values() if len(rows) >= REPEATED for one in rows]
    return sorted(found, key=lambda one: one.mention)


def figures(
    mentions: Sequence[Mapping[str, Any]], campaign: Campaign, registers: Registers, window: Window
) -> list[Figure]:
    """`undisclosed_posts` of each partner with a post, and of accounts outside of the registers together; n is posts looked at.

    Posts of partners are named; those of others are counted only: a figure outlives what a private person wrote.
    """
    found = suspicions(mentions, campaign, registers, window)
    looked: dict[str | None, int] = defaultdict(int)
    for post in _posts(mentions, campaign, window):
        account = registers.lookup(window.platform, None, post["author"]["handle"])
        if post["author"]["key"] is not None and post["author"]["role"] != "official":
            looked[account.partner if account is not None else None] += 1
    return [
        window.figure(
            "undisclosed_posts",
            FORMULA,
            "posts",
            RESTS_ON,
            campaign=campaign.id,
            partner=partner,
            dimension={} if partner else {"who": "outside"},
            value=sum(one.partner == partner for one in found),
            n=n,
            inputs={"mentions": [one.mention for one in found if one.partner == partner][:50]} if partner else {},
        )
        for partner, n in sorted(looked.items(), key=lambda row: row[0] or "")
    ]


def _posts(mentions: Iterable[Mapping[str, Any]], campaign: Campaign, window: Window) -> list[Mapping[str, Any]]:
    """Posts within the days of the campaign: what echoes afterwards was not asked for. Oldest first."""
    held = [
        one
        for one in mentions
        if one["kind"] == "post" and campaign.id in one["campaigns"] and window.holds(one) and _runs(campaign, one)
    ]
    return sorted(held, key=lambda one: (published(one), one["id"]))


def _runs(campaign: Campaign, mention: Mapping[str, Any]) -> bool:
    day = day_of(mention)
    return (campaign.start is None or campaign.start <= day) and (campaign.end is None or day <= campaign.end)


def _copied(posts: Sequence[Mapping[str, Any]]) -> set[str]:
    """Posts whose text another account posted too; texts too short to compare are left out."""
    numbers = families_of(posts, NEAR)
    authors: dict[int, set[str | None]] = defaultdict(set)
    for post, number in zip(posts, numbers, strict=True):
        if number is not None:
            authors[number].add(post["author"]["key"])
    return {
        post["id"]
        for post, number in zip(posts, numbers, strict=True)
        if number is not None and authors[number] - {post["author"]["key"]}
    }


def _signs(post: Mapping[str, Any], copied: bool) -> tuple[str, ...]:
    signs = {
        "judged_promotion": label(post, "intent") == "promotion" or label(post, "spam") == "promotion",
        "calls_to_act": _CALLS.search(post["text"].casefold()) is not None,
        "same_text_as_another": copied,
        "links_out": bool(post.get("links")),
    }
    return tuple(sorted(name for name, there in signs.items() if there))
