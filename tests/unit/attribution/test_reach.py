"""Engaged reach: exact against brute force where it promises to be, close beyond, in whatever order pairs come."""

from __future__ import annotations

import json
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from dengar.attribution.audience import LG_K
from dengar.attribution.reach import EXACT_UP_TO, EngagedReach, Reach
from dengar.cli import build

PAIRS = st.lists(
    st.tuples(st.sampled_from(["lsm", "tokoh", "media", "kades"]), st.integers(0, 60).map(str)), max_size=300
)


def reach_of(pairs: list[tuple[str, str]]) -> Reach:
    engaged = EngagedReach()
    engaged.add_all(pairs)
    return engaged.figures()


def audiences(pairs: list[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for partner, account in pairs:
        found[partner].add(account)
    return dict(found)


@settings(max_examples=200, deadline=None)
@given(PAIRS)
def test_exact_against_brute_force_and_repeats_change_nothing(pairs: list[tuple[str, str]]) -> None:
    reached = audiences(pairs)
    union = set().union(*reached.values())
    told = reach_of(pairs)
    assert told.exact
    assert told.union == len(union)
    assert [one.partner for one in told.partners] == list(reached)
    for one in told.partners:
        own = reached[one.partner]
        others = set().union(*(accounts for partner, accounts in reached.items() if partner != one.partner))
        assert one.unique == len(own)
        assert one.incremental == len(own - others)
        assert one.shapley == pytest.approx(sum(1 / sum(a in accounts for accounts in reached.values()) for a in own))
    assert told.overlap == [[len(one & other) for other in reached.values()] for one in reached.values()]
    assert sum(one.shapley for one in told.partners) == pytest.approx(len(union))
    chosen: set[str] = set()
    for step in told.next_best:
        assert step.gain == max(len(own - chosen) for own in reached.values()) == len(reached[step.partner] - chosen)
        chosen |= reached[step.partner]
        assert step.reach == len(chosen)
    assert chosen == union
    assert reach_of([*pairs, *reversed(pairs)]) == told


def test_exact_up_to_what_is_promised() -> None:
    assert EXACT_UP_TO < 2**LG_K
    pairs = [("a", str(number)) for number in range(EXACT_UP_TO)] + [
        ("b", str(number)) for number in range(0, EXACT_UP_TO, 4)
    ]
    told = reach_of(pairs)
    assert told.exact
    assert (told.union, told.overlap[0][1]) == (EXACT_UP_TO, EXACT_UP_TO // 4)


def test_a_million_accounts_of_twelve_partners() -> None:
    """Zipf-like popularity with planted overlaps; errors against the exact figures."""
    rng = np.random.default_rng(7)
    active = rng.pareto(1.2, size=1_000_000)
    engaged, members = EngagedReach(), np.zeros((1_000_000, 12), bool)
    for partner in range(12):
        chance = np.minimum(1, (0.01 + 0.015 * partner) * (0.3 + active) * rng.choice([0.5, 1.5], size=1_000_000))
        members[:, partner] = rng.random(1_000_000) < chance
        engaged.add_all((f"mitra-{partner}", str(account)) for account in np.flatnonzero(members[:, partner]))
    told, by = engaged.figures(), members.sum(axis=1)
    union = int((by > 0).sum())
    assert not told.exact
    assert abs(told.union - union) / union <= 0.01
    weight = np.divide(1.0, by, out=np.zeros(len(by)), where=by > 0)
    shapley = members.T.astype(float) @ weight
    errors = np.array([abs(one.shapley - true) / true for one, true in zip(told.partners, shapley, strict=True)])
    assert np.median(errors) <= 0.015
    assert errors.max() <= 0.05
    counted = members.T.astype(np.int64) @ members.astype(np.int64)
    pairs = [(i, j) for i in range(12) for j in range(i)]
    overlaps = [abs(told.overlap[i][j] - counted[i, j]) / counted[i, j] for i, j in pairs]
    assert float(np.median(overlaps)) <= 0.02


def test_the_verb() -> None:
    lines = "".join(
        json.dumps({"partner": partner, "account": account, "ts": "2026-11-24T09:00:00Z"}) + "\n"
        for partner, account in (("lsm", "a"), ("lsm", "b"), ("media", "b"))
    )
    told = CliRunner().invoke(build(), ["attribution", "reach", "--json"], input=lines)
    assert told.exit_code == 0, told.output
    answer = json.loads(told.stdout)
    assert (answer["union"], answer["overlap"]) == (2, [[2, 1], [1, 1]])
    assert answer["partners"][0] == {"partner": "lsm", "unique": 2, "incremental": 1, "shapley": 1.5}
    assert "lsm" in CliRunner().invoke(build(), ["attribution", "reach"], input=lines).stdout
    assert json.loads(CliRunner().invoke(build(), ["attribution", "reach", "--json"], input="").stdout)["union"] == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [("{", "Line 1 is not JSON"), ("[]", "Line 1 is not a JSON object"), ('{"partner": "a"}', "has no")],
)
def test_a_bad_line_is_named(line: str, message: str) -> None:
    told = CliRunner().invoke(build(), ["attribution", "reach"], input=line + "\n")
    assert told.exit_code == 2
    assert message in told.stderr
