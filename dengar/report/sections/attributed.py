"""Stored figures of attribution (DAG attribute_reach) as figures of the report: each keeps what it rests on, or why it is not told.

A report about a campaign takes the campaign so far, any other one the week's. What is no longer allowed under today's profile is off.
"""

from __future__ import annotations

from typing import Any

from dengar.attribution.figure import Figure as Stored
from dengar.attribution.newest import newest
from dengar.attribution.window import COUNTED
from dengar.report.figure import OFF, Figure, Kind, Missing
from dengar.report.scope import Scope

REACH = ("engaged_reach", "engaged_incremental", "engaged_shapley", "engaged_union")
TOLD = (
    "share_of_voice_mentions", "share_of_voice_authors", "credit_share", "credit_unattributed", "lift_mentions", "reach_measured",
    "reach_potential", "reach_modelled", "engagement_rate_by_reach", "engagement_rate_by_followers", "response_net_sentiment",
    "response_question_share", "response_hoax_share", "participants", "drop_off", "undisclosed_posts",
)  # fmt: skip
"""Metrics of the table, in its order."""
_JUDGED = ("response_", "undisclosed_")
_OWN = {"reach_measured": "metrics.reach", "reach_modelled": "metrics.reach_modelled"}
_WHY: dict[str, tuple[Kind, str]] = {
    "coverage_below_floor": ("not_obtainable", "coverage_below_floor"),
    "not_obtainable": ("not_obtainable", "attribution_not_obtainable"),
    "too_few": ("too_few", "too_few_to_tell"),
}


def stored(scope: Scope) -> list[Stored]:
    """What was told of the report's campaign up to the end of its week, else of its week. Raises IndexUnavailable."""
    campaign = None if scope.campaign is None else scope.campaign.id
    rows = [Stored.from_dict(one) for one in scope.source.attribution(scope.span, campaign)]
    if campaign is None:
        rows = [one for one in rows if (one.start, one.end) == (scope.week.since, scope.week.until)]
    return newest(rows)


def rests_on(metric: str) -> str:
    """The field that policy is asked about."""
    return "mention.intent" if metric.startswith(_JUDGED) else _OWN.get(metric, COUNTED)


def figures(scope: Scope, rows: list[Stored]) -> list[Figure]:
    """`attributed`, one a stored figure of TOLD, by metric, platform and size."""
    told = [one for one in rows if one.metric in TOLD and "post" not in one.dimension]
    told.sort(key=lambda one: (TOLD.index(one.metric), one.platform, -(one.value or 0), one.partner or "", one.key))
    return [_figure(scope, one) for one in told]


def why(scope: Scope, one: Stored) -> Missing | None:
    """Why a stored figure has no value here; None where it has one."""
    name = rests_on(one.metric)
    verdict = scope.judgeable(one.platform, name)
    if not verdict:
        return scope.off(one.platform, name, verdict)
    if one.refused == "policy_off":
        return Missing(OFF, one.rule or name)
    return None if one.refused is None else Missing(*_WHY[one.refused])


def opened(one: Stored) -> dict[str, Any]:
    """What a stored figure rests on, as plain JSON: `dengar attribution show` opens its `stored` key further."""
    return {
        "stored": one.key, "metric": one.metric, "partner": one.partner, "cut": dict(one.dimension), "low": one.low, "high": one.high,
        "coverage": one.coverage, "profile": one.profile, "rule": one.rule, "from": one.start.isoformat(), "to": one.end.isoformat(),
    }  # fmt: skip


def _figure(scope: Scope, one: Stored) -> Figure:
    missing = why(scope, one)
    cut = "|".join(
        filter(None, [one.metric, one.partner, one.account, *(f"{k}={v}" for k, v in sorted(one.dimension.items()))])
    )
    detail = opened(one)
    if missing is not None:
        detail |= {"low": None, "high": None}
    if missing is not None and missing.kind == OFF:
        detail["coverage"] = None
    return Figure(
        "attributed",
        one.formula,
        one.platform,
        cut,
        None if missing else one.value,
        unit=one.unit,
        n=None if missing is not None and missing.kind == OFF else one.n,
        missing=missing,
        detail=detail,
    )
