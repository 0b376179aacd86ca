"""What content of our own worked: by purpose × format, from the newest counters. The denominator is in the name, hidden counters are null.

engagement_public = likes + comments (reference: metrics); er_views = engagement_public / views. Never of two platforms in one figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from statistics import median
from typing import Any

from dengar.report.figure import Figure, Missing
from dengar.report.scope import PLATFORMS, Scope

FIELDS = ["id", "platform", "post_format", "purpose.label", "engagement", "published_at"]
MOST = 10
TOP = 3


def figures(scope: Scope) -> list[Figure]:
    """Posts and median engagement of each purpose × format, and the posts that were engaged with most."""
    return [row for platform in PLATFORMS for row in _of(scope, platform)]


def _of(scope: Scope, platform: str) -> list[Figure]:
    where = scope.where(platform=[platform], author__role=["official"], kind=["post"])
    posts = list(scope.source.mentions(scope.span, where, FIELDS))
    counted = Figure("own_posts", "own-posts/1", platform, None, len(posts), n=len(posts))
    if not posts:
        silent = not scope.observed([platform], scope.week.name)
        why = Missing("not_observed", "silent_week") if silent else Missing("too_few", "no_own_posts")
        return [Figure("own_posts", "own-posts/1", platform, missing=why)]
    refused = scope.judgeable(platform, "metrics.likes")
    if not refused:
        return [
            counted,
            Figure(
                "engagement", "engagement-public/1", platform, missing=scope.off(platform, "metrics.likes", refused)
            ),
        ]
    counters = scope.source.counters([post["id"] for post in posts])
    told = [(post, _engaged(post, counters.get(post["id"], {}))) for post in posts]
    judged = scope.judgeable(platform, "mention.purpose")
    groups: dict[str, list[tuple[int, float | None]]] = defaultdict(list)
    for post, (engagement, rate) in told:
        purpose = (post.get("purpose") or {}).get("label") if judged else None
        if engagement is not None:
            groups[f"{purpose or ''}/{post.get('post_format') or ''}"].append((engagement, rate))
    rows = [_group(platform, key, group) for key, group in groups.items()]
    rows.sort(key=lambda row: (-(row.value or 0), row.key))
    if not rows:
        rows = [Figure("engagement", "engagement-public/1", platform, missing=Missing("too_few", "counters_hidden"))]
    return [counted, *rows[:MOST], *_best(platform, told)]


def _engaged(post: Mapping[str, Any], counters: Mapping[str, int | None]) -> tuple[int | None, float | None]:
    """(likes + comments, that by views); None where the platform hides a part."""
    kept = post.get("engagement") or {}
    likes, comments = counters.get("likes", kept.get("likes")), counters.get("comments", kept.get("replies"))
    if likes is None or comments is None:
        return None, None
    views = counters.get("views")
    return likes + comments, (likes + comments) / views if views else None


def _group(platform: str, key: str, group: list[tuple[int, float | None]]) -> Figure:
    rates = [rate for _, rate in group if rate is not None]
    detail = {"er_views": round(median(rates), 4) if rates else None, "er_views_n": len(rates)}
    value = round(median(engagement for engagement, _ in group))
    return Figure("engagement", "engagement-public/median/1", platform, key, value, n=len(group), detail=detail)


def _best(platform: str, told: list[tuple[dict[str, Any], tuple[int | None, float | None]]]) -> list[Figure]:
    ranked = sorted((row for row in told if row[1][0] is not None), key=lambda row: (-(row[1][0] or 0), row[0]["id"]))
    return [
        Figure(
            "top_post",
            "engagement-public/1",
            platform,
            post["id"],
            engagement,
            n=1,
            detail={"format": post.get("post_format"), "published_at": post["published_at"]},
        )
        for post, (engagement, _) in ranked[:TOP]
    ]
