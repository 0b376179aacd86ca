"""Figures of engaged reach from the cells of one period: each partner's, all together, what each adds, shares, overlaps, whom to add next.

An account reached is one that was seen to act: who only saw a post is not to be had. `author_coverage` says which share of the comments
that the platform counts could be told apart by author; below the floor a figure is refused, for then its number is mostly what is missing.
What partners have in common is told of those who are not refused, and of all only where coverage over all is above the floor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dengar.attribution.cells import Cell
from dengar.attribution.figure import Figure, Input
from dengar.attribution.reach import Reach, figures_of
from dengar.attribution.window import COUNTED, Window
from dengar.obtainable import access
from dengar.registers import Registers

FORMULA = "engaged_reach/1"
MOST_POSTS = 1_000
"""Ids of posts that a figure names."""


@dataclass(frozen=True)
class Judged:
    """A cell with its coverage, and why it is refused (a code of figure.REFUSALS), None where it is not."""

    cell: Cell
    coverage: float | None
    refused: str | None


def coverage_of(cells: Iterable[Cell]) -> float | None:
    """Share of the comments that the platform counts below the cells' posts whose author is seen. None: nothing counted, or not told."""
    told = seen = 0
    for cell in cells:
        told, seen = told + (cell.told or 0), seen + cell.seen
    return seen / told if told else None


def judge(cell: Cell, registers: Registers, floor: float) -> Judged:
    """Whether the cell's audience may be told as the partner's engaged reach."""
    coverage = coverage_of([cell])
    if coverage is not None:
        return Judged(cell, coverage, "coverage_below_floor" if coverage < floor else None)
    obtainable = cell.told == 0 or access("comment", cell.platform, _path(cell, registers)).obtainable
    return Judged(cell, None, None if obtainable else "not_obtainable")


def figures(
    cells: Sequence[Cell], window: Window, registers: Registers, floor: float, *, shared: bool = True
) -> list[Figure]:
    """Figures of the cells, all of the window's platform and of one campaign; `shared`: overlaps and the next best too. By name."""
    if not cells:
        return []
    judged = [judge(cell, registers, floor) for cell in sorted(cells, key=lambda one: one.partner)]
    told = [one for one in judged if one.refused is None]
    reach = figures_of({one.cell.partner: one.cell.audience for one in told})
    rows = [figure for one in judged for figure in _of_partner(one, reach, window, registers, floor)]
    return [*rows, *_of_all(judged, told, reach, window, floor, shared)]


def _of_partner(one: Judged, reach: Reach, window: Window, registers: Registers, floor: float) -> Iterable[Figure]:
    """engaged_reach, engaged_incremental and engaged_shapley of a partner."""
    cell = one.cell
    row = next((row for row in reach.partners if row.partner == cell.partner), None)
    values = (None, None, None) if row is None else (row.unique, row.incremental, round(row.shapley, 3))
    inputs = _inputs(one, registers, floor) | {"exact": reach.exact}
    for metric, value in zip(("engaged_reach", "engaged_incremental", "engaged_shapley"), values, strict=True):
        yield window.figure(
            metric,
            FORMULA,
            "accounts",
            [COUNTED],
            campaign=cell.campaign,
            partner=cell.partner,
            value=value,
            n=cell.acts,
            coverage=one.coverage,
            refused=one.refused,
            inputs=inputs,
        )


def _of_all(
    judged: Sequence[Judged], told: Sequence[Judged], reach: Reach, window: Window, floor: float, shared: bool
) -> Iterable[Figure]:
    """engaged_union, engaged_overlap of each pair, engaged_next_best of each step."""
    campaign = judged[0].cell.campaign
    coverage = coverage_of(one.cell for one in judged)
    inputs: dict[str, Input] = {
        "partners": [one.cell.partner for one in told],
        "partners_refused": [one.cell.partner for one in judged if one.refused is not None],
        "coverage_floor": floor,
        "exact": reach.exact,
    }
    common: dict[str, Any] = {"campaign": campaign, "coverage": coverage}
    refused = None
    if not told:
        refused = judged[0].refused
    elif coverage is not None and coverage < floor:
        refused = "coverage_below_floor"
    yield window.figure(
        "engaged_union", FORMULA, "accounts", [COUNTED], **common, inputs=inputs, refused=refused,
        value=None if refused else reach.union, n=sum(one.cell.acts for one in told),
    )  # fmt: skip
    if refused or not shared or not window.verdict([COUNTED]):
        return
    for i, first in enumerate(told):
        for j, second in enumerate(told[:i]):
            yield window.figure(
                "engaged_overlap", FORMULA, "accounts", [COUNTED], **common, inputs={"exact": reach.exact},
                partner=second.cell.partner, dimension={"with": first.cell.partner}, value=reach.overlap[i][j],
            )  # fmt: skip
    for rank, step in enumerate(reach.next_best, 1):
        yield window.figure(
            "engaged_next_best", FORMULA, "accounts", [COUNTED], **common, partner=step.partner, dimension={"rank": str(rank)},
            value=step.gain, inputs={"reach_so_far": step.reach, "exact": reach.exact},
        )  # fmt: skip


def _inputs(one: Judged, registers: Registers, floor: float) -> dict[str, Input]:
    cell = one.cell
    found: dict[str, Input] = {
        "acts": cell.acts,
        "acts_spam": cell.spam,
        "comments_told": cell.told,
        "comments_seen": cell.seen,
        "coverage_floor": floor,
        "posts": sorted(cell.posts)[:MOST_POSTS],
        "cell": cell.id,
    }
    if one.refused is not None:
        found["why"] = access("comment", cell.platform, _path(cell, registers)).reason
    return found


def _path(cell: Cell, registers: Registers) -> Any:
    """The access path of the partner's accounts: as a partner once one of them is connected, else as anybody."""
    own = [one for one in registers.accounts if one.platform == cell.platform and one.partner == cell.partner]
    return "partner" if any(one.connected for one in own) else "public"
