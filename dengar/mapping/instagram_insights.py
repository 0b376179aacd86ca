"""Instagram insights → metrics. An empty answer means "not available", never 0; −1 stands for too few viewers.

Counters without a date go into one record a period; each value of a dated series is a record of its own, so that reading
a day again writes beside, not over, what was known.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from dengar.mapping import drafts
from dengar.mapping.drafts import Mapped
from dengar.mapping.envelope import Envelope
from dengar.mapping.fields import count, items, node, required_identifier, string
from dengar.mapping.reasons import MappingError
from dengar.records import Outcome, timestamp

PERIODS = ("lifetime", "day", "week", "days_28")
_DEMOGRAPHICS = "_demographics"
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_STORY_COUNTERS = (
    "reach",
    "replies",
    "exits",
    "taps_forward",
    "taps_back",
    "impressions",
    "views",
    "shares",
    "follows",
)


def media_insights(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """`{"id": media id, "data": [insight …], "unavailable"?: {metric: reason}}`."""
    post_id = envelope.id("media", required_identifier(item))
    story = string(item, "media_product_type") == "STORY"
    return _records(
        item, envelope, {"object_id": post_id, "object_type": "story" if story else "post", "post_id": post_id}
    )


def account_insights(item: dict[str, Any], envelope: Envelope) -> Mapped:
    """`{"id": account id, "data": [insight …], "unavailable"?: {metric: reason}}`."""
    object_id = envelope.id("user", required_identifier(item))
    return _records(item, envelope, {"object_id": object_id, "object_type": "account", "post_id": None})


def story_insights(value: dict[str, Any], envelope: Envelope) -> Mapped:
    """The value of a story_insights webhook: the last counters of a story, sent when it ends."""
    post_id = envelope.id("media", required_identifier(value, "media_id"))
    values: dict[str, int | None] = {}
    unavailable: dict[str, str] = {}
    for name in _STORY_COUNTERS:
        if name in value:
            values[name] = _whole(value, name, name, unavailable)
    if not values:
        raise MappingError("no_values", "the story_insights change carries no counter that dengar knows")
    record = drafts.metrics(
        envelope, object_id=post_id, object_type="story", post_id=post_id, values=values, unavailable=unavailable
    )
    return Mapped(Outcome.METRICS, record)


def _records(item: dict[str, Any], envelope: Envelope, counted: dict[str, Any]) -> Mapped:
    undated: dict[str, dict[str, int | None]] = {}
    unavailable = _told(item)
    dated: list[dict[str, Any]] = []
    for insight in items(item, "data"):
        name, period = string(insight, "name") or "", string(insight, "period") or "lifetime"
        if not _NAME.fullmatch(name) or period not in PERIODS:
            raise MappingError("bad_shape", "an insight has no name or period that dengar knows")
        total = node(insight, "total_value")
        if name.endswith(_DEMOGRAPHICS):
            undated.setdefault(period, {}).update(_audience(name, total))
            continue
        entries = [total] if total else items(insight, "values")
        if not entries:
            unavailable.setdefault(name, "not_given")
        for entry in entries:
            reasons: dict[str, str] = {}
            value = _whole(entry, "value", name, reasons)
            end_time = envelope.time(entry.get("end_time"), "end_time")
            if end_time is None:
                undated.setdefault(period, {})[name] = value
                unavailable.update(reasons)
                continue
            series = f"{name}/{period}/{timestamp(end_time)}"
            dated.append(
                drafts.metrics(
                    envelope, **counted, values={name: value}, unavailable=reasons,
                    period=period, end_time=end_time, series=series,
                )
            )  # fmt: skip
    if not undated and not dated:
        unavailable = unavailable or {"insights": "not_given"}
    periods = list(undated) or ([] if dated and not unavailable else ["lifetime"])
    records = [
        drafts.metrics(
            envelope,
            **counted,
            values=undated.get(period, {}),
            unavailable=unavailable if number == 0 else None,
            period=period,
            series=period if number else None,
        )
        for number, period in enumerate(periods)
    ] + dated
    return Mapped(Outcome.METRICS, records[0], tuple(("metrics", record) for record in records[1:]))


def _audience(name: str, total: dict[str, Any]) -> dict[str, int | None]:
    """`follower_demographics` by age → `follower_age_25_34`: one counter a group.

    By age and gender only: cities and countries are open lists, and each would be a field of the index. They stay in the raw record.
    """
    found: dict[str, int | None] = {}
    for breakdown in items(total, "breakdowns"):
        keys = breakdown.get("dimension_keys")
        if keys not in (["age"], ["gender"]):
            continue
        for result in items(breakdown, "results"):
            parts = [name.removesuffix(_DEMOGRAPHICS)]
            for key, group in zip(keys or (), result.get("dimension_values") or (), strict=False):
                parts += [str(key), unicodedata.normalize("NFKD", str(group)).lower()]
            slug = _NOT_A_NAME.sub("_", "_".join(parts)).strip("_")[:60].rstrip("_")
            if _NAME.fullmatch(slug):
                found[slug] = count(result, "value")
    return found


def _told(item: dict[str, Any]) -> dict[str, str]:
    told = node(item, "unavailable")
    if not all(_NAME.fullmatch(name) and isinstance(reason, str) for name, reason in told.items()):
        raise MappingError("bad_shape", "unavailable is not metric -> reason")
    return {name: reason[:200] for name, reason in told.items()}


def _whole(entry: dict[str, Any], field: str, name: str, unavailable: dict[str, str]) -> int | None:
    """The counter, or None with the reason noted under `name`."""
    value = entry.get(field)
    if isinstance(value, dict):
        unavailable[name] = "only_by_breakdown"
    elif isinstance(value, float) and not value.is_integer():
        unavailable[name] = "not_a_whole_number"
    elif isinstance(value, int) and not isinstance(value, bool) and value < 0:
        unavailable[name] = "not_enough_viewers"
    else:
        number = count(entry, field)
        if number is None:
            unavailable[name] = "not_given"
        return number
    return None
