"""Rows of accounts, exposures and conversions in bounded memory: where there are too many, those of a uniform sample of the accounts."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

ROWS_KEPT = 4_000_000
"""Rows held in memory (20 bytes each) before half of the accounts are let go."""
COARSE = 2_000
"""Distinct times below which equal rows may be different acts; above it they are the same act, delivered twice."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Touches:
    """Exposures and conversions, each in order of account and time. Accounts are numbered; `partners[i]` is the name of partner i.

    Times run from 0 to 1 over the window, which begins at the first row and ends `step` after the last; `step` is the distance of two
    neighbouring times where these are coarse, else 0. `sampled`: the share of the accounts that was kept. `group`: a number of each
    account that hangs on its name alone.
    """

    partners: list[str]
    accounts: int
    group: Ints
    seen_by: Ints
    seen_of: Ints
    seen_at: Floats
    converted: Ints
    converted_at: Floats
    step: float
    sampled: float


class TouchLog:
    """Takes in rows in any order."""

    def __init__(self, rows_kept: int = ROWS_KEPT) -> None:
        self._account, self._partner, self._time = array("Q"), array("i"), array("d")
        self._partners: dict[str, int] = {}
        self._rows_kept = rows_kept
        self._below = 1 << 64

    def add(self, account: str, partner: str | None, moment: float) -> None:
        """One act: an exposure to a partner's post, or a conversion where `partner` is None. `moment`: any unit, the same in all rows."""
        number = -1 if partner is None else self._partners.setdefault(partner, len(self._partners))
        key = int.from_bytes(blake2b(account.encode(), digest_size=8).digest(), "big")
        if key < self._below:
            self._account.append(key)
            self._partner.append(number)
            self._time.append(moment)
            if len(self._account) > self._rows_kept:
                self._let_go()

    def _let_go(self) -> None:
        while len(self._account) > self._rows_kept * 3 // 4 and self._below > 1 << 40:
            self._below >>= 1
            kept = np.frombuffer(self._account, np.uint64) < np.uint64(self._below)
            for name, kind in (("_account", "Q"), ("_partner", "i"), ("_time", "d")):
                column = np.asarray(getattr(self, name))[kept]
                setattr(self, name, array(kind, column.tobytes()))

    def touches(self) -> Touches:
        """What was taken in so far. Partners are in order of their names, so that the order of rows doesn't matter."""
        key = np.array(self._account, dtype=np.uint64)
        names = sorted(self._partners)
        rank = np.array(
            [names.index(name) for name in self._partners] if len(names) < 50 else _ranks(self._partners, names)
        )
        partner = np.array(self._partner, dtype=np.int64)
        if len(rank):
            partner = np.where(partner >= 0, rank[partner], -1)
        time = np.array(self._time, dtype=np.float64)
        times = np.unique(time)
        step = _step(times)
        if len(times):
            time = (time - times[0]) / ((times[-1] - times[0] + step) or 1.0)
            step = step / ((times[-1] - times[0] + step) or 1.0)
        distinct, account = np.unique(key, return_inverse=True)
        order = np.lexsort((partner, time, account))
        account, partner, time = account[order], partner[order], time[order]
        if len(times) >= COARSE:
            same = (account[1:] == account[:-1]) & (partner[1:] == partner[:-1]) & (time[1:] == time[:-1])
            new = np.concatenate([[True], ~same])
            account, partner, time = account[new], partner[new], time[new]
        seen = partner >= 0
        return Touches(
            partners=names,
            accounts=len(distinct),
            group=(distinct >> np.uint64(8)).astype(np.int64),
            seen_by=account[seen],
            seen_of=partner[seen],
            seen_at=time[seen],
            converted=account[~seen],
            converted_at=time[~seen],
            step=step,
            sampled=self._below / 2**64,
        )


def _ranks(partners: dict[str, int], names: list[str]) -> list[int]:
    place = {name: rank for rank, name in enumerate(names)}
    return [place[name] for name in partners]


def _step(times: Floats) -> float:
    """The usual distance of coarse times, 0 of fine ones: whether an act has a moment or only a day."""
    if len(times) < 3 or len(times) >= COARSE:
        return 0.0
    gaps = np.diff(times)
    least = float(gaps.min())
    return least if np.allclose(gaps / least, np.round(gaps / least), atol=1e-3) else 0.0
