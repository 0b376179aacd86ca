"""Communities of a weighted graph, and who lies between others, by igraph."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import igraph

Edges = Mapping[tuple[int, int], float]
"""Pairs of numbers of nodes, the smaller first → weight above 0."""


def communities(nodes: int, edges: Edges) -> tuple[list[int], float]:
    """(community of each of the `nodes`, numbered by size, the largest 0; modularity, 0 without edges).

    The Louvain method (Blondel et al., J. Stat. Mech. P10008, 2008). It visits nodes by lot: the same lot each time, so that the same graph
    has the same communities.
    """
    import igraph

    if not edges:
        return list(range(nodes)), 0.0
    igraph.set_random_number_generator(random.Random(0))
    found = _graph(nodes, edges).community_multilevel(weights="weight")
    sizes = Counter(found.membership)  # in the order of their first node
    order = {one: number for number, one in enumerate(sorted(sizes, key=lambda one: -sizes[one]))}
    return [order[one] for one in found.membership], float(found.modularity)


def betweenness(nodes: int, edges: Edges) -> list[float]:
    """Betweenness centrality of each node (Freeman, Sociometry 40, 1977), 0 to 1; weights do not count."""
    pairs = (nodes - 1) * (nodes - 2) / 2
    if pairs <= 0:
        return [0.0] * nodes
    return [float(one) / pairs for one in _graph(nodes, edges).betweenness(directed=False)]


def _graph(nodes: int, edges: Edges) -> igraph.Graph:
    import igraph

    joined = sorted(edges)
    return igraph.Graph(n=nodes, edges=joined, edge_attrs={"weight": [edges[pair] for pair in joined]})
