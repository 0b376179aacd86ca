"""The scorecard of a campaign or partner: stored figures of attribution, the newest period of each, every one open to its inputs.

What is refused, or may not be shown here and now, says why in words; it is never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dengar.attribution.figure import Figure
from dengar.attribution.newest import newest
from dengar.attribution.window import COUNTED
from dengar.policy import Policy
from dengar.records import JAKARTA, timestamp
from dengar.web.archive import Archive
from dengar.web.words import Words

INDEX = "attribution"
SECTIONS: Mapping[str, Sequence[str]] = {
    "carried": (
        "engaged_reach", "engaged_incremental", "engaged_shapley", "engaged_union", "engaged_next_best", "reach_measured",
        "reach_potential", "reach_modelled",
    ),
    "caused": (
        "credit_share", "credit_unattributed", "lift_mentions", "lift_complaints", "lift_positive", "lift_negative",
    ),
    "voice": ("share_of_voice_mentions", "share_of_voice_authors", "participants", "drop_off"),
    "posts": (
        "engagement_rate_by_followers", "engagement_rate_by_reach", "engagement_rate_by_views", "overperformance",
        "undisclosed_posts",
    ),
    "answered": ("response_net_sentiment", "response_question_share", "response_hoax_share"),
    "spread": (
        "diffusion_virality", "network_communities", "broker_betweenness", "local_leader_people", "botlike_accounts",
    ),
}  # fmt: skip
_AGENDA = "agenda_lead"
_JUDGED = ("response_", "lift_complaints", "lift_positive", "lift_negative", "undisclosed_")
_OWN = {"reach_measured": "metrics.reach", "reach_modelled": "metrics.reach_modelled"}
_YES_OR_NO = ("exact", "effect_shown", "sampled")
"""Inputs that say yes or no; a record holds them as 1 and 0."""
MOST = 12
"""Rows of one metric on a page; the others are listed by the command line."""
_READ = 5_000


@dataclass(frozen=True)
class Row:
    """`value` is for people, or the reason why there is none (`refused`). `opened`: name and value of what it rests on."""

    metric: str
    cut: str
    platform: str
    partner: str | None
    value: str
    refused: bool
    opened: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Section:
    """`left_out` rows are not shown here."""

    name: str
    rows: Sequence[Row]
    left_out: int


def of_campaign(archive: Archive, policy: Policy, words: Words, campaign: str, end: datetime) -> list[Section]:
    """What is told of a campaign up to a moment; empty where nothing was told yet. Raises IndexUnavailable."""
    return _sections(stored(archive, {"campaign": campaign}, end), policy, words)


def of_partner(archive: Archive, policy: Policy, words: Words, partner: str, end: datetime) -> list[Section]:
    """What is told of a partner, by campaign and over all."""
    return _sections(stored(archive, {"partner": partner}, end), policy, words)


def agenda(archive: Archive, policy: Policy, words: Words, end: datetime) -> list[Row]:
    """Who leads whose agenda, by platform."""
    figures = newest(stored(archive, {"metric": _AGENDA}, end))
    return [_row(one, policy, words) for one in sorted(figures, key=_order)]


def stored(archive: Archive, having: Mapping[str, str], end: datetime) -> list[Figure]:
    """Figures with these values whose period began before a moment, the last period first. Raises IndexUnavailable."""
    filters: list[dict[str, Any]] = [{"term": {name: value}} for name, value in having.items()]
    filters.append({"range": {"period.start": {"lt": timestamp(end)}}})
    body = {"query": {"bool": {"filter": filters}}, "sort": [{"period.end": "desc"}, "id"], "size": _READ}
    return [Figure.from_dict(one) for one in archive.listed(INDEX, body)]


def _sections(figures: Iterable[Figure], policy: Policy, words: Words) -> list[Section]:
    by: dict[str, list[Figure]] = {}
    for one in newest(figures):
        by.setdefault(one.metric, []).append(one)
    sections = []
    for name, metrics in SECTIONS.items():
        rows, left_out = list[Row](), 0
        for metric in metrics:
            told = sorted(by.get(metric, ()), key=_order)
            rows += [_row(one, policy, words) for one in told[:MOST]]
            left_out += max(0, len(told) - MOST)
        if rows:
            sections.append(Section(name, rows, left_out))
    return sections


def _order(one: Figure) -> tuple[Any, ...]:
    rank = one.dimension.get("rank", "")
    return one.platform, one.value is None, int(rank) if rank.isdigit() else 0, -float(one.value or 0), one.key


def _row(one: Figure, policy: Policy, words: Words) -> Row:
    barred = one.refused is None and not may_show(one, policy)
    shown = one.refuse("policy_off") if barred else one
    cut = [f"{words.label('cut', name)} {_cut(name, value, words)}" for name, value in sorted(one.dimension.items())]
    if one.campaign is not None and one.partner is not None:
        cut.insert(0, words.label("campaign", one.campaign))
    return Row(
        one.metric,
        " · ".join(cut),
        one.platform,
        one.partner,
        told(shown, words),
        shown.refused is not None,
        [] if barred else _opened(shown, words),
    )


def _cut(name: str, value: str, words: Words) -> str:
    if name == "with":
        return words.label("partner", value)
    return words.label({"first": "group", "second": "group", "member": "campaign"}.get(name, name), value)


def may_show(one: Figure, policy: Policy) -> bool:
    """Whether today's profile lets a figure be shown, whatever it was computed under."""
    name = "mention.intent" if one.metric.startswith(_JUDGED) else _OWN.get(one.metric, COUNTED)
    return policy.allows("derive", one.platform, name) and policy.allows("show", one.platform, name)


def told(one: Figure, words: Words) -> str:
    """The value with its interval, or why there is none."""
    if one.refused is not None:
        return words.label("refused", one.refused)
    between = ""
    if one.low is not None or one.high is not None:
        between = f" ({_amount(one.low, one.unit, words)} … {_amount(one.high, one.unit, words)})"
    if one.metric == _AGENDA and not one.inputs.get("effect_shown"):
        return words("scorecard.no_effect") + between
    if one.metric.startswith(("lift_", "credit_share")) and one.low is not None and one.low <= 0:
        return f"{words('scorecard.no_effect')}: {_amount(one.value, one.unit, words)}{between}"
    if one.metric == _AGENDA:
        return words("scorecard.leads", group=words.label("group", one.inputs["leader"])) + between
    if one.value is None:
        bounds = [
            f"{sign} {_amount(bound, one.unit, words)}"
            for sign, bound in (("≥", one.low), ("≤", one.high))
            if bound is not None
        ]
        return f"{' · '.join(bounds)} {words.label('figure_unit', one.unit)}".rstrip()
    return f"{_amount(one.value, one.unit, words)}{between} {words.label('figure_unit', one.unit)}".rstrip()


def _amount(value: float | None, unit: str, words: Words) -> str:
    if value is None:
        return "–"
    if unit == "share":
        return words.decimal(100 * value, 1) + " %"
    return words.decimal(value, 0 if float(value).is_integer() else 2)


def _opened(one: Figure, words: Words) -> list[tuple[str, str]]:
    first, end, computed = (at.astimezone(JAKARTA) for at in (one.start, one.end, one.computed_at))
    rows: list[tuple[str, Any]] = [
        ("formula", one.formula),
        ("period", f"{first:%Y-%m-%d %H.%M} – {end:%Y-%m-%d %H.%M} WIB"),
        ("account", one.account),
        ("n", one.n),
        ("coverage", None if one.coverage is None else words.decimal(100 * one.coverage, 1) + " %"),
        ("policy", one.profile + (f" · {one.rule}" if one.rule else "")),
        ("computed", f"{computed:%Y-%m-%d %H.%M} WIB"),
    ]
    named = [(words(f"scorecard.{name}"), value) for name, value in rows if value is not None]
    inputs = [
        (name.replace("_", " "), bool(value) if name in _YES_OR_NO else value)
        for name, value in sorted(one.inputs.items())
        if value is not None
    ]
    return [(name, _plain(value, words)) for name, value in [*named, *inputs]]


def _plain(value: Any, words: Words) -> str:
    if isinstance(value, bool):
        return words("scorecard.yes" if value else "scorecard.no")
    if isinstance(value, int | float):
        return words.decimal(value, 0 if float(value).is_integer() else 4)
    if isinstance(value, list):
        shown = ", ".join(map(str, value[:MOST]))
        return shown if len(value) <= MOST else words("scorecard.more", shown=shown, n=words.number(len(value) - MOST))
    return str(value)
