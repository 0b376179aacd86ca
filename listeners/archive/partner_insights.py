"""A partner's own insights: the content export of Meta Business Suite, or the same columns written by hand."""

from __future__ import annotations

from listeners.archive.rows import Export, Row, RowError, count, required
from listeners.context import Context
from listeners.instagram import split
from listeners.item import RawItem

METRICS = {
    "reach": ("reach",),
    "views": ("views",),
    "likes": ("likes",),
    "comments": ("comments",),
    "saved": ("saves", "saved"),
    "shares": ("shares",),
    "follows": ("follows",),
    "total_interactions": ("interactions", "total interactions", "total_interactions"),
}


def insights(row: Row, context: Context) -> list[RawItem]:
    """A row as an insight set of one medium, authorised by the partner. Empty cells are unavailable, not 0."""
    identity = required(row, "post id", "media_id")
    told = {metric: count(row, *columns) for metric, columns in METRICS.items()}
    data = [
        {
            "name": metric,
            "period": "lifetime",
            "values": [{"value": number}],
            "id": f"{identity}/insights/{metric}/lifetime",
        }
        for metric, number in told.items()
        if number is not None
    ]
    if not data:
        raise RowError("empty_page", "the row holds no metric that dengar knows: unavailable, not zero")
    account = row.get("account id") or row.get("account_id") or None
    here = Context(
        context.request, context.via, "authorised", account, f"ig:media:{identity}", backfill=context.backfill
    )
    return split.insights("media_insights", {"id": identity, "data": data}, here)


BUSINESS_SUITE = Export(
    "instagram.partner_insights",
    "Insights of a partner (Meta Business Suite content export)",
    frozenset({"post id", "reach"}),
    {
        "Post ID": "the media id",
        "Account ID": "the account",
        "Reach, Views, Likes, Comments, Shares, Follows": "lifetime insights of the same names; an empty cell is unavailable",
        "Saves": "`saved`",
        "Interactions or Total interactions": "`total_interactions`",
    },
    insights,
)
BY_HAND = Export(
    "instagram.partner_insights_by_hand",
    "Insights of a partner, written by hand",
    frozenset({"media_id", "reach"}),
    {
        "media_id": "the media id",
        "account_id": "the account",
        "reach, views, likes, comments, saved, shares, follows, total_interactions": "insights, lifetime",
    },
    insights,
)
