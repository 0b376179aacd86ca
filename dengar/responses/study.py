"""The study's concepts as figures, each with n and an interval: one pass over mentions, one over conversations. Pure.

What each figure is, and what it is not, stands in infra/measures.yaml and docs/measures.md. There is no composite index: figures of
different kinds are not added up.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dengar.responses.figures import wilson
from dengar.responses.measures import Wait, median_interval, waits_of
from dengar.responses.record import Response
from dengar.responses.turn import PUBLIC

Z = 1.959964
"""Half width of a 95 % interval in standard errors."""
_MOOD = {"negative": -1, "neutral": 0, "positive": 1}


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, what it was computed of (n), and its 95 % interval; None where it cannot be told. Shares lie between 0 and 1."""

    value: float | None
    n: int
    interval: tuple[float, float] | None = None
    unit: str = "share"


@dataclass
class Tally:
    """What is counted on one platform."""

    platform: str
    official: Counter[str] = field(default_factory=Counter)
    purposes: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    campaigned: Counter[str] = field(default_factory=Counter)
    campaigns: set[str] = field(default_factory=set)
    partners: Counter[str] = field(default_factory=Counter)
    public: int = 0
    taken_up: int = 0
    intents: Counter[str] = field(default_factory=Counter)
    complaints: Counter[str] = field(default_factory=Counter)
    moods: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    authors: Counter[str] = field(default_factory=Counter)
    posts: set[str] = field(default_factory=set)
    below: Counter[str] = field(default_factory=Counter)
    reach: list[int] = field(default_factory=list)
    conversations: int = 0
    answered: int = 0
    turns: list[int] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    outcomes: Counter[bool] = field(default_factory=Counter)
    replied: int = 0
    flags: Counter[str] = field(default_factory=Counter)


def tallied(
    mentions: Iterable[Mapping[str, Any]], responses: Iterable[Response], reach: Mapping[str, int], now: datetime
) -> dict[str, Tally]:
    """platform → what is counted. `reach`: id of a post → its reach as last told."""
    found: dict[str, Tally] = {}
    for mention in mentions:
        platform = mention["platform"]
        _count(found.setdefault(platform, Tally(platform)), mention, reach)
    for response in responses:
        platform = response["platform"]
        _converse(found.setdefault(platform, Tally(platform)), response, now)
    return found


def _count(tally: Tally, mention: Mapping[str, Any], reach: Mapping[str, int]) -> None:
    role, kind = mention["author"]["role"], mention["kind"]
    campaigns = mention.get("campaigns") or []
    if role == "official":
        tally.official[kind] += 1
        if kind == "post":
            tally.posts.add(mention["id"])
            tally.purposes[_label(mention, "purpose") or ""] += 1
            tally.formats[mention.get("post_format") or "unknown"] += 1
            tally.campaigned["yes" if campaigns else "no"] += 1
            tally.campaigns.update(campaigns)
            if mention["id"] in reach:
                tally.reach.append(reach[mention["id"]])
        return
    tally.others[mention["collected"]["ownership"]] += 1
    if role in ("influencer", "partner") and kind == "post":
        tally.partners["yes" if campaigns else "no"] += 1
    if role not in PUBLIC:
        return
    tally.public += 1
    tally.taken_up += bool(campaigns)
    tally.below[mention["post_id"]] += 1
    if mention["author"].get("key"):
        tally.authors[mention["author"]["key"]] += 1
    if intent := _label(mention, "intent"):
        tally.intents[intent] += 1
        if intent == "complaint":
            tally.complaints[_label(mention, "category") or "other"] += 1
    if mood := _label(mention, "sentiment"):
        tally.moods[mood] += 1


def _converse(tally: Tally, response: Response, now: datetime) -> None:
    if response["opened_at"] is None or response["state"] == "dismissed":
        return
    tally.conversations += 1
    ended = [one["ended_by"] for one in response["rounds"]]
    tally.answered += "answer" in ended or "orally" in ended
    tally.turns.append(sum(response["counts"].values()))
    first, last = response["sentiment"]["first"], response["sentiment"]["last"]
    if first and last:
        tally.changes.append(_MOOD[last] - _MOOD[first])
    wait = response["rounds"][0]
    by_answer = wait["ended_by"] in ("answer", "orally")
    if wait["ended_at"] is None:
        seconds = max(0.0, (now - datetime.fromisoformat(wait["asked_at"])).total_seconds())
        if now > datetime.fromisoformat(wait["due_at"]):
            tally.outcomes[False] += 1
    else:
        seconds = wait["wall_ms"] / 1000
        if by_answer or not wait["within"]:
            tally.outcomes[wait["within"]] += 1
    tally.waits.append(Wait(seconds, by_answer))
    if any(turn["copy"] and turn["gone"] is None for turn in response["turns"]):
        tally.replied += 1
        tally.flags.update(response["flags"])
        tally.flags["explains"] += "explains_steps" in response["flags"] or "gives_deadline" in response["flags"]


def _label(mention: Mapping[str, Any], name: str) -> str | None:
    judged = mention.get(name)
    return None if judged is None else judged["label"]


def _share(part: int, whole: int) -> Figure:
    return Figure(part / whole if whole else None, whole, wilson(part, whole))


def _mean(values: Sequence[float], unit: str) -> Figure:
    n = len(values)
    if n < 2:
        return Figure(values[0] if values else None, n, None, unit)
    mean = math.fsum(values) / n
    half = Z * math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n)
    return Figure(mean, n, (mean - half, mean + half), unit)


def answering_share(tally: Tally) -> Figure:
    """Replies and messages among what official accounts publish."""
    return _share(tally.official["reply"] + tally.official["dm"], tally.official.total())


def turns(tally: Tally) -> Figure:
    """Turns a conversation."""
    return _mean(tally.turns, "turns")


def mood_change(tally: Tally) -> Figure:
    """Change of sentiment within a conversation, from −2 to 2."""
    return _mean(tally.changes, "points")


def reply_ratio(tally: Tally) -> Figure:
    """Conversations answered."""
    return _share(tally.answered, tally.conversations)


def first_response(tally: Tally) -> Figure:
    """Median hours to the first answer, with those who still wait."""
    median, interval = waits_of(tally.waits).median, median_interval(tally.waits)
    hours = None if interval is None else (interval[0] / 3600, interval[1] / 3600)
    return Figure(None if median is None else median / 3600, len(tally.waits), hours, "hours")


def within_target(tally: Tally) -> Figure:
    """First responses in time."""
    return _share(tally.outcomes[True], tally.outcomes.total())


def _of_posts(tally: Tally, *purposes: str) -> Figure:
    return _share(sum(tally.purposes[name] for name in purposes), tally.purposes.total())


def clarification_share(tally: Tally) -> Figure:
    """Official posts that clarify."""
    return _of_posts(tally, "clarification")


def accountability_share(tally: Tally) -> Figure:
    """Official posts that account for what was done."""
    return _of_posts(tally, "accountability")


def education_share(tally: Tally) -> Figure:
    """Official posts that teach or inform about programmes."""
    return _of_posts(tally, "education", "programme_information")


def agenda_uptake(tally: Tally) -> Figure:
    """Public mentions that take up a campaign."""
    return _share(tally.taken_up, tally.public)


def outside_share(tally: Tally) -> Figure:
    """What others say outside the ministry's own accounts."""
    return _share(tally.others.total() - tally.others["owned"], tally.others.total())


def hoax_share(tally: Tally) -> Figure:
    """Public mentions that pass on a hoax, of those judged."""
    return _share(tally.intents["hoax"], tally.intents.total())


def format_evenness(tally: Tally) -> Figure:
    """Entropy of the formats of official posts, 1 where all are used alike; its interval by a multinomial bootstrap."""
    counts = [count for _, count in sorted(tally.formats.items())]
    n = sum(counts)
    if len(counts) < 2:
        return Figure(None, n)
    import numpy as np

    drawn = np.random.default_rng(0).multinomial(n, np.array(counts) / n, 2_000)
    low, high = np.quantile([_evenness(row) for row in drawn.tolist()], [0.025, 0.975])
    return Figure(_evenness(counts), n, (float(low), float(high)))


def _evenness(counts: Sequence[int]) -> float:
    n = sum(counts)
    return -math.fsum(count / n * math.log(count / n) for count in counts if count) / math.log(len(counts))


def reach(tally: Tally) -> Figure:
    """Median reach of official posts; the interval by order statistics (binomial, normal approximation)."""
    values = sorted(tally.reach)
    n = len(values)
    if not n:
        return Figure(None, 0, None, "accounts")
    half = Z * math.sqrt(n) / 2
    low, high = max(0, math.floor(n / 2 - half)), min(n - 1, math.ceil(n / 2 + half))
    middle = (values[(n - 1) // 2] + values[n // 2]) / 2
    return Figure(middle, n, (float(values[low]), float(values[high])), "accounts")


def campaign_share(tally: Tally) -> Figure:
    """Official posts of a campaign."""
    return _share(tally.campaigned["yes"], tally.campaigned.total())


def influencer_share(tally: Tally) -> Figure:
    """Posts of influencers and partners that belong to a campaign."""
    return _share(tally.partners["yes"], tally.partners.total())


def returning_share(tally: Tally) -> Figure:
    """Public authors who spoke at least twice."""
    return _share(sum(count > 1 for count in tally.authors.values()), len(tally.authors))


def comments_per_post(tally: Tally) -> Figure:
    """Public mentions below an official post, those without any too."""
    return _mean([tally.below[post] for post in sorted(tally.posts)], "mentions")


def acknowledging_share(tally: Tally) -> Figure:
    """Answered conversations in which an answer acknowledges."""
    return _share(tally.flags["acknowledges"], tally.replied)


def explaining_share(tally: Tally) -> Figure:
    """Answered conversations in which an answer explains steps or gives a deadline."""
    return _share(tally.flags["explains"], tally.replied)


def data_complaint_share(tally: Tally) -> Figure:
    """Complaints about data of recipients."""
    return _share(tally.complaints["dtsen_data"], tally.complaints.total())


def net_sentiment(tally: Tally) -> Figure:
    """(positive − negative) / judged, from −1 to 1; the interval by the variance of a difference of multinomial shares."""
    n = tally.moods.total()
    if not n:
        return Figure(None, 0)
    good, bad = tally.moods["positive"] / n, tally.moods["negative"] / n
    half = Z * math.sqrt(max(0.0, good + bad - (good - bad) ** 2) / n)
    return Figure(good - bad, n, (max(-1.0, good - bad - half), min(1.0, good - bad + half)))


def counterpart_share(tallies: Mapping[str, Tally]) -> Figure:
    """Campaigns with official posts on every platform, of those with any."""
    where: dict[str, int] = defaultdict(int)
    for tally in tallies.values():
        for campaign in tally.campaigns:
            where[campaign] += 1
    return (
        _share(sum(count == len(tallies) for count in where.values()), len(where))
        if len(tallies) > 1
        else Figure(None, 0)
    )
