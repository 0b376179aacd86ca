"""Consumer lag adds up."""

from hypothesis import given
from hypothesis import strategies as st

from dengar.local.lag import summed

PARTITION = st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.integers(-1, 2000)).map(
    lambda p: (p[2], p[0], p[0] + p[1])  # committed, start, end
)


def test_lag_counts_from_the_committed_offset_or_the_start() -> None:
    assert summed("g", "t", [(5, 0, 12), (-1, 3, 10)]).lag == 7 + 7
    assert summed("g", "t", [(5, 0, 12), (-1, 3, 10)]).committed == 5


def test_a_group_that_never_committed_has_no_offset_rather_than_zero() -> None:
    row = summed("g", "t", [(-1, 0, 4), (-1, 0, 0)])
    assert row.committed is None
    assert row.lag == 4
    assert row.partitions == 2


def test_records_that_retention_removed_are_not_lag() -> None:
    assert summed("g", "t", [(2, 8, 10)]).lag == 2


@given(st.lists(PARTITION, min_size=1, max_size=6))
def test_lag_is_never_negative_and_never_more_than_there_is(partitions: list[tuple[int, int, int]]) -> None:
    row = summed("g", "t", partitions)
    assert 0 <= row.lag <= sum(end - start for _, start, end in partitions)
