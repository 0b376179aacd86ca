"""What trains, what the sandbox speaks and what tests were written apart: no text twice, hardly a long run of words shared."""

from __future__ import annotations

from itertools import combinations

import pytest

from bench.overlap import identical, own_texts, shared

SETS = own_texts()


@pytest.mark.parametrize(("left", "right"), list(combinations(SETS, 2)))
def test_our_own_sets_are_disjoint(left: str, right: str) -> None:
    assert SETS[left]
    assert SETS[right]
    assert identical(SETS[left], SETS[right]) == set()
    assert shared(SETS[left], SETS[right], 8) <= 0.5


def test_an_overlap_would_be_seen() -> None:
    one, other = (
        ["bansos bulan ini di desa kami belum juga cair pak"],
        ["katanya bansos bulan ini di desa kami belum juga cair"],
    )
    assert identical(one, ["Bansos bulan ini, di desa kami belum juga cair, Pak!"])
    assert shared(one, other, 8) == pytest.approx(200 / 3)
    assert shared(one, ["terima kasih atas bantuan yang sudah sampai ke kami"], 4) == 0
