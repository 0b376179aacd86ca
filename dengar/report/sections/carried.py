"""Who carried the campaign: posts of partners, and the distinct people who acted on them (dengar.attribution), else why that can't be told.

Comments below other people's posts are to be had on YouTube; on Instagram only where the partner connected the account (dengar.obtainable).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dengar.attribution.reach import FORMULA, EngagedReach
from dengar.obtainable import access
from dengar.report.figure import Figure, Missing
from dengar.report.scope import PLATFORMS, PUBLIC, Scope
from dengar.report.source import Span, Where

Accounts = Mapping[tuple[str, str], str]
"""(platform, handle) of the registers → partner."""
COUNTED = "metrics.comments"
"""Distinct people who commented are a figure derived from comments: policy is asked about it so."""


def figures(scope: Scope) -> list[Figure]:
    """Posts of each partner, and engaged reach by partner and of all, by platform: audiences of two platforms are never added."""
    of = {(one.platform, one.handle): one.partner for one in scope.registers.accounts if one.partner}
    return [*_posts(scope, of), *(row for platform in PLATFORMS for row in _reach(scope, of, platform))]


def _posts(scope: Scope, of: Accounts) -> list[Figure]:
    """Posts of partners' accounts by partner and platform."""
    if not of:
        return []
    rows: Counter[tuple[str, str]] = Counter()
    where = scope.where(kind=["post"], author__handle=sorted({handle for _, handle in of}))
    for (platform, handle), count in scope.source.cube(("platform", "author.handle"), scope.span, where).items():
        if partner := of.get((str(platform), str(handle))):
            rows[str(platform), partner] += count
    return [
        Figure("partner_posts", "partner-posts/1", platform, partner, count, n=count)
        for (platform, partner), count in sorted(rows.items(), key=lambda row: (-row[1], row[0]))
    ]


def _reach(scope: Scope, of: Accounts, platform: str) -> list[Figure]:
    """People who commented in the week below posts of partners: each partner's, those of nobody else, and its fair share."""
    refused = scope.judgeable(platform, COUNTED)
    if not refused:
        return [Figure("engaged_reach", FORMULA, platform, missing=scope.off(platform, COUNTED, refused))]
    partners = _partner_of_posts(scope, of, platform)
    open_to_all = access("comment", platform, "public").obtainable
    engaged, acts = EngagedReach(), Counter[str]()
    if partners:
        having = {"platform": [platform], "post_id": sorted(partners), "author.role": PUBLIC}
        if not open_to_all:
            having["collected.ownership"] = ["authorised"]
        for row in scope.source.mentions(scope.span, Where(having), ["post_id", "author.key"]):
            if key := row["author"].get("key"):
                partner = partners[row["post_id"]]
                acts[partner] += 1
                engaged.add(partner, key)
    found = engaged.figures()
    if not found.partners:
        why = (
            Missing("too_few", "no_partner_acts") if open_to_all else Missing("not_obtainable", "comments_of_partners")
        )
        return [Figure("engaged_reach", FORMULA, platform, missing=why)]
    whole = Figure("engaged_union", FORMULA, platform, None, found.union, n=acts.total(), authors=found.union)
    rows = [
        Figure(
            "engaged_reach",
            FORMULA,
            platform,
            one.partner,
            one.unique,
            n=acts[one.partner],
            authors=one.unique,
            detail={"incremental": one.incremental, "shapley": round(one.shapley, 1), "exact": found.exact},
        )
        for one in sorted(found.partners, key=lambda one: (-one.shapley, one.partner))
    ]
    return [whole, *rows]


def _partner_of_posts(scope: Scope, of: Accounts, platform: str) -> dict[str, str]:
    """Id of a post → its partner, of the posts of the thirteen weeks (of the campaign, if the report is about one)."""
    handles = [handle for where, handle in of if where == platform]
    if not handles:
        return {}
    span = Span(scope.line.since, scope.week.until)
    where = scope.where(platform=[platform], kind=["post"], author__handle=handles)
    posts = scope.source.mentions(span, where, ["id", "author.handle"])
    return {post["id"]: of[platform, post["author"]["handle"]] for post in posts}
