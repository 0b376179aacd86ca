"""What others compute, by hand on a few accounts."""

from __future__ import annotations

import pytest

from dengar.attribution.peers import last_touch, linear, markov
from dengar.attribution.touches import TouchLog

ACTS = [
    ("a", "x", 1.0),
    ("a", "y", 2.0),
    ("a", None, 3.0),  # last: y; linear: half each
    ("b", "x", 1.0),
    ("b", None, 2.0),  # x alone
    ("b", "y", 3.0),
    ("c", "y", 1.0),
    ("c", "y", 2.0),
    ("c", "x", 4.0),
    ("c", None, 3.0),  # y twice
    ("d", None, 1.0),  # nobody
]


def test_by_hand() -> None:
    log = TouchLog()
    for act in ACTS:
        log.add(*act)
    touches = log.touches()
    assert touches.partners == ["x", "y"]
    assert last_touch(touches).tolist() == [0.25, 0.5]
    assert linear(touches).tolist() == [0.375, 0.375]
    # Paths: x y conversion · x conversion, then y nothing · y y conversion, then x nothing. Moves: start → x 3, y 2; x → y, conversion,
    # nothing 1 each; y → y 1, conversion 2, nothing 1. A conversion is reached from y with 2/3, from x with 1/3 + 2/9, from start with 3/5.
    # Without x: 2/5 · 2/3. Without y: 3/5 · 1/3.
    whole, without_x, without_y = 3 / 5 * 5 / 9 + 2 / 5 * 2 / 3, 2 / 5 * 2 / 3, 3 / 5 / 3
    lost = [1 - without_x / whole, 1 - without_y / whole]
    assert markov(touches).tolist() == pytest.approx([0.75 * one / sum(lost) for one in lost])


def test_nothing_before_a_conversion_is_nobodys() -> None:
    log = TouchLog()
    log.add("a", None, 1.0)
    log.add("a", "x", 2.0)
    touches = log.touches()
    assert [last_touch(touches)[0], linear(touches)[0], markov(touches)[0]] == [0, 0, 0]
