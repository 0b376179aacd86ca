"""What partners' posts caused, as figures: credit is that of the acts among mentions, lift has an interval, too little says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from dengar.attribution.acted import Carriers
from dengar.attribution.audience import Audience
from dengar.attribution.caused import credit_figures, lift_figures
from dengar.attribution.cells import Cell, Comments
from dengar.attribution.constants import load_constants
from dengar.attribution.credit import credit
from dengar.attribution.engaged import Judged
from dengar.attribution.figure import Figure
from dengar.attribution.spans import Days
from dengar.attribution.touches import TouchLog
from dengar.attribution.window import Window
from dengar.policy import load_policy
from dengar.records import timestamp
from dengar.registers import Account, Partner, Registers
from sandbox.attribution.forms import FITTED
from sandbox.attribution.truth import world
from tests.unit.attribution.memory import Memory
from tests.unit.attribution.said import CAMPAIGN, said

DAYS = Days(date(2026, 11, 1), date(2026, 11, 20))
NOW = datetime(2026, 11, 25, tzinfo=UTC)
OFFICE = Account("instagram", "1", "kantor", "Kantor Contoh", "official")


def known(partners: list[str]) -> Registers:
    accounts = [
        Account("instagram", f"9{name}", f"akun{name}", name, "partner", name, connected=True) for name in partners
    ]
    return Registers((OFFICE, *accounts), (CAMPAIGN,), tuple(Partner(name, name, "ngo") for name in partners))


def by(account: Account) -> dict[str, Any]:
    return {"key": account.key, "role": account.role, "handle": account.handle, "name": account.name}


def person(name: str) -> dict[str, Any]:
    return {"key": f"ig~{name}", "role": "public", "handle": None, "name": None}


def window(profile: str = "sandbox", platform: str = "instagram") -> Window:
    return Window(platform, DAYS.start, DAYS.end, NOW, load_policy(profile))


def judged(partner: str, refused: str | None = None) -> Judged:
    cell = Cell("instagram", "peduli", partner, DAYS, NOW, NOW, Audience(), 1, 0, {"x": Comments(1, 1)})
    return Judged(cell, 1.0, refused)


def played(source: Memory, registers: Registers) -> Iterator[tuple[str, str | None, float]]:
    """A small world of the simulator as mentions: exposures below partners' posts, conversions in one's own words or below our post."""
    first = DAYS.start + timedelta(hours=1)
    for account in registers.accounts:
        source.mentions_.append(
            said(f"ig:media:{account.id}", "x") | {"author": by(account), "published_at": timestamp(first)}
        )
    length = (DAYS.end - first) / timedelta(days=1) - 0.1
    rows = list(world(3, FITTED, accounts=2_500).rows())
    latest = max(row.ts for row in rows)
    for number, row in enumerate(rows):
        at = timestamp(first + timedelta(days=row.ts / latest * length))
        partner = None if row.partner is None else str(row.partner)
        own = said(f"ig:comment:{number}", "x", kind="comment") | {
            "author": person(str(row.account)),
            "published_at": at,
        }
        post = f"ig:media:9{partner}" if partner else "ig:media:1"
        if partner is None and number % 2:
            source.mentions_.append(own | {"kind": "post", "post_id": own["id"]})
        else:
            source.mentions_.append(own | {"post_id": post, "campaigns": []})
        yield f"ig~{row.account}", partner, datetime.fromisoformat(at).timestamp()


def figures_of(source: Memory, registers: Registers, rows: list[Judged], profile: str = "sandbox") -> dict[str, Figure]:
    told = credit_figures(source, Carriers(registers), "peduli", window(profile), rows, load_constants())
    return {one.partner or "": one for one in told}


def test_credit_of_mentions_is_credit_of_their_acts() -> None:
    names = [str(number) for number in range(12)]
    source, log = Memory(), TouchLog()
    registers = known(names)
    for act in played(source, registers):
        log.add(*act)
    found = credit(log.touches())
    told = figures_of(
        source, registers, [judged(name) for name in names[:-1]] + [judged(names[-1], "coverage_below_floor")]
    )
    for one in found.partners:
        figure = told[one.partner]
        if one.partner == names[-1]:
            assert (figure.value, figure.refused) == (None, "coverage_below_floor")
        else:
            assert (figure.value, figure.low, figure.high) == pytest.approx((one.share, one.low, one.high), abs=1e-5)
            assert figure.inputs["last_touch"] != figure.value
    assert told[""].metric == "credit_unattributed"
    assert told[""].value == pytest.approx(found.unattributed, abs=1e-5)
    assert told[""].n == found.conversions
    assert told[""].inputs["partners_refused"] == [names[-1]]


def test_too_little_and_policy_say_so() -> None:
    registers = known(["0"])
    source = Memory([said("ig:media:90", "x") | {"author": by(registers.accounts[1])}])
    told = figures_of(source, registers, [judged("0")])
    assert {one.refused for one in told.values()} == {"too_few"}
    tube = credit_figures(source, Carriers(registers), "peduli", window("strict", "youtube"), [], load_constants())
    assert [one.refused for one in tube] == ["policy_off"]


def talk(registers: Registers, lifted: int, rng: np.random.Generator) -> Memory:
    """Six weeks of talk at ten an hour; eight posts of partner 0, each followed by `lifted` more, and eight of partner 1 by none."""
    source = Memory()
    start = DAYS.start - timedelta(days=28)
    minutes = rng.uniform(0, 48 * 24 * 60, rng.poisson(10 * 24 * 48))
    for number in range(8):
        for partner, hour in (("0", 6), ("1", 15)):
            at = DAYS.start + timedelta(days=2 * number, hours=hour)
            account = next(one for one in registers.accounts if one.partner == partner)
            source.mentions_.append(
                said(f"ig:media:{partner}{number}", "x") | {"author": by(account), "published_at": timestamp(at)}
            )
            if partner == "0":
                minutes = np.concatenate([minutes, (at - start) / timedelta(minutes=1) + rng.exponential(90, lifted)])
    for number, minute in enumerate(minutes):
        own = {
            "author": person(str(number)),
            "published_at": timestamp(start + timedelta(minutes=float(minute))),
            "campaigns": [],
        }
        source.mentions_.append(said(f"ig:media:p{number}", "x") | own)
    return source


def test_the_lift_of_posts_is_found_and_where_there_is_none_the_interval_holds_zero() -> None:
    registers = known(["0", "1"])
    source = talk(registers, 60, np.random.default_rng(4))
    posts = [one for one in source.mentions_ if one["author"]["role"] == "partner"]
    told = lift_figures(source, Carriers(registers), "peduli", window(), posts, load_constants())
    lifts = {one.partner: one for one in told if one.metric == "lift_mentions"}
    assert lifts["0"].low is not None
    assert lifts["0"].high is not None
    assert 0 < lifts["0"].low < 8 * 60 < lifts["0"].high
    assert lifts["1"].low is not None
    assert lifts["1"].high is not None
    assert lifts["1"].low <= 0 <= lifts["1"].high
    assert lifts["0"].n == 8
    assert {one.metric for one in told} == {"lift_mentions", "lift_complaints", "lift_positive", "lift_negative"}


def test_without_a_quiet_week_a_lift_is_too_few() -> None:
    """A post every two hours from the first day on, and three quiet days at the end."""
    registers = known(["0"])
    author = by(registers.accounts[1])
    source = Memory([said(f"ig:media:{number}", "x", number / 12) | {"author": author} for number in range(200)])
    source.mentions_ += [said(f"ig:media:p{number}", str(number), number / 20, campaigns=[]) for number in range(330)]
    posts = [one for one in source.mentions_ if one["author"]["role"] == "partner"]
    constants = replace(load_constants(), lift_before=timedelta(days=0))
    [one, *_] = lift_figures(source, Carriers(registers), "peduli", window(), posts, constants)
    assert (one.value, one.refused) == (None, "too_few")
    assert float(str(one.inputs["quiet_days"])) < 7
