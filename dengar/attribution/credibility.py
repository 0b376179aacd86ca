"""How a partner is answered: net sentiment, questions and hoax talk in what the public writes below the partner's posts, with intervals.

Ten comments of one person are clustered: they are not ten people. On Instagram the comments below others' posts can be had only where the
partner connected the account; elsewhere the figures say that they cannot be obtained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np

from dengar.attribution.figure import Figure
from dengar.attribution.interval import Z, share_of
from dengar.attribution.window import Window, is_spam, label
from dengar.obtainable import access
from dengar.registers import Registers

LEAST = 10
"""Judged responses below which nothing is told."""
_PUBLIC = ("public", "unknown")
_FELT = {"positive": 1.0, "neutral": 0.0, "negative": -1.0}


def credibility(
    mentions: Iterable[Mapping[str, Any]],
    posts: Collection[str],
    window: Window,
    registers: Registers,
    *,
    partner: str,
    campaign: str | None = None,
    coverage: float | None = None,
) -> list[Figure]:
    """`response_net_sentiment` (points), `response_question_share` and `response_hoax_share` of a partner.

    `posts` are ids of the partner's posts, `mentions` what may stand below them; `coverage` the author coverage there.
    """
    below = [
        one
        for one in mentions
        if one["post_id"] in posts
        and one["kind"] in ("comment", "reply", "chat")
        and one["author"]["role"] in _PUBLIC
        and not is_spam(one)
        and window.holds(one)
    ]
    closed = not below and not _open(registers, partner, window.platform)
    cut: dict[str, Any] = {"partner": partner, "campaign": campaign, "coverage": coverage}
    people = len({one["author"]["key"] for one in below} - {None})
    rows = []
    for metric, unit, rests_on, told in (
        ("response_net_sentiment", "points", "mention.sentiment", _net(below)),
        ("response_question_share", "share", "mention.intent", _share(below, "question")),
        ("response_hoax_share", "share", "mention.intent", _share(below, "hoax")),
    ):
        told["inputs"] |= {"posts": len(posts), "responses": len(below), "people": people}
        fields = {"refused": "not_obtainable"} if closed else told
        formula = metric.replace("_", "-") + "/1"
        rows.append(window.figure(metric, formula, unit, [rests_on, "mention.spam"], **cut, **fields))
    return rows


def _open(registers: Registers, partner: str, platform: str) -> bool:
    """Whether comments below the partner's posts can be had at all."""
    return access("comment", platform, "public").obtainable or any(
        account.connected for account in registers.of_partner(partner) if account.platform == platform
    )


def _by_author(below: Iterable[Mapping[str, Any]], field: str) -> list[list[str]]:
    of: dict[str, list[str]] = defaultdict(list)
    for one in below:
        if (told := label(one, field)) is not None:
            of[one["author"]["key"] or f"?{one['id']}"].append(told)
    return list(of.values())


def _share(below: Iterable[Mapping[str, Any]], intent: str) -> dict[str, Any]:
    of = _by_author(below, "intent")
    n = sum(map(len, of))
    told: dict[str, Any] = {"n": n, "inputs": {intent: sum(one.count(intent) for one in of)}}
    found = share_of([one.count(intent) for one in of], [len(one) for one in of])
    if found is None or n < LEAST:
        return told | {"refused": "too_few"}
    return told | dict(zip(("value", "low", "high"), found, strict=True))


def _net(below: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """%positive − %negative of all judged, −100 to 100; the neutral share is among the inputs (reference: metrics 3.5)."""
    of = _by_author(below, "sentiment")
    n = sum(map(len, of))
    felt = np.array([sum(_FELT[one] for one in said) for said in of])
    sizes = np.array([len(said) for said in of])
    told: dict[str, Any] = {
        "n": n,
        "inputs": {name: sum(said.count(name) for said in of) for name in _FELT},
    }
    if n < LEAST or len(of) < 2:
        return told | {"refused": "too_few"}
    net = float(felt.sum()) / n
    spread = float(((felt - net * sizes) ** 2).sum()) * len(of) / (len(of) - 1)
    half = Z * max(spread**0.5 / n, 1.0 / n)
    return told | {
        "value": round(100 * net, 2),
        "low": round(100 * max(-1.0, net - half), 2),
        "high": round(100 * min(1.0, net + half), 2),
    }
