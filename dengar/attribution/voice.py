"""Share of voice: of all that is said of the members of a locked panel, how much is said of each; by mentions and by distinct people.

Only locked versions of a panel are used, and the version is part of a figure's cut: another version is another series. Our own posts, a
member's own posts and spam are left out. Mentions count once for each member they speak of, and are clustered by their author.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dengar.attribution.figure import Figure
from dengar.attribution.interval import share_of, wilson
from dengar.attribution.window import COUNTED, Window, is_spam
from dengar.registers import Member, Panel, Registers

BY_MENTIONS, BY_AUTHORS = "share-of-voice-mentions/1", "share-of-voice-authors/1"
LEAST = 10
"""Mentions, or people, below which no share is told."""
Speaks = Callable[[Mapping[str, Any]], bool]


def share_of_voice(
    mentions: Iterable[Mapping[str, Any]], panel: Panel, registers: Registers, window: Window
) -> list[Figure]:
    """`share_of_voice_mentions` and `share_of_voice_authors` of every member, in the panel's order. Raises ValueError for a draft.

    Authors whom the platform withholds have mentions and are no people; `coverage` is the share of mentions whose author is known.
    """
    if panel.locked is None:
        raise ValueError(f"version {panel.version} of panel {panel.id} is a draft: lock it first")
    speaking = [(member.id, _speaks(member), _accounts(member, registers)) for member in panel.members]
    of: dict[str, Counter[str]] = defaultdict(Counter)
    known = total = 0
    for mention in mentions:
        author = mention["author"]
        if author["role"] == "official" or is_spam(mention) or not window.holds(mention):
            continue
        told = [name for name, speaks, own in speaking if author["key"] not in own and speaks(mention)]
        if told:
            of[author["key"] or f"?{mention['id']}"].update(told)
            total += 1
            known += author["key"] is not None
    coverage = known / total if total else None
    rows = []
    for member in panel.members:
        cut = {"panel": f"{panel.id}@{panel.version}", "member": member.id}
        inputs = {"panel_digest": panel.digest, "members": [one.id for one in panel.members]}
        for share in (_by_mentions(of, member.id), _by_authors(of, member.id)):
            rows.append(
                window.figure(
                    rests_on=[COUNTED],
                    unit="share",
                    dimension=cut,
                    coverage=coverage,
                    inputs=inputs | share.pop("inputs"),
                    **share,
                )
            )
    return rows


def _by_mentions(of: Mapping[str, Counter[str]], member: str) -> dict[str, Any]:
    parts, wholes = [one[member] for one in of.values()], [one.total() for one in of.values()]
    n = sum(wholes)
    told: dict[str, Any] = {"metric": "share_of_voice_mentions", "formula": BY_MENTIONS, "n": n}
    told["inputs"] = {"mentions": sum(parts), "of_mentions": n}
    found = share_of(parts, wholes)
    if found is None or n < LEAST:
        return told | {"refused": "too_few"}
    return told | dict(zip(("value", "low", "high"), found, strict=True))


def _by_authors(of: Mapping[str, Counter[str]], member: str) -> dict[str, Any]:
    """A person who speaks of two members is one person of each: shares of people add up to more than 1."""
    people = [one for key, one in of.items() if not key.startswith("?")]
    n, part = len(people), sum(1 for one in people if one[member])
    told: dict[str, Any] = {"metric": "share_of_voice_authors", "formula": BY_AUTHORS, "n": n}
    told["inputs"] = {"authors": part, "of_authors": n}
    if of and not people:
        return told | {"refused": "not_obtainable"}
    if n < LEAST:
        return told | {"refused": "too_few"}
    low, high = wilson(part / n, n)
    return told | {"value": part / n, "low": low, "high": high}


def _accounts(member: Member, registers: Registers) -> frozenset[str]:
    """Author keys of a member's own accounts."""
    return frozenset(account.key for account in registers.accounts if account.partner in member.partners)


def _speaks(member: Member) -> Speaks:
    tags, campaigns, partners = set(member.hashtags), set(member.campaigns), set(member.partners)
    said = _phrases(member.phrases)

    def speaks(mention: Mapping[str, Any]) -> bool:
        if not tags.isdisjoint(mention["hashtags"]) or not campaigns.isdisjoint(mention["campaigns"]):
            return True
        if not partners.isdisjoint(mention["partners"]):
            return True
        if said is None:
            return False
        texts = (mention["text"], mention.get("text_normalised"), mention.get("title"))
        return any(said.search(" ".join(text.casefold().split())) for text in texts if text)

    return speaks


def _phrases(phrases: Sequence[str]) -> re.Pattern[str] | None:
    written = sorted({" ".join(phrase.casefold().split()) for phrase in phrases}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, written))})(?!\w)") if written else None
