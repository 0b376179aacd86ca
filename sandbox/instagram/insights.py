"""Insights: which metric exists for which product, and its value at a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sandbox.instagram.errors import GraphError, invalid
from sandbox.instagram.nodes import time
from sandbox.scenario.world import Actor, Item, World

_ALL = {"reach", "views", "shares", "total_interactions", "reposts"}
_FEED = {"likes", "comments", "saved", "follows", "profile_visits", "profile_activity"}
MEDIA_METRICS = {
    "FEED": _ALL | _FEED,
    "REELS": _ALL
    | {"likes", "comments", "saved", "ig_reels_avg_watch_time", "ig_reels_video_view_total_time", "reels_skip_rate"},
    "STORY": _ALL | {"follows", "profile_visits", "profile_activity", "navigation", "replies", "link_clicks"},
}
ACCOUNT_METRICS = {
    "reach",
    "views",
    "accounts_engaged",
    "total_interactions",
    "likes",
    "comments",
    "shares",
    "saves",
    "replies",
    "reposts",
    "follows_and_unfollows",
    "profile_links_taps",
}
_SERIES = {"reach", "follower_count"}
_LAG = timedelta(minutes=30)
_DAY = timedelta(days=1)


def media_insights(item: Item, metrics: list[str], now: datetime) -> dict[str, Any]:
    """Lifetime metrics of an own medium. `data` is empty while the platform has not counted yet (not zero).

    Raises GraphError (#100) if one metric does not fit the product, (#10) for a story with fewer than five viewers.
    """
    product = {"reel": "REELS", "story": "STORY"}.get(item.format or "", "FEED")
    if not metrics:
        raise invalid("The parameter metric is required")
    for metric in metrics:
        if metric not in MEDIA_METRICS[product]:
            raise invalid(f"The Media Insights API does not support the {metric} metric for this media product type.")
    if now - item.published_at < _LAG:
        return {"data": []}
    if product == "STORY" and item.counter("reach", now) < 5:
        raise GraphError(10, "(#10) Not enough viewers for the media to show insights")
    return {
        "data": [
            {
                "name": metric,
                "period": "lifetime",
                "values": [{"value": _media_value(item, metric, now)}],
                "title": metric.replace("_", " ").capitalize(),
                "description": f"{metric} of the media object",
                "id": f"{item.id}/insights/{metric}/lifetime",
            }
            for metric in metrics
        ]
    }


def _media_value(item: Item, metric: str, now: datetime) -> int:
    count = item.counter
    match metric:
        case "comments":
            return item.visible_comments(now)
        case "total_interactions":
            return sum(
                count(n, now) for n in ("likes", "saved", "shares", "reposts", "replies")
            ) + item.visible_comments(now)
        case "profile_activity":
            return count("profile_visits", now) // 9
        case "ig_reels_avg_watch_time":
            return count("ig_reels_video_view_total_time", now) // max(count("views", now), 1)
        case "reels_skip_rate":
            return 20 + int(item.id) % 30
        case _:
            return count(metric, now)


def account_insights(
    world: World,
    actor: Actor,
    metrics: list[str],
    total: bool,
    since: datetime | None,
    until: datetime | None,
    now: datetime,
) -> dict[str, Any]:
    """Day metrics of an own account over [since, until), default the last 24 hours.

    Raises GraphError (#100) for unknown metrics, for series where only totals exist, and for spans over 30 days.
    """
    end = until or now
    start = since or end - _DAY
    if end <= start or end - start > timedelta(days=30):
        raise invalid("There cannot be more than 30 days (2592000 s) between since and until")
    data = []
    for metric in metrics:
        if metric not in ACCOUNT_METRICS | {"follower_count"}:
            raise invalid(f"metric[0] must be one of the following values: {', '.join(sorted(ACCOUNT_METRICS))}")
        if not total and metric not in _SERIES:
            raise invalid(
                f"The following metrics ({metric}) should be specified with parameter metric_type=total_value"
            )
        row: dict[str, Any] = {"name": metric, "period": "day"}
        if total:
            row["total_value"] = {"value": _account_value(world, actor, metric, start, min(end, now))}
        else:
            row["values"] = _series(world, actor, metric, start, min(end, now))
        row |= {
            "title": metric.replace("_", " ").capitalize(),
            "description": f"{metric} of the account",
            "id": f"{actor.id}/insights/{metric}/day",
        }
        data.append(row)
    return {"data": data if metrics else []}


def _series(world: World, actor: Actor, metric: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
    rows = []
    while start < end:
        stop = min(start + _DAY, end)
        rows.append({"value": _account_value(world, actor, metric, start, stop), "end_time": time(stop)})
        start = stop
    return rows


def _account_value(world: World, actor: Actor, metric: str, start: datetime, end: datetime) -> int:
    if end <= start:
        return 0
    if metric in ("follower_count", "follows_and_unfollows"):
        return int(actor.followers * 0.0012 * (end - start).total_seconds() / 86400)
    name = {"saves": "saved", "accounts_engaged": "likes", "profile_links_taps": "profile_visits"}.get(metric, metric)
    posts = world.posts.get(actor.record_id, [])
    if name == "comments":
        return sum(p.visible_comments(end) - p.visible_comments(start) for p in posts if p.published_at <= end)
    if name == "total_interactions":
        return sum(
            _account_value(world, actor, n, start, end)
            for n in ("likes", "saves", "shares", "reposts", "comments", "replies")
        )
    return sum(p.counter(name, end) - p.counter(name, start) for p in posts)
