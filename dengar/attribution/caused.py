"""What partners' posts of a campaign caused: credit for conversions, and mentions above a seasonal counterfactual, both with intervals.

Credit. An exposure is an observed act below a partner's post of the campaign: who only saw it is not to be had. A conversion is another
mention of the campaign by a member of the public: a text that belongs to it, or a comment below our own posts of it. A partner whose
commenters cannot be seen is refused, and what it caused stays among the unattributed.

Lift. Mentions by the public on the platform in the hours after each post, above the hour of day and weekday times the level around; posts
of a partner that follow each other share the time, so nothing counts twice. Half widths add in quadrature, with ALIKE between each two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np

from dengar.attribution.acted import Carriers
from dengar.attribution.constants import Constants
from dengar.attribution.credit import FORMULA as CREDIT
from dengar.attribution.credit import credit
from dengar.attribution.engaged import Judged
from dengar.attribution.figure import Figure, Input
from dengar.attribution.lift import Lift, busy, lift
from dengar.attribution.source import ACTS, Mention, Source
from dengar.attribution.touches import TouchLog
from dengar.attribution.usual import usual
from dengar.attribution.window import COUNTED, Window, is_spam, published
from dengar.records import JAKARTA

LIFT = "lift_pooled/1"
SERIES: Mapping[str, tuple[Mapping[str, str] | None, str]] = {
    "lift_mentions": (None, COUNTED),
    "lift_complaints": ({"intent": "complaint"}, "mention.intent"),
    "lift_positive": ({"sentiment": "positive"}, "mention.sentiment"),
    "lift_negative": ({"sentiment": "negative"}, "mention.sentiment"),
}
"""Metric → which mentions count, and what policy is asked about."""
ALIKE = 0.1
"""Correlation of the errors of two lifts of a partner: neighbours read their level off the same days. Set on made-up series."""
LEAST_QUIET = timedelta(days=7)
"""Time without a post, and with somebody who counted, below which nobody knows what is usual."""
_DAY = timedelta(days=1)
_BATCH = 5_000


def credit_figures(
    source: Source,
    carriers: Carriers,
    campaign: str,
    window: Window,
    judged: Sequence[Judged],
    constants: Constants,
) -> list[Figure]:
    """credit_share of each partner, credit_unattributed of the campaign. Raises IndexUnavailable."""
    from dengar.attribution.peers import last_touch, linear, markov

    if not window.verdict([COUNTED]):
        return [_unattributed(window, campaign, {})]
    log, exposed = TouchLog(), set[str]()
    for account, partner, moment in _touches(source, carriers, campaign, window):
        log.add(account, partner, moment)
        if partner is not None:
            exposed.add(account)
    touches = log.touches()
    inputs: dict[str, Input] = {"conversions": len(touches.converted), "exposed": len(exposed)}
    enough = len(touches.converted) >= constants.least_conversions and len(exposed) >= constants.least_exposed
    if not enough:
        inputs |= {"least_conversions": constants.least_conversions, "least_exposed": constants.least_exposed}
        short = [_share(window, campaign, one, inputs, refused=one.refused or "too_few") for one in judged]
        return [*short, _unattributed(window, campaign, inputs, refused="too_few")]
    found = credit(touches)
    peers = {"last_touch": last_touch(touches), "linear": linear(touches), "markov": markov(touches)}
    rows = []
    for one in judged:
        told = next((row for row in found.partners if row.partner == one.cell.partner), None)
        if one.refused is not None or told is None:
            rows.append(_share(window, campaign, one, inputs, refused=one.refused or "too_few"))
            continue
        place = touches.partners.index(told.partner)
        beside = {name: round(float(shares[place]), 6) for name, shares in peers.items() if np.isfinite(shares[place])}
        rows.append(
            _share(
                window, campaign, one, inputs | beside, value=round(told.share, 6), low=round(told.low, 6), high=round(told.high, 6)
            )
        )  # fmt: skip
    refused: list[str] = [one.cell.partner for one in judged if one.refused is not None]
    rest = inputs | {"partners_refused": refused, "sampled": found.sampled}
    return [*rows, _unattributed(window, campaign, rest, value=round(found.unattributed, 6))]


def _share(window: Window, campaign: str, one: Judged, inputs: Mapping[str, Input], **fields: Any) -> Figure:
    fields |= {"partner": one.cell.partner, "coverage": one.coverage, "n": inputs["conversions"], "inputs": inputs}
    return window.figure("credit_share", CREDIT, "share", [COUNTED], campaign=campaign, **fields)


def _unattributed(window: Window, campaign: str, inputs: Mapping[str, Input], **fields: Any) -> Figure:
    fields |= {"n": inputs.get("conversions"), "inputs": inputs}
    return window.figure("credit_unattributed", CREDIT, "share", [COUNTED], campaign=campaign, **fields)


def _touches(
    source: Source, carriers: Carriers, campaign: str, window: Window
) -> Iterator[tuple[str, str | None, float]]:
    """(account, partner or None, moment) of each exposure and conversion."""
    posts: dict[str, Mention] = {}
    mentions = source.mentions(window.start, window.end, platform=window.platform)
    while batch := list(islice(mentions, _BATCH)):
        asked = {one["post_id"] for one in batch if one["kind"] in ACTS} - posts.keys()
        told = source.posts(sorted(asked))
        posts.update((one, _belongs(told.get(one), campaign)) for one in asked)
        for mention in batch:
            if mention["author"]["role"] != "public" or mention["author"].get("key") is None or is_spam(mention):
                continue
            post = posts.get(mention["post_id"], _NOWHERE)
            partner = carriers.partner(post) if post else None
            official = bool(post) and post["author"]["role"] == "official"
            if partner is not None or official or campaign in (mention.get("campaigns") or ()):
                yield mention["author"]["key"], partner, published(mention).timestamp()


_NOWHERE: Mention = {}


def _belongs(post: Mention | None, campaign: str) -> Mention:
    """The post if it is of the campaign, else nothing."""
    return post if post is not None and campaign in (post.get("campaigns") or ()) else _NOWHERE


def lift_figures(
    source: Source, carriers: Carriers, campaign: str, window: Window, posts: Iterable[Mention], constants: Constants
) -> list[Figure]:
    """lift_mentions, _complaints, _positive, _negative of each partner with posts whose hours are over. Raises IndexUnavailable."""
    done = window.computed_at - timedelta(hours=constants.lift_hours)
    own: dict[str, list[datetime]] = {}
    for post in posts:
        partner = carriers.partner(post)
        mine = window.holds(post) and campaign in (post.get("campaigns") or ()) and published(post) <= done
        if partner is not None and mine:
            own.setdefault(partner, []).append(published(post))
    if not own:
        return []
    first = min(min(times) for times in own.values()) - constants.lift_before
    start = first.astimezone(JAKARTA).replace(hour=0, minute=0, second=0, microsecond=0)
    end = min(window.end, window.computed_at)
    rows = []
    for metric, (having, rests_on) in SERIES.items():
        if not window.verdict([rests_on]):
            rows += [
                window.figure(metric, LIFT, "mentions", [rests_on], campaign=campaign, partner=p) for p in sorted(own)
            ]
            continue
        counts = np.asarray(source.volume(window.platform, start, end, constants.lift_bin, having), dtype=float)
        heard = np.flatnonzero(counts)
        counts[: heard[0] if len(heard) else len(counts)] = np.nan  # before the first mention nobody counted
        for partner, times in sorted(own.items()):
            found = _pooled(counts, start, sorted(times), own, constants)
            fields = {"campaign": campaign, "partner": partner, "n": len(times)} | found
            rows.append(window.figure(metric, LIFT, "mentions", [rests_on], **fields))
    return rows


def _pooled(
    counts: Any,
    start: datetime,
    times: Sequence[datetime],
    everybody: Mapping[str, Sequence[datetime]],
    told: Constants,
) -> dict[str, Any]:
    a_day, step = round(_DAY / told.lift_bin), told.lift_bin
    bins = sorted({int((one - start) // step) for times_ in everybody.values() for one in times_})
    worked = busy(len(counts), bins, max(1, round(told.lift_hours * a_day / 24)))
    expected = usual(counts, a_day, worked, first_weekday=start.weekday())
    lifts: list[Lift] = []
    for place, moment in enumerate(times):
        hours = told.lift_hours
        if place + 1 < len(times):
            hours = min(hours, (times[place + 1] - moment) / timedelta(hours=1))
        at = int((moment - start) // step)
        if hours * a_day / 24 >= 1 and at < len(counts):
            lifts.append(lift(expected, at, hours))
    inputs: dict[str, Input] = {
        "hours": told.lift_hours,
        "usual": round(sum(one.usual for one in lifts), 2),
        "quiet_days": round(int(expected.quiet.sum()) * step / _DAY, 1),
        "placebos": min((one.placebos for one in lifts), default=0),
        "level": 0.9,
    }
    quiet = int(expected.quiet.sum()) * step
    if not lifts or quiet < LEAST_QUIET or not all(np.isfinite([one.low, one.high]).all() for one in lifts):
        return {"refused": "too_few", "inputs": inputs}
    whole = sum(one.mentions for one in lifts)
    under, over = (
        _together([one.mentions - one.low for one in lifts]),
        _together([one.high - one.mentions for one in lifts]),
    )
    return {"value": round(whole, 2), "low": round(whole - under, 2), "high": round(whole + over, 2), "inputs": inputs}


def _together(halves: Sequence[float]) -> float:
    """Half width of a sum of errors that are correlated by ALIKE."""
    return float(np.sqrt((1 - ALIKE) * sum(one**2 for one in halves) + ALIKE * sum(halves) ** 2))
