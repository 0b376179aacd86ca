"""Reach of three kinds that are never mixed: measured (insights), potential (followers) and modelled (a factor of those).

Measured reach counts people, and people see more than one post: over several posts only its bounds are known, the largest post's and the
sum. Potential reach is the followers of each account that posted, at its last post of the period, each account once. Modelled reach is
potential reach times a factor: low takes all posts to reach the same people, high takes them to be independent, mid is the mean of both at
the middle factor. Nulls stay null. YouTube has no modelled reach: its terms bar the estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dengar.attribution.acted import Carriers
from dengar.attribution.constants import Modelled
from dengar.attribution.figure import Figure, Input
from dengar.attribution.source import Counters, Mention, Source
from dengar.attribution.window import Window, published
from dengar.obtainable import access
from dengar.records import timestamp
from dengar.registers import Account

MEASURED, POTENTIAL, MODELLED = "reach_measured/1", "reach_potential/1", "reach_modelled/1"
_FOLLOWERS = {"youtube": "metrics.subscribers", "instagram": "metrics.followers"}
Told = tuple[int | None, datetime]


@dataclass(frozen=True)
class Posted:
    """Posts of the registers' accounts in a period, with what was counted of them. `followers`: account key → followers, when."""

    posts: Sequence[tuple[Mention, Account]]
    counters: Mapping[str, Counters]
    followers: Mapping[str, Told]


def posted(source: Source, carriers: Carriers, posts: Iterable[Mention]) -> Posted:
    """Look up counters of posts, and followers at each account's last post. Raises IndexUnavailable."""
    own = [(post, account) for post in posts if (account := carriers.account(post)) is not None]
    last: dict[str, datetime] = {}
    for post, account in own:
        last[account.key] = max(published(post), last.get(account.key, published(post)))
    return Posted(own, source.counters([post["id"] for post, _ in own]), source.followers(last))


def figures(
    found: Posted, carriers: Carriers, window: Window, campaign: str | None, factors: Mapping[str, Modelled]
) -> list[Figure]:
    """Of each partner with a post in the window, and (campaign None) of each post whose reach was measured."""
    mine = [(post, account) for post, account in found.posts if window.holds(post)]
    if campaign is not None:
        mine = [(post, account) for post, account in mine if campaign in (post.get("campaigns") or ())]
    rows = [_of_post(post, account, found, carriers, window) for post, account in mine] if campaign is None else []
    carried: dict[str, list[tuple[Mention, Account]]] = {}
    for post, account in mine:
        if partner := carriers.partner(post):
            carried.setdefault(partner, []).append((post, account))
    for partner, own in sorted(carried.items()):
        rows.append(_measured(own, found, window, campaign, partner))
        rows.append(_potential(own, found, window, campaign, partner))
        rows.append(_modelled(own, found, window, campaign, partner, factors.get(window.platform)))
    return [row for row in rows if row is not None]


def _of_post(post: Mention, account: Account, found: Posted, carriers: Carriers, window: Window) -> Figure | None:
    reach = found.counters.get(post["id"], {}).get("reach")
    if reach is None:
        return None
    return window.figure(
        "reach_measured", MEASURED, "accounts", ["metrics.reach"], partner=carriers.partner(post), account=account.key,
        dimension={"post": post["id"]}, value=reach, n=1, inputs={"counted": "lifetime, as of the last look"},
    )  # fmt: skip


def _measured(
    own: Sequence[tuple[Mention, Account]], found: Posted, window: Window, campaign: str | None, partner: str
) -> Figure:
    reaches = [found.counters.get(post["id"], {}).get("reach") for post, _ in own]
    told = [one for one in reaches if one is not None]
    inputs: dict[str, Input] = {"posts": [post["id"] for post, _ in own], "posts_measured": len(told)}
    fields: dict[str, object] = {"campaign": campaign, "partner": partner, "n": len(told), "inputs": inputs}
    if not told:
        cell = access("reach", window.platform, "partner" if any(one.connected for _, one in own) else "public")
        inputs["why"] = cell.reason or "the platform has not counted yet"
        fields["refused"] = "not_obtainable"
    elif len(own) == 1:
        fields["value"] = told[0]
    else:
        fields |= {"low": max(told), "high": sum(told) if len(told) == len(own) else None}
    return window.figure("reach_measured", MEASURED, "accounts", ["metrics.reach"], **fields)


def _potential(
    own: Sequence[tuple[Mention, Account]], found: Posted, window: Window, campaign: str | None, partner: str
) -> Figure:
    keys = sorted({account.key for _, account in own})
    counted = {key: found.followers[key] for key in keys if key in found.followers}
    told = {key: followers for key, (followers, _) in counted.items() if followers is not None}
    inputs: dict[str, Input] = {"accounts": list(keys), "posts": [post["id"] for post, _ in own]}
    inputs["counted_at"] = [timestamp(counted[key][1]) for key in told]
    fields: dict[str, object] = {"campaign": campaign, "partner": partner, "n": len(told), "inputs": inputs}
    if not told:
        fields["refused"] = "not_obtainable"
        inputs["why"] = "the account hides its followers, or they were not counted"
    elif len(told) < len(keys):
        fields["low"] = sum(told.values())
    else:
        fields["value"] = sum(told.values())
    return window.figure("reach_potential", POTENTIAL, "accounts", [_FOLLOWERS[window.platform]], **fields)


def _modelled(
    own: Sequence[tuple[Mention, Account]],
    found: Posted,
    window: Window,
    campaign: str | None,
    partner: str,
    factors: Modelled | None,
) -> Figure:
    low = mid = high = 0.0
    fields: dict[str, object] = {"campaign": campaign, "partner": partner, "n": len(own)}
    inputs: dict[str, Input] = {"posts": [post["id"] for post, _ in own]}
    keys = sorted({account.key for _, account in own})
    told = {key: found.followers[key][0] for key in keys if key in found.followers}
    if factors is None or any(told.get(key) is None for key in keys):
        fields |= {"refused": "not_obtainable", "inputs": inputs}
        return window.figure("reach_modelled", MODELLED, "accounts", ["metrics.reach_modelled"], **fields)
    for key in keys:
        followers, posts = told[key] or 0, sum(account.key == key for _, account in own)
        low += followers * factors.low
        mid += followers * (factors.mid + 1 - (1 - factors.mid) ** posts) / 2
        high += followers * (1 - (1 - factors.high) ** posts)
    inputs |= {"followers": sum(told[key] or 0 for key in keys), "factor_low": factors.low, "factor_mid": factors.mid}
    inputs["factor_high"] = factors.high
    fields |= {"low": round(low), "value": round(mid), "high": round(high), "inputs": inputs}
    return window.figure("reach_modelled", MODELLED, "accounts", ["metrics.reach_modelled"], **fields)
