"""Who carried the campaign: what attribution can tell of partners, else why it can't."""

from __future__ import annotations

from dengar.report.figure import Figure, Missing
from dengar.report.scope import PLATFORMS, Scope


def figures(scope: Scope) -> list[Figure]:
    """Posts of each partner, and engaged reach where attribution gives one."""
    return [*_posts(scope), Figure("engaged_reach", "engaged-reach/1", missing=Missing("not_there", "attribution"))]


def _posts(scope: Scope) -> list[Figure]:
    """Posts of partners' accounts by partner and platform."""
    of = {f"{one.platform}:{one.id}": one.partner for one in scope.registers.accounts if one.partner}
    rows: dict[tuple[str, str], int] = {}
    where = scope.where(kind=["post"], author__key=list(of)) if of else None
    for (platform, key), count in (
        scope.source.cube(("platform", "author.key"), scope.span, where).items() if where else ()
    ):
        partner = of[str(key)]
        if partner is not None:
            rows[str(platform), partner] = rows.get((str(platform), partner), 0) + count
    return [
        Figure("partner_posts", "partner-posts/1", platform, partner, count, n=count)
        for (platform, partner), count in sorted(rows.items(), key=lambda row: (-row[1], row[0]))
        if platform in PLATFORMS
    ]
