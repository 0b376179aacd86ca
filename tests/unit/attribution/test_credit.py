"""Credit: near the truth of small worlds and nearer than what is commonly computed, whatever the rows' order, units and number."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from dengar.attribution import peers
from dengar.attribution.credit import Credit, credit
from dengar.attribution.touches import TouchLog
from dengar.cli import build
from sandbox.attribution.forms import FITTED
from sandbox.attribution.truth import World, world

Acts = list[tuple[str, str | None, float]]


def acts_of(one: World) -> Acts:
    return [(str(row.account), None if row.partner is None else str(row.partner), row.ts) for row in one.rows()]


def credit_of(acts: Acts, **options: int) -> Credit:
    log = TouchLog(**options)
    for act in acts:
        log.add(*act)
    return credit(log.touches())


@pytest.fixture(scope="module")
def small() -> World:
    return world(3, FITTED, accounts=12_000)


@pytest.fixture(scope="module")
def acts(small: World) -> Acts:
    return acts_of(small)


def wrongly(share: Any, truth: Any) -> float:
    return float(0.5 * (np.abs(share - truth).sum() + abs(share.sum() - truth.sum())))


@pytest.mark.parametrize(
    "form",
    [FITTED, "saturation", *(pytest.param(name, marks=pytest.mark.long) for name in ("noisy_or_once", "delayed"))],
)
def test_floor_on_a_small_world(form: str) -> None:
    one = world(3, form, accounts=12_000)
    truth = one.truth()
    log = TouchLog()
    for act in acts_of(one):
        log.add(*act)
    touches = log.touches()
    found = {int(row.partner): row for row in credit(touches).partners}
    ours = wrongly(np.array([found[i].share for i in range(8)]), truth.share)
    assert ours < 0.06
    for theirs in (peers.last_touch(touches), peers.linear(touches), peers.markov(touches)):
        assert ours < wrongly(theirs, truth.share)
    for i in (6, 7):
        assert found[i].low == 0  # decoys without effect
    assert all(found[i].low > 0 for i in range(8) if truth.share[i] >= 0.05)


def test_order_of_rows_repeats_and_units_do_not_matter(acts: Acts) -> None:
    some = acts[:4000]
    told = credit_of(some)
    mixed = list(some)
    random.Random(1).shuffle(mixed)
    assert credit_of(mixed) == told
    assert credit_of([*some, *some[:500]]) == told
    seconds = credit_of([(account, partner, ts * 65536 + 4) for account, partner, ts in some])
    assert [one.partner for one in seconds.partners] == [one.partner for one in told.partners]
    assert [one.share for one in seconds.partners] == pytest.approx([one.share for one in told.partners], abs=0.005)


def test_bounded_memory_looks_at_a_sample_of_the_accounts(acts: Acts) -> None:
    whole, part = credit_of(acts), credit_of(acts, rows_kept=9_000)
    assert part.sampled < 1 == whole.sampled
    assert part.accounts < whole.accounts
    assert part.unattributed == pytest.approx(whole.unattributed, abs=0.1)


@pytest.mark.parametrize(
    "acts",
    [
        [],
        [("a", None, 1.0)],
        [("a", "x", 1.0)],
        [("a", "x", 1.0), ("a", None, 1.0)],
        [("a", "x", 2.0)] * 3 + [(str(i), None, 1.0) for i in range(20)],
        [(str(i % 7), "x" if i % 3 else None, float(i // 9)) for i in range(200)],
        [(str(i), f"p{i}", float(i)) for i in range(3000)] + [(str(i), None, i + 0.5) for i in range(0, 3000, 30)],
    ],
)
def test_whatever_comes_is_answered_within_bounds(acts: Acts) -> None:
    told = credit_of(acts)
    assert sum(one.share for one in told.partners) + told.unattributed == pytest.approx(1)
    assert all(0 <= one.low <= one.share <= one.high <= 1 for one in told.partners)


def line(account: str, partner: str | None, ts: Any) -> str:
    kind = {"kind": "conversion"} if partner is None else {"kind": "exposure", "partner": partner}
    return json.dumps({"account": account, "ts": ts, **kind})


def run(lines: list[str], *arguments: str) -> Any:
    return CliRunner().invoke(build(), ["attribution", "credit", *arguments], input="\n".join(lines))


def test_the_command_reads_iso_times_and_tells_one_line(acts: Acts) -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    some = acts[:3000]
    lines = [line(account, partner, (start + timedelta(days=ts)).isoformat()) for account, partner, ts in some]
    told = run(lines, "--json", "--compare")
    assert told.exit_code == 0
    assert told.stdout.count("\n") == 1
    answer = json.loads(told.stdout)
    assert {"partner", "share", "low", "high", "last_touch", "linear", "markov"} == set(answer["partners"][0])
    ours = {one.partner: one.share for one in credit_of(some).partners}
    assert {row["partner"]: row["share"] for row in answer["partners"]} == pytest.approx(ours, abs=0.005)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"account":"a","ts":1,"kind":"view"}', '"kind" must be'),
        ('{"account":"a","ts":1,"kind":"exposure"}', 'no "partner"'),
        ('{"account":"a","ts":"soon","kind":"conversion"}', '"ts" is no time'),
        ('{"account":"a","ts":"2026-11-24T09:00:00+07:00","kind":"conversion"}', "write them alike"),
    ],
)
def test_a_line_that_is_no_act_is_named(wrong: str, said: str) -> None:
    told = run([line("a", "x", 1), wrong], "--json")
    assert told.exit_code == 2
    assert "Line 2" in told.stderr
    assert said in told.stderr
