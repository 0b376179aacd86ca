"""The desk's property test at length: thousands of conversations in thousands of orders, against the reference."""

from __future__ import annotations

from random import Random

import pytest

from tests.unit.responses.test_conversation import as_the_reference_says

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_200)]

ROUNDS = 3_000


@pytest.mark.parametrize("part", range(4))
def test_any_order_gives_what_the_reference_says(part: int) -> None:
    random = Random(part)
    for _ in range(ROUNDS // 4):
        as_the_reference_says(random.getrandbits(32), random.getrandbits(32), random.randrange(21))
