"""Trees of who answered, copied or called whom: by hand, and against distances counted one by one."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengar.attribution.diffusion import Edge, edges, links, trees
from tests.unit.attribution.said import said

LONG = "bantuan untuk lansia di kampung kami sudah diantar kader pagi ini"


def answer(identity, below, who="warga", days=2.0, text="", **changes):
    return said(
        identity,
        who,
        days,
        text or f"jawaban {identity}",
        kind="comment",
        conversation_id=identity,
        parent_id=below,
        **{"post_id": "p", **changes},
    )


def test_what_a_mention_hangs_below():
    mentions = [
        said("p", "@rani", 1, LONG), answer("c1", "p"), answer("c2", "c1", days=3), said("copy", "lain", 4, LONG + " semua"),
        said("call", "b", 5, "salut", mentions=["Rani"]), answer("lost", "gone", days=6) | {"conversation_id": "c1"},
        said("alone", "c", 7, "amin"), said("too", "d", 8, "amin"),
    ]  # fmt: skip
    assert edges(mentions[::-1]) == [
        Edge("c1", "p", "reply"), Edge("c2", "c1", "reply"), Edge("copy", "p", "copy"), Edge("call", "p", "mention"),
        Edge("lost", "c1", "reply"),
    ]  # fmt: skip
    (tree,) = trees(mentions)
    assert (tree.root, tree.size, tree.widths, tree.depth) == ("p", 6, (1, 3, 2), 2)
    assert tree.kinds == {"copy": 1, "mention": 1, "reply": 3}


def test_one_mention_may_have_a_link_of_each_kind():
    mentions = [said("p", "@rani", 1), said("q", "a", 1.5, LONG), answer("c", "p", text=LONG, mentions=["rani"])]
    assert [[(one.parent, one.kind) for one in found] for found in links(mentions)][-1] == [
        ("p", "reply"),
        ("q", "copy"),
        ("p", "mention"),
    ]


def test_a_parent_is_older_whatever_the_platform_says():
    assert edges([said("p", "a", 5), answer("c", "p", days=1)]) == []
    assert edges([answer("a", "b", days=1), answer("b", "a", days=1)]) == [Edge("b", "a", "reply")]


def test_virality_of_a_star_and_a_chain():
    star = [said("p", "a", 1), *[answer(f"c{n}", "p", days=2 + n / 100) for n in range(20)]]
    chain = [said("p", "a", 1), *[answer(f"c{n}", f"c{n - 1}" if n else "p", days=2 + n / 100) for n in range(20)]]
    assert trees(star)[0].virality == pytest.approx(2 * 20 / 21)
    assert trees(chain)[0].virality == pytest.approx(22 / 3)
    assert trees([]) == trees([said("p", "a")]) == []


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_against_distances_counted_one_by_one(draws):
    parents = {number + 1: draw % (number + 1) for number, draw in enumerate(draws)}
    mentions = [
        said("p0", "a", 1),
        *[answer(f"p{one}", f"p{parent}", days=2 + one / 100) for one, parent in parents.items()],
    ]
    (tree,) = trees(mentions)

    def up(one):
        path = [one]
        while path[-1]:
            path.append(parents[path[-1]])
        return path

    def apart(one, other):
        first, second = up(one), up(other)
        return len(set(first) ^ set(second))

    pairs = [apart(one, other) for one, other in combinations(range(len(draws) + 1), 2)]
    assert tree.virality == pytest.approx(sum(pairs) / len(pairs))
    assert sum(tree.widths) == tree.size == len(mentions)


wild = st.tuples(
    st.integers(0, 9),
    st.integers(0, 12),
    st.sampled_from(["", LONG, "amin", LONG + " lagi"]),
    st.sampled_from(["rani", "@rani", ""]),
)


@given(st.lists(wild, max_size=12))
def test_whatever_the_platform_says_there_are_no_circles_and_nothing_hangs_twice(rows):
    mentions = [
        said(f"m{number}", "@rani" if number % 3 == 0 else f"w{number % 4}", at / 3, text, kind="post" if below > 9 else "reply",
             parent_id=f"m{below}" if below <= 9 else None, post_id=f"m{below % 5}", mentions=[handle] if handle else [])
        for number, (at, below, text, handle) in enumerate(rows)
    ]  # fmt: skip
    told = edges(mentions)
    parent = {one.child: one.parent for one in told}
    assert len(parent) == len(told)
    for child in parent:
        steps, at = 0, child
        while at in parent:
            at, steps = parent[at], steps + 1
            assert steps <= len(mentions)
    grown = trees(mentions)
    assert sum(one.size - 1 for one in grown) == len(told)
    assert told == edges(mentions[::-1])
