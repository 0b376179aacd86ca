"""Words of a query restored together and aligned with what was typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengar.index.restored import restore


@pytest.mark.parametrize(
    ("typed", "units"),
    [
        ("b4nsos blm cair", [("b4nsos", "bansos"), ("blm", "belum"), ("cair", "cair")]),
        ("b a n s o s cair", [("b a n s o s", "bansos"), ("cair", "cair")]),
        ("gk dpt2", [("gk", "tidak"), ("dpt2", "dapat-dapat")]),
        ("k4ra", [("k4ra", "kara")]),
        ("covid19 tahap4", [("covid19", "covid19"), ("tahap4", "tahapa")]),
        ("#pkh @dinas.contoh", [("#pkh", "#pkh"), ("@dinas.contoh", "@dinas.contoh")]),
    ],
)
def test_units(typed, units):
    assert [tuple(unit) for unit in restore(typed.split())] == units


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=12), min_size=1, max_size=8))
def test_no_word_is_lost(words):
    assert " ".join(unit.written for unit in restore(words)).split() == " ".join(words).split()
