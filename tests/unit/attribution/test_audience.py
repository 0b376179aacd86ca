"""Sets of accounts that are stored and merged: exact below 100,000, in whatever order, and a person can be taken out of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.attribution.audience import EXACT_UP_TO, Audience

PARTS = st.lists(st.sets(st.text("abcdef", max_size=4), max_size=40), max_size=6)


@given(parts=PARTS, order=st.randoms())
@settings(deadline=None, max_examples=60)
def test_merging_is_the_union_in_any_order(parts, order):
    audiences = [Audience.read(Audience(part).bytes()) for part in parts]
    there = Audience.union(audiences)
    order.shuffle(audiences)
    again = Audience.union([Audience.union(audiences[:2]), Audience.union(audiences[2:])])
    everybody = {account for part in parts for account in part if account}
    assert there.count == again.count == len(everybody)
    assert there.exact
    assert there.bytes() == again.bytes(), "the same set has the same bytes"


@given(
    accounts=st.sets(st.text("abcdef", min_size=1, max_size=4)), gone=st.sets(st.text("abcdef", min_size=1, max_size=4))
)
@settings(deadline=None, max_examples=60)
def test_who_is_erased_is_out_and_nobody_else(accounts, gone):
    before = Audience(accounts)
    after = before.without(gone)
    assert before.holds_any(gone) == bool(accounts & gone)
    assert after.bytes() == Audience(accounts - gone).bytes()


def test_exact_up_to_what_is_promised_also_when_merged():
    days = [
        Audience(str(one) for one in range(start, start + 40_000)) for start in range(0, EXACT_UP_TO - 39_999, 20_000)
    ]
    merged = Audience.union(days)
    assert merged.exact
    assert merged.count == EXACT_UP_TO


def test_beyond_it_samples_within_a_percent():
    merged = Audience.union(
        Audience(str(one) for one in range(start, start + 150_000)) for start in (0, 100_000, 200_000)
    )
    assert not merged.exact
    assert merged.count == pytest.approx(350_000, rel=0.01)


def test_what_is_no_sketch_is_said():
    with pytest.raises(ValueError, match="theta"):
        Audience.read(b"nothing of the kind")
