"""Accounts that acted, as a set that can be stored, merged in any order, and forget a person: a theta sketch of Apache DataSketches.

It holds the hash of every account up to 2^LG_K of them and a uniform sample beyond. What is held are hashes of pseudonyms, which name
nobody, but a person whose pseudonym is known can be found in it: so it is kept no longer than the records it was made of.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from datasketches import compact_theta_sketch, theta_a_not_b, theta_union, update_theta_sketch
from numpy.typing import NDArray

LG_K = 17
EXACT_UP_TO = 100_000
"""Accounts up to which counts are promised to be exact, also after merging; sketches hold 2^LG_K before they sample."""


class Audience:
    """A set of accounts. `theta` is the share of all hashes below which it holds every one: 1.0 while it is exact."""

    def __init__(self, accounts: Iterable[str] = ()) -> None:
        self._sketch = update_theta_sketch(LG_K)
        self.add_all(accounts)

    def add(self, account: str) -> None:
        """An account acted; once counts as often as many times. Only before anything was merged in."""
        self._sketch.update(account)

    def add_all(self, accounts: Iterable[str]) -> None:
        """`add` each."""
        for account in accounts:
            self._sketch.update(account)

    @classmethod
    def read(cls, data: bytes) -> Audience:
        """The inverse of `bytes`. Raises ValueError for what is no sketch."""
        try:
            return cls._of(compact_theta_sketch.deserialize(data))
        except (RuntimeError, ValueError) as error:
            raise ValueError(f"no theta sketch: {error}") from error

    @classmethod
    def union(cls, parts: Iterable[Audience]) -> Audience:
        """All accounts of the parts, in whatever order they come."""
        merged = theta_union(LG_K)
        for part in parts:
            merged.update(part._sketch)
        return cls._of(merged.get_result())

    @classmethod
    def _of(cls, sketch: compact_theta_sketch) -> Audience:
        found = cls.__new__(cls)
        found._sketch = sketch
        return found

    def bytes(self) -> bytes:
        """Serialised; the same set gives the same bytes."""
        compact = self._sketch.compact() if isinstance(self._sketch, update_theta_sketch) else self._sketch
        return bytes(compact.serialize(compress=True))

    def without(self, accounts: Iterable[str]) -> Audience:
        """The accounts less some: what erasure leaves. Of a sampled set, those of the sample are left out."""
        return self._of(theta_a_not_b().compute(self._sketch, Audience(accounts)._sketch))

    def holds_any(self, accounts: Iterable[str]) -> bool:
        """Whether the hash of one of the accounts is in the set; of a sampled set, in its sample."""
        return bool(np.isin(Audience(accounts).hashes, self.hashes).any())

    @property
    def hashes(self) -> NDArray[np.uint64]:
        """The hashes that are held, in no order."""
        return np.fromiter(self._sketch, dtype=np.uint64, count=self._sketch.num_retained)

    @property
    def count(self) -> float:
        """Accounts: a whole number while exact, else an estimate."""
        return float(self._sketch.get_estimate())

    @property
    def theta(self) -> float:
        """See the class."""
        return float(self._sketch.theta)

    @property
    def theta64(self) -> int:
        """`theta` as a bound of hashes."""
        return int(self._sketch.theta64)

    @property
    def exact(self) -> bool:
        """Whether every account is held."""
        return not self._sketch.is_estimation_mode()
