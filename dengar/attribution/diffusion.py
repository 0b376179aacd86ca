"""How talk spread: each mention hangs below the one that it answers, copies, or whose author it calls; trees with depth and virality.

A mention has one parent at most: what it directly answers, else the first telling of the text it repeats, else the last post of an account
that it @mentions. A parent is older than its child, so there are no circles. Who only read and passed on by word of mouth is not seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dengar.attribution.copies import families_of
from dengar.attribution.window import published

KINDS = ("reply", "copy", "mention")


@dataclass(frozen=True, slots=True)
class Edge:
    """Ids of two mentions; `kind` is one of KINDS."""

    child: str
    parent: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tree:
    """`widths[d]`: mentions d steps below the root. `virality`: mean distance between two mentions of it (structural virality: Goel,
    Anderson, Hofman & Watts, Management Science 62, 2016), None of one alone. `kinds`: its edges by kind."""

    root: str
    size: int
    widths: tuple[int, ...]
    virality: float | None
    kinds: Mapping[str, int]

    @property
    def depth(self) -> int:
        """Steps to the farthest mention."""
        return len(self.widths) - 1


def links(mentions: Iterable[Mapping[str, Any]]) -> Iterator[list[Edge]]:
    """Of every mention, by age, what it may hang below: at most one a kind, in the order of KINDS; an empty list where there is nothing."""
    held = sorted(mentions, key=lambda one: (published(one), one["id"]))
    place = {one["id"]: number for number, one in enumerate(held)}
    first_of: dict[int, str] = {}
    latest: dict[str, str] = {}
    for number, (one, family) in enumerate(zip(held, families_of(held), strict=True)):
        candidates = [("reply", one.get(name)) for name in ("parent_id", "conversation_id", "post_id")]
        if family is not None:
            candidates.append(("copy", first_of.setdefault(family, one["id"])))
        candidates += [("mention", latest.get(handle.casefold())) for handle in one["mentions"]]
        found: dict[str, Edge] = {}
        for kind, parent in candidates:
            if parent is not None and kind not in found and place.get(parent, number) < number:
                found[kind] = Edge(one["id"], parent, kind)
        yield list(found.values())
        if one["kind"] == "post" and (handle := one["author"].get("handle")):
            latest[handle.casefold()] = one["id"]


def edges(mentions: Iterable[Mapping[str, Any]]) -> list[Edge]:
    """The parent of every mention that has one, by age of the child."""
    return [found[0] for found in links(mentions) if found]


def trees(mentions: Iterable[Mapping[str, Any]]) -> list[Tree]:
    """Every tree of more than one mention, the largest first."""
    told = edges(mentions)
    root: dict[str, str] = {}
    depth: dict[str, int] = {}
    grown: dict[str, list[Edge]] = {}
    for one in told:  # a parent is older: it was met before
        root[one.child] = root.get(one.parent, one.parent)
        depth[one.child] = depth.get(one.parent, 0) + 1
        grown.setdefault(root[one.child], []).append(one)
    below: Counter[str] = Counter()
    for one in reversed(told):
        below[one.child] += 1
        below[one.parent] += below[one.child]
    return sorted(
        (_tree(name, rows, depth, below) for name, rows in grown.items()), key=lambda one: (-one.size, one.root)
    )


def _tree(root: str, rows: Sequence[Edge], depth: Mapping[str, int], below: Mapping[str, int]) -> Tree:
    size = len(rows) + 1
    at = Counter(depth[one.child] for one in rows)
    pairs = sum(below[one.child] * (size - below[one.child]) for one in rows)
    return Tree(
        root,
        size,
        (1, *(at[step] for step in range(1, max(at) + 1))),
        2 * pairs / (size * (size - 1)),
        dict(sorted(Counter(one.kind for one in rows).items())),
    )
