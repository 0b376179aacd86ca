"""Networks of our own making: planted communities, a broker, local leaders, bots as one voice; the same whatever the order."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.attribution.botlike import clusters, weights
from dengar.attribution.communities import communities
from dengar.attribution.network import figures, local_leaders, network
from tests.unit.attribution.said import REGISTERS, said, window

LONG = "bantuan untuk lansia di kampung kami sudah diantar kader pagi ini"


def talk(pairs):
    """Each pair: the first answers a post of the second."""
    mentions = []
    for number, (one, other) in enumerate(pairs):
        mentions.append(said(f"p{number}", other, 1 + number / 1000, f"tulisan nomor {number} oleh {other}"))
        mentions.append(
            said(f"c{number}", one, 5 + number / 1000, f"balasan {number}", kind="comment", parent_id=f"p{number}")
        )
    return mentions


def camps():
    first, second = [f"a{n}" for n in range(6)], [f"b{n}" for n in range(6)]
    return talk([*combinations(first, 2), *combinations(second, 2), ("@rani", "a0"), ("b0", "@rani")])


def test_camps_and_the_broker_between_them():
    found = network(camps())
    of = dict(zip(found.accounts, found.group_of, strict=True))
    assert len({of[f"ig~a{n}"] for n in range(6)}) == len({of[f"ig~b{n}"] for n in range(6)}) == 1
    assert of["ig~a0"] != of["ig~b0"]
    assert found.modularity > 0.4
    assert found.brokers()[0][0] == "ig:user:2"
    assert found.brokers()[0][1] == pytest.approx(36 / 66)


def test_the_same_whatever_the_order():
    mentions = camps()
    shuffled = mentions.copy()
    random.Random(4).shuffle(shuffled)
    assert network(shuffled) == network(mentions)
    assert local_leaders(shuffled) == local_leaders(mentions)


def bots():
    return [
        said(f"x{wave}{n}", f"bot{n}", 3 + wave + n / 2000, f"{LONG} gelombang {'ke' * wave} nomor pertama", kind="comment",
             parent_id=f"own{wave}", conversation_id=f"x{wave}{n}", post_id=f"own{wave}")
        for wave in (1, 2) for n in range(5)
    ]  # fmt: skip


def test_bots_are_one_voice():
    texts = [said(f"own{wave}", "@rani", 2, f"kiriman {wave}") for wave in (1, 2)]
    groups = clusters([*texts, *bots()])
    assert groups == [frozenset(f"ig~bot{n}" for n in range(5))]
    assert set(weights(groups).values()) == {1 / 5}
    once = [one for one in bots() if one["id"].startswith("x1")]
    assert clusters([*texts, *once]) == []
    apart = [said(f"{n}{wave}", f"orang{n}", 3 + wave + n, LONG) for n in range(5) for wave in (0.1, 0.2)]
    assert clusters(apart) == []
    short = [one | {"text": "amin ya allah"} for one in bots()]
    assert clusters(short) == []


def test_who_is_judged_a_bot_has_no_voice():
    mentions = [said(f"m{n}", "robot", n, f"teks {n}", spam="bot" if n else "none") for n in range(3)]
    groups = clusters(mentions)
    assert (groups, weights(groups)) == ([frozenset({"ig~robot"})], {"ig~robot": 0.0})
    assert network([*talk([("robot", "a")]), *mentions]).accounts == []


def place(code):
    return [{"type": "place", "code": code, "text": "x", "start": 0, "end": 1}]


def test_local_leaders_by_what_the_answer_or_the_post_names():
    post = said("p", "@rani", 1, "kiriman", entities=place("32.01"))
    here = [said(f"c{n}", f"w{n}", 2, f"jawab {n}", kind="comment", parent_id="p", post_id="p") for n in range(4)]
    there = [
        said(
            f"d{n}",
            f"v{n}",
            2,
            f"dari jauh {n}",
            kind="comment",
            parent_id="p",
            post_id="p",
            entities=place("73.22.05"),
        )
        for n in range(3)
    ]
    few = [said("e", "u", 2, "dari timur", kind="comment", parent_id="p", post_id="p", entities=place("91"))]
    told = local_leaders([post, *here, *here, *there, *few])
    assert [(one.province, one.account, one.people) for one in told] == [
        ("32", "ig:user:2", 4.0),
        ("73", "ig:user:2", 3.0),
    ]


def test_bots_make_no_local_leader():
    texts = [said(f"own{wave}", "@rani", 2, f"kiriman {wave}", entities=place("32")) for wave in (1, 2)]
    assert local_leaders([*texts, *bots()]) == []


def test_figures_name_the_registers_only():
    rows = figures(camps(), REGISTERS, window(), campaign="peduli")
    by = {one.metric: one for one in rows}
    assert (by["broker_betweenness"].account, by["broker_betweenness"].partner) == ("ig:user:2", "rani")
    assert by["broker_betweenness"].inputs["rank"] == 1
    assert by["network_communities"].value == 2
    assert by["diffusion_virality"].value == 1.0
    assert (by["diffusion_virality"].inputs["root"], by["diffusion_virality"].inputs["root_role"]) == (None, "public")
    assert by["botlike_accounts"].value == 0
    assert "ig~" not in str([one.as_dict() for one in rows])


def test_too_little_and_policy():
    by = {one.metric: one for one in figures(talk([("a", "b")]), REGISTERS, window())}
    assert by["network_communities"].refused == "too_few"
    assert {one.metric: one for one in figures([], REGISTERS, window())}["diffusion_virality"].refused == "too_few"
    (row,) = figures(camps(), REGISTERS, window("youtube", "strict"))
    assert (row.refused, row.rule) == ("policy_off", "yt-30-days")


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 14), st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13), st.integers(1, 5)), max_size=40))
def test_communities_of_any_graph(nodes, rows):
    graph = {(min(a, b) % nodes, max(a, b) % nodes): float(w) for a, b, w in rows if a % nodes != b % nodes}
    graph = {(min(pair), max(pair)): weight for pair, weight in graph.items()}
    of, modularity = communities(nodes, graph)
    assert len(of) == nodes
    assert set(of) == set(range(max(of) + 1))
    total = sum(graph.values())
    if total:
        strength = [sum(w for pair, w in graph.items() if node in pair) for node in range(nodes)]
        within = sum(w for (a, b), w in graph.items() if of[a] == of[b]) / total
        by = within - sum(
            (sum(s for s, one in zip(strength, of, strict=True) if one == c) / (2 * total)) ** 2 for c in set(of)
        )
        assert modularity == pytest.approx(by)
        assert modularity >= -1e-9 or len(graph) == 1
    assert (of, modularity) == communities(nodes, dict(reversed(graph.items())))
