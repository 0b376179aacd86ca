"""Who talks with whom: accounts joined by replies, copies and mentions; communities, brokers between them, local leaders by province.

Bot-like groups count as one voice. Pseudonyms stay pseudonyms: figures name accounts of the registers alone. Nobody's list of followers is
to be had, so an edge is an observed act.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dengar.attribution.botlike import clusters, weights
from dengar.attribution.communities import betweenness, communities
from dengar.attribution.diffusion import edges, links, trees
from dengar.attribution.figure import Figure
from dengar.attribution.window import COUNTED, Window
from dengar.registers import Registers

FORMULA, SPREAD = "network/1", "diffusion/1"
RESTS_ON = (COUNTED, "mention.spam")
MOST_ACCOUNTS = 5_000
"""Accounts, the most connected, among which brokers are looked for."""
LEAST_ACCOUNTS, LEAST_LOCAL = 5, 3
"""Accounts below which a network, and people below which a local leader, is not told."""


@dataclass(frozen=True)
class Network:
    """`accounts` are author keys, `edges` pairs of their numbers (the smaller first) → weight, `group_of` the community of each (0 the
    largest), `between` its betweenness centrality (Freeman, Sociometry 40, 1977; 0 to 1), `bots` the groups that were discounted."""

    accounts: Sequence[str]
    edges: Mapping[tuple[int, int], float]
    group_of: Sequence[int]
    modularity: float
    between: Sequence[float]
    bots: Sequence[frozenset[str]]
    left_out: int = 0

    def brokers(self, most: int = 10) -> list[tuple[str, float]]:
        """Accounts that most shortest paths run through, the first first; those that none runs through are not among them."""
        ranked = sorted(zip(self.accounts, self.between, strict=True), key=lambda row: (-row[1], row[0]))
        return [row for row in ranked[:most] if row[1] > 0]


@dataclass(frozen=True, slots=True)
class Leader:
    """`people`: distinct accounts, bot-like groups as one each, that answered the account where the talk was of the province."""

    province: str
    account: str
    people: float


def network(mentions: Sequence[Mapping[str, Any]]) -> Network:
    """The network of some mentions. Mentions without an author join nobody. Deterministic, whatever their order."""
    bots = clusters(mentions)
    weight = weights(bots)
    author = {one["id"]: one["author"]["key"] for one in mentions}
    joined: dict[tuple[str, str], float] = defaultdict(float)
    for edge in (edge for found in links(mentions) for edge in found):
        one, other = author[edge.child], author[edge.parent]
        if one is not None and other is not None and one != other:
            joined[min(one, other), max(one, other)] += weight.get(one, 1.0) * weight.get(other, 1.0)
    strength: dict[str, float] = defaultdict(float)
    for pair, value in joined.items():
        if value > 0:
            for one in pair:
                strength[one] += value
    kept = sorted(sorted(strength), key=lambda one: -strength[one])[:MOST_ACCOUNTS]
    number = {one: place for place, one in enumerate(sorted(kept))}
    numbered = {
        (number[one], number[other]): value
        for (one, other), value in sorted(joined.items())
        if value > 0 and one in number and other in number
    }
    between = [round(one, 9) for one in betweenness(len(number), numbered)]
    group_of, modularity = communities(len(number), numbered)
    return Network(
        sorted(number), numbered, group_of, modularity, between, bots,
        len(strength) - len(number),
    )  # fmt: skip


def local_leaders(mentions: Sequence[Mapping[str, Any]], most: int = 3) -> list[Leader]:
    """By province (the first two digits of Kemendagri's code), the accounts that most people answered there; from LEAST_LOCAL people on.

    The talk is of the province that the answer names, else the one that the answered mention names.
    """
    weight = weights(clusters(mentions))
    by_id = {one["id"]: one for one in mentions}
    reached: dict[tuple[str, str], set[str]] = defaultdict(set)
    for edge in edges(mentions):
        child, parent = by_id[edge.child], by_id[edge.parent]
        who, whom = child["author"]["key"], parent["author"]["key"]
        if who is not None and whom is not None and who != whom:
            for province in _provinces(child) or _provinces(parent):
                reached[province, whom].add(who)
    rows = [
        Leader(province, account, round(sum(weight.get(one, 1.0) for one in people), 6))
        for (province, account), people in reached.items()
    ]
    rows.sort(key=lambda one: (one.province, -one.people, one.account))
    found: list[Leader] = []
    for one in rows:
        if one.people >= LEAST_LOCAL and sum(other.province == one.province for other in found) < most:
            found.append(one)
    return found


def figures(
    mentions: Sequence[Mapping[str, Any]], registers: Registers, window: Window, *, campaign: str | None = None
) -> list[Figure]:
    """`diffusion_virality`, `network_communities`, `botlike_accounts`, `broker_betweenness` and `local_leader_people` of accounts of the
    registers."""
    held = [one for one in mentions if window.holds(one)]
    if not window.verdict(RESTS_ON):
        return [window.figure("network_communities", FORMULA, "communities", RESTS_ON, campaign=campaign)]
    found = network(held)
    named = {account.key: account for account in registers.accounts}

    def row(metric: str, unit: str, **fields: Any) -> Figure:
        return window.figure(metric, fields.pop("formula", FORMULA), unit, RESTS_ON, campaign=campaign, **fields)

    rows = [_spread(held, row)]
    size = {"accounts": len(found.accounts), "edges": len(found.edges), "accounts_left_out": found.left_out}
    bots = sum(len(group) for group in found.bots)
    rows.append(
        row("botlike_accounts", "accounts", value=bots, n=len(held), inputs={"groups": len(found.bots)}),
    )
    if len(found.accounts) < LEAST_ACCOUNTS:
        return [*rows, row("network_communities", "communities", refused="too_few", n=len(found.accounts), inputs=size)]
    told = {"modularity": round(found.modularity, 4), "largest": found.group_of.count(0)}
    rows.append(
        row(
            "network_communities",
            "communities",
            value=max(found.group_of) + 1,
            n=len(found.accounts),
            inputs=size | told,
        )
    )
    for rank, (key, value) in enumerate(found.brokers(len(found.accounts)), 1):
        if (account := named.get(key)) is not None:
            at = {"rank": rank, "community": found.group_of[found.accounts.index(key)]}
            rows.append(
                row(
                    "broker_betweenness", "share", account=key, partner=account.partner, value=value,
                    n=len(found.accounts), inputs=size | at,
                )
            )  # fmt: skip
    for leader in local_leaders(held):
        if (account := named.get(leader.account)) is not None:
            rows.append(
                row(
                    "local_leader_people", "accounts", account=leader.account, partner=account.partner,
                    dimension={"province": leader.province}, value=leader.people,
                )
            )  # fmt: skip
    return rows


def _spread(held: Sequence[Mapping[str, Any]], row: Any) -> Figure:
    """The largest tree's virality; its root is named where the registers do."""
    grown = trees(held)
    if not grown:
        none: Figure = row("diffusion_virality", "steps", formula=SPREAD, refused="too_few", n=len(held))
        return none
    largest = grown[0]
    root = next(one for one in held if one["id"] == largest.root)
    named = root["author"]["role"] not in ("public", "unknown")
    inputs = {"root": largest.root if named else None, "root_role": root["author"]["role"]}
    inputs |= {"size": largest.size, "depth": largest.depth, "widest": max(largest.widths)}
    inputs |= {kind: largest.kinds.get(kind, 0) for kind in ("reply", "copy", "mention")} | {"trees": len(grown)}
    told: Figure = row(
        "diffusion_virality", "steps", formula=SPREAD, value=largest.virality, n=largest.size, inputs=inputs
    )
    return told


def _provinces(mention: Mapping[str, Any]) -> set[str]:
    return {one["code"][:2] for one in mention.get("entities") or () if one["type"] == "place" and one.get("code")}
