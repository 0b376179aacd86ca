"""Style and personal data: numbers, tags and addresses survive every informal variation."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sandbox.scenario.pii import decoy, nik, plant
from sandbox.scenario.plan import phrases
from sandbox.scenario.style import informal

_WORDS = st.lists(
    st.sampled_from(["yang", "#bansos", "@akun", "0812-0000-1234", "bansos", "situs.example", "belum,"]), min_size=1
)


@given(_WORDS, st.integers(), st.floats(0, 1))
def test_informal_keeps_numbers_tags_and_addresses(words: list[str], seed: int, strength: float) -> None:
    text = informal(" ".join(words), phrases("style"), Random(seed), strength).lower()
    for kept in ("#bansos", "@akun", "0812-0000-1234", "situs.example"):
        assert text.count(kept) == words.count(kept)


@given(st.integers())
def test_nik_is_well_formed_and_nobodys(seed: int) -> None:
    value = nik(Random(seed))
    day, month, serial = int(value[6:8]) % 40, int(value[8:10]), int(value[12:])
    assert len(value) == 16
    assert value.isdigit()
    assert 1 <= day <= 28
    assert 1 <= month <= 12
    assert serial >= 9000


@given(st.integers())
def test_planted_value_is_in_its_sentence(seed: int) -> None:
    text, datum = plant(Random(seed), "budi_sandbox1")
    assert datum["value"] in text


@given(st.integers())
def test_decoys_hold_no_well_formed_nik(seed: int) -> None:
    for word in decoy(Random(seed)).split():
        if word.isdigit() and len(word) == 16:
            assert word[:2] in ("00", "99")
