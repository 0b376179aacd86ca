"""Cut an iterable into lists: platforms take ids by the fifty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` values, in order (itertools.batched is of Python 3.12)."""
    source = iter(values)
    while batch := list(islice(source, size)):
        yield batch
