"""Demographics of an own account's audience: top 45 a breakdown, from 100 people on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.instagram.errors import GraphError, invalid
from sandbox.scenario.world import Actor, World

METRICS = {"follower_demographics", "engaged_audience_demographics"}
LEAST = 100
MOST_ROWS = 45
_SHARES: dict[str, dict[str, float]] = {
    "age": {"13-17": 0.03, "18-24": 0.24, "25-34": 0.35, "35-44": 0.22, "45-54": 0.11, "55-64": 0.04, "65+": 0.01},
    "gender": {"F": 0.54, "M": 0.42, "U": 0.04},
    "city": {"Lembahrawa, Jawa Rekaan": 0.31, "Tanjungasri, Jawa Rekaan": 0.17, "Sukamaju, Jawa Rekaan": 0.09},
    "country": {"ID": 0.96, "MY": 0.02, "SG": 0.01},
}


def demographics(
    world: World, actor: Actor, metrics: list[str], breakdown: str | None, total: bool, now: datetime
) -> dict[str, Any]:
    """Lifetime demographics by one breakdown. Raises GraphError (#100) for what does not fit, (#10) for a small audience."""
    if not total:
        raise invalid("The demographic metrics should be specified with parameter metric_type=total_value")
    if breakdown not in _SHARES:
        raise invalid(f"The parameter breakdown must be one of {', '.join(_SHARES)}")
    data = []
    for metric in metrics:
        people = _people(world, actor, metric, now)
        if people < LEAST:
            raise GraphError(10, "(#10) Not enough viewers for the media to show insights")
        results = [
            {"dimension_values": [name], "value": int(people * share)} for name, share in _SHARES[breakdown].items()
        ]
        data.append(
            {
                "name": metric,
                "period": "lifetime",
                "title": metric.replace("_", " ").capitalize(),
                "description": f"{metric} of the account",
                "total_value": {"breakdowns": [{"dimension_keys": [breakdown], "results": results[:MOST_ROWS]}]},
                "id": f"{actor.id}/insights/{metric}/lifetime",
            }
        )
    return {"data": data}


def _people(world: World, actor: Actor, metric: str, now: datetime) -> int:
    if metric == "follower_demographics":
        return int(actor.followers * (1 + 0.0012 * (now - world.start).total_seconds() / 86400))
    return sum(post.counter("likes", now) for post in world.posts.get(actor.record_id, []))
