"""Who acted on partners' posts on a day: cells of the day, from its mentions. Cost is linear in those, whatever came before.

An act is a comment, reply or chat message below a post of a partner while the partnership holds, by somebody else than the partner and
our own accounts, and no spam. It belongs to the campaigns of the post. Pseudonyms live for a period of their key: a person on both sides
of a change of keys counts twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from dengar.attribution.audience import Audience
from dengar.attribution.cells import Cell, Comments
from dengar.attribution.source import ACTS, Mention, Source
from dengar.attribution.spans import of_day
from dengar.attribution.window import day_of, is_spam
from dengar.policy.clocks import load_clocks
from dengar.registers import Account, Registers

_BATCH = 5_000


@dataclass(frozen=True)
class Carriers:
    """Whose posts count for whom."""

    registers: Registers
    _accounts: Mapping[str, Account] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_accounts", {one.key: one for one in self.registers.accounts})

    def account(self, mention: Mention) -> Account | None:
        """The registered account that wrote it."""
        return self._accounts.get(mention["author"].get("key") or "")

    def partner(self, post: Mention) -> str | None:
        """The partner who carries a post; None for anybody else's, and outside the partnership."""
        account = self.account(post)
        if account is None or account.partner is None:
            return None
        partner = next((one for one in self.registers.partners if one.id == account.partner), None)
        return partner.id if partner is not None and partner.holds(day_of(post)) else None

    def acted(self, mention: Mention, partner: str) -> bool:
        """Whether a mention below a partner's post is an act of somebody else, who can be told apart."""
        if mention["author"].get("key") is None or mention["author"]["role"] == "official":
            return False
        account = self.account(mention)
        return account is None or account.partner != partner


@dataclass
class _Gathered:
    audience: Audience = field(default_factory=Audience)
    acts: int = 0
    spam: int = 0
    posts: set[str] = field(default_factory=set)
    expires_at: datetime | None = None

    def take(self, mention: Mention, acted: bool) -> None:
        """A mention below a post of the partner; `acted`: by somebody else who can be told apart."""
        self.posts.add(mention["post_id"])
        if acted and is_spam(mention):
            self.spam += 1
        elif acted:
            self.audience.add(mention["author"]["key"])
            self.acts += 1
            if told := mention.get("expires_at"):
                ends = datetime.fromisoformat(told)
                self.expires_at = ends if self.expires_at is None else min(ends, self.expires_at)


Key = tuple[str, str | None, str]
"""platform, campaign, partner."""


def day_cells(source: Source, carriers: Carriers, day: date, computed_at: datetime) -> list[Cell]:
    """The cells of a day (Jakarta) with what was published until now. A partner's posts of the day are in them though nobody acted.

    Raises IndexUnavailable.
    """
    days = of_day(day)
    found: dict[Key, _Gathered] = {}
    for post in source.mentions(days.start, days.end, ["post"]):
        for key in _keys(post, carriers):
            found.setdefault(key, _Gathered()).posts.add(post["id"])
    known: dict[str, list[Key]] = {}
    for batch in _batches(source.mentions(days.start, days.end, ACTS)):
        unknown = {one["post_id"] for one in batch} - known.keys()
        told = source.posts(sorted(unknown))
        known.update((one, _keys(told[one], carriers) if one in told else []) for one in unknown)
        for mention in batch:
            for key in known[mention["post_id"]]:
                found.setdefault(key, _Gathered()).take(mention, carriers.acted(mention, key[2]))
    comments = below(source, {post for one in found.values() for post in one.posts})
    return [
        Cell(
            *key,
            days,
            computed_at,
            one.expires_at or computed_at + load_clocks()[key[0]].keep,
            one.audience,
            one.acts,
            one.spam,
            {post: comments[post] for post in one.posts},
        )
        for key, one in found.items()
    ]


def below(source: Source, posts: Iterable[str]) -> dict[str, Comments]:
    """Post → what the platform counts below it and what is seen of that."""
    asked = sorted(set(posts))
    told, seen = source.counters(asked), source.seen(asked)
    return {one: Comments(told.get(one, {}).get("comments"), seen.get(one, 0)) for one in asked}


def _keys(post: Mention, carriers: Carriers) -> list[Key]:
    partner = carriers.partner(post)
    if partner is None:
        return []
    return [(post["platform"], campaign, partner) for campaign in (None, *(post.get("campaigns") or ()))]


def _batches(mentions: Iterator[Mention]) -> Iterator[list[Mention]]:
    while batch := list(islice(mentions, _BATCH)):
        yield batch
