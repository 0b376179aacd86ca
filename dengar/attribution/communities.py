"""Communities of an undirected weighted graph by modularity: the Louvain method (Blondel et al., J. Stat. Mech. P10008, 2008), seedless.

Nodes are visited by their number and of equal gains the lowest community wins, so the same graph has the same communities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

Weights = list[dict[int, float]]
_ROUNDS = 20
_GAIN = 1e-12


def communities(nodes: int, edges: Mapping[tuple[int, int], float]) -> tuple[list[int], float]:
    """(community of each node, numbered by size, the largest 0; modularity). Edges are pairs of numbers below `nodes`, weights above 0."""
    graph: Weights = [{} for _ in range(nodes)]
    for (first, second), weight in sorted(edges.items()):
        graph[first][second] = graph[first].get(second, 0.0) + weight
        if first != second:
            graph[second][first] = graph[second].get(first, 0.0) + weight
    of = list(range(nodes))
    level = graph
    while True:
        moved = _moved(level)
        names = {name: number for number, name in enumerate(dict.fromkeys(moved))}
        if len(names) == len(level):
            break
        of = [names[moved[one]] for one in of]
        level = _joined(level, [names[one] for one in moved])
    return _by_size(of), _modularity(graph, of)


def _moved(graph: Weights) -> list[int]:
    """One level: nodes go to the neighbouring community that gains most, until none moves."""
    strength = [_strength(graph, node) for node in range(len(graph))]
    total = sum(strength)
    of, whole = list(range(len(graph))), dict(enumerate(strength))
    if total <= 0:
        return of
    for _ in range(_ROUNDS):
        still = True
        for node, near in enumerate(graph):
            links: dict[int, float] = defaultdict(float)
            for other, weight in near.items():
                if other != node:
                    links[of[other]] += weight
            own = of[node]
            whole[own] -= strength[node]
            best, gain = own, links.get(own, 0.0) - whole[own] * strength[node] / total
            for community in sorted(links):
                found = links[community] - whole[community] * strength[node] / total
                if found > gain + _GAIN:
                    best, gain = community, found
            whole[best] += strength[node]
            if best != own:
                of[node], still = best, False
        if still:
            break
    return of


def _strength(graph: Weights, node: int) -> float:
    return sum(graph[node].values()) + graph[node].get(node, 0.0)


def _joined(graph: Weights, of: Sequence[int]) -> Weights:
    """The graph of communities; what lies within one is a loop."""
    joined: Weights = [{} for _ in range(max(of) + 1)]
    for node, near in enumerate(graph):
        for other, weight in near.items():
            first, second = of[node], of[other]
            half = weight / 2 if first == second and node != other else weight
            joined[first][second] = joined[first].get(second, 0.0) + half
    return joined


def _modularity(graph: Weights, of: Sequence[int]) -> float:
    strength = [_strength(graph, node) for node in range(len(graph))]
    total = sum(strength)
    if total <= 0:
        return 0.0
    within = sum(
        weight * (2 if node == other else 1)
        for node, near in enumerate(graph)
        for other, weight in near.items()
        if of[node] == of[other]
    )
    whole: dict[int, float] = defaultdict(float)
    for node, one in enumerate(of):
        whole[one] += strength[node]
    return within / total - sum(one * one for one in whole.values()) / total**2


def _by_size(of: Sequence[int]) -> list[int]:
    sizes: dict[int, int] = defaultdict(int)
    for one in of:
        sizes[one] += 1
    first = {one: place for place, one in reversed(list(enumerate(of)))}
    order = {one: number for number, one in enumerate(sorted(sizes, key=lambda one: (-sizes[one], first[one])))}
    return [order[one] for one in of]
