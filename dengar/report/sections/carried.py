"""Who carried the campaign: posts of partners, and the distinct people who acted on them (dengar.attribution), else why that can't be told.

Figures that DAG attribute_reach stored stand as they are; where it told nothing yet, reach is computed here from the week's comments.
Comments below other people's posts are to be had on YouTube; on Instagram only where the partner connected the account (dengar.obtainable).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from dengar.attribution.figure import Figure as Stored
from dengar.attribution.reach import FORMULA, EngagedReach
from dengar.obtainable import access
from dengar.report.figure import Figure, Missing
from dengar.report.scope import PLATFORMS, PUBLIC, Scope
from dengar.report.sections import attributed
from dengar.report.source import Span, Where

Accounts = Mapping[tuple[str, str], str]
"""(platform, handle) of the registers → partner."""
COUNTED = "metrics.comments"
"""Distinct people who commented are a figure derived from comments: policy is asked about it so."""


def figures(scope: Scope) -> list[Figure]:
    """Posts of each partner, and engaged reach by partner and of all, by platform: audiences of two platforms are never added."""
    of = {(one.platform, one.handle): one.partner for one in scope.registers.accounts if one.partner}
    rows = attributed.stored(scope)
    reach = (row for platform in PLATFORMS for row in _stored(scope, rows, platform) or _reach(scope, of, platform))
    return [*_posts(scope, of), *reach, *attributed.figures(scope, rows)]


def _stored(scope: Scope, rows: Sequence[Stored], platform: str) -> list[Figure]:
    """Stored reach of a platform; nothing where none was told, or policy is against it (then `_reach` says so)."""
    by = {(one.metric, one.partner): one for one in rows if one.platform == platform and one.metric in attributed.REACH}
    if not by or not scope.judgeable(platform, COUNTED):
        return []
    found = []
    whole = by.get(("engaged_union", None))
    if whole is not None and whole.value is not None:
        people, detail = int(whole.value), attributed.opened(whole)
        union = Figure("engaged_union", whole.formula, platform, value=people, n=whole.n, authors=people, detail=detail)
        found.append(union)
    partners = [one for (metric, _), one in by.items() if metric == "engaged_reach"]
    partners.sort(key=lambda one: (one.value is None, -_of(by, "engaged_shapley", one.partner), one.partner or ""))
    for one in partners:
        missing = attributed.why(scope, one)
        detail = attributed.opened(one)
        if missing is None:
            detail |= {
                "incremental": by["engaged_incremental", one.partner].value,
                "shapley": round(_of(by, "engaged_shapley", one.partner), 1),
                "exact": bool(one.inputs.get("exact")),
            }
        count = None if one.value is None else int(one.value)
        value = None if missing else one.value
        found.append(
            Figure("engaged_reach", one.formula, platform, one.partner, value, n=one.n, authors=count, missing=missing, detail=detail)
        )  # fmt: skip
    return found


def _of(by: Mapping[tuple[str, str | None], Stored], metric: str, partner: str | None) -> float:
    found = by.get((metric, partner))
    return 0.0 if found is None or found.value is None else float(found.value)


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
