"""What the hazard model is fitted to: who was at risk when, which exposures preceded which conversion, and for how long each worked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dengar.attribution.touches import Floats, Ints, Touches

RECENT = 64
"""Exposures that may share in a conversion: an account's last so many before it."""
FINEST = 2.0**-13
"""Upper end of the first lag, as a share of the window; each further lag ends at LAG_RATIO times the one before."""
LAG_RATIO = 2.0**0.75
REPEATS = np.array([1, 2, 4])
"""An exposure is the first one of its partner, the second, the third or fourth, or a later one."""
LOADS = np.array([0.2, 1.5, 3.5])
"""Bounds of the classes by what earlier exposures weigh: nothing, about one usual exposure, two or three, more."""
TOTALS = np.array([2, 3, 5, 9])
"""Classes of accounts by how many exposures they have."""


@dataclass(frozen=True)
class Panel:
    """`entry` and `leave` bound when each account was at risk; `once`: no account converts twice; `ended`: nor is it seen again.

    Of each exposure of the touches: `lasts` until its account leaves or many others followed it, `goes_on` the same had the account not
    left, and the classes `same` (by earlier exposures to its partner), `load` (by what earlier exposures weigh), `size` (of its account).
    `cell` is a row of `cells` (partner, same, load, size); `hours[cell, lag]` is how long the cell's exposures were at that lag while at
    risk. `pair_event`, `pair_exposure`, `pair_lag`: each exposure before a conversion.
    """

    touches: Touches
    once: bool
    ended: bool
    entry: Floats
    leave: Floats
    lasts: Floats
    goes_on: Floats
    same: Ints
    load: Ints
    size: Ints
    cell: Ints
    cells: Ints
    edges: Floats
    hours: Floats
    pair_event: Ints
    pair_exposure: Ints
    pair_lag: Ints

    @property
    def lags(self) -> int:
        """How many lags there are."""
        return len(self.edges) - 1


def panel_of(touches: Touches) -> Panel:
    """Prepare touches for the fit. Of accounts that convert at most once the risk ends there."""
    per_account = np.bincount(touches.converted, minlength=touches.accounts)
    once = len(touches.converted) > 0 and int(per_account.max(initial=0)) <= 1
    end = np.full(touches.accounts, np.inf)
    if once:
        end[touches.converted] = touches.converted_at + touches.step
    account, partner, at = touches.seen_by, touches.seen_of, touches.seen_at
    ended = once and _ends_with_conversion(touches, end)
    first = np.full(touches.accounts, np.inf)
    np.minimum.at(first, account, at)
    leave = np.minimum(end, 1.0)
    entry = np.where(np.isfinite(first), first, 0.0) if ended else np.zeros(touches.accounts)
    entry = np.minimum(entry, leave)
    superseded = _superseded(account, at)
    event, exposure = _pairs(touches)
    lag = touches.converted_at[event] - at[exposure] + touches.step / 2
    edges = _edges(lag, touches.step)
    total = np.bincount(account, minlength=touches.accounts)
    empty = np.zeros(len(account), dtype=np.int64)
    panel = Panel(
        touches,
        once,
        ended,
        entry,
        leave,
        np.maximum(np.minimum(leave[account], superseded) - at, 0.0),
        np.minimum(1.0, superseded) - at,
        np.searchsorted(REPEATS, _earlier(account * max(1, len(touches.partners)) + partner), side="right"),
        empty,
        np.searchsorted(TOTALS, total[account], side="right") * (not ended),  # else the total tells who converted
        empty,
        np.zeros((0, 4), dtype=np.int64),
        edges,
        np.zeros((0, 0)),
        event,
        exposure,
        np.clip(np.searchsorted(edges, lag, side="right") - 1, 0, len(edges) - 2),
    )
    return with_load(panel, np.ones(len(touches.partners)))


def with_load(panel: Panel, weight: Floats) -> Panel:
    """The panel with its exposures classed anew, by what earlier exposures of the account weigh; `weight`: of each partner's."""
    touches = panel.touches
    unit = float(weight[touches.seen_of].mean()) if len(touches.seen_of) else 1.0
    load = load_of(touches.seen_by, touches.seen_of, weight, unit)
    code = ((touches.seen_of * 4 + panel.same) * 4 + load) * 5 + panel.size
    codes, cell = np.unique(code, return_inverse=True)
    cells = np.stack([codes // 80, codes // 20 % 4, codes // 5 % 4, codes % 5], axis=1)
    hours = np.zeros((len(cells), panel.lags))
    for one in range(panel.lags):
        hours[:, one] = np.bincount(cell, at_lag(panel.edges, one, panel.lasts), minlength=len(cells))
    return replace(panel, load=load, cell=cell, cells=cells, hours=hours)


def load_of(account: Ints, partner: Ints, weight: Floats, unit: float) -> Ints:
    """Class of each exposure by what the account's earlier ones weigh, in `unit`s. Rows in order of account and time."""
    own = weight[partner] / (unit or 1.0)
    passed = np.cumsum(own) - own
    return np.asarray(np.searchsorted(LOADS, passed - passed[np.searchsorted(account, account)], side="right"))


def at_lag(edges: Floats, lag: int, lasts: Floats) -> Floats:
    """How long exposures that last so long are at a lag."""
    return np.asarray(np.clip(np.minimum(lasts, edges[lag + 1]) - edges[lag], 0.0, None))


def _ends_with_conversion(touches: Touches, end: Floats) -> bool:
    """Whether accounts are not seen any more once they have converted: far fewer exposures follow than the rest of the time would bring."""
    converts = np.isfinite(end[touches.seen_by])
    after = converts & (touches.seen_at > end[touches.seen_by])
    usual = np.bincount(touches.seen_by, minlength=touches.accounts) > 0
    exposed = touches.seen_at[~converts] if (~converts).any() else touches.seen_at
    moments = np.sort(exposed)
    left = 1 - np.searchsorted(moments, end[np.isfinite(end) & usual]) / max(1, len(moments))
    expected = float(left.sum()) * len(exposed) / max(1, int((usual & ~np.isfinite(end)).sum()))
    return bool(expected >= 10 and after.sum() < 0.1 * expected)


def _superseded(account: Ints, at: Floats) -> Floats:
    """When RECENT later exposures of the same account have followed each."""
    until = np.full(len(at), np.inf)
    if len(at) > RECENT:
        later = np.where(account[RECENT:] == account[:-RECENT], at[RECENT:], np.inf)
        until[:-RECENT] = later
    return until


def _earlier(key: Ints) -> Ints:
    """How many earlier rows have the same key, in order of rows."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    count = np.empty(len(key), dtype=np.int64)
    count[order] = np.arange(len(key)) - np.searchsorted(ordered, ordered)
    return count


def _pairs(touches: Touches) -> tuple[Ints, Ints]:
    """Conversions with each of the last RECENT exposures before them (or at the same time)."""
    account, at = touches.seen_by, touches.seen_at
    key = account + at / 2  # times lie within 0 and 1: a key in order of account and time
    last = np.searchsorted(
        key, touches.converted + np.minimum(touches.converted_at + touches.step / 2, 1.0) / 2, side="right"
    )
    start = np.maximum(np.searchsorted(account, touches.converted), last - RECENT)
    many = np.maximum(last - start, 0)
    event = np.repeat(np.arange(len(many)), many)
    exposure = np.arange(len(event)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(start, many)
    return event, exposure


def _edges(lag: Floats, step: float) -> Floats:
    """Lags from 0 to the whole window: each with at least a few pairs, none finer than the times are."""
    finest = max(FINEST, step)
    edges = [0.0]
    upper = finest
    while upper < 1:
        if not step or round(upper / step) * step > edges[-1]:
            edges.append(round(upper / step) * step if step else upper)
        upper *= LAG_RATIO
    edges.append(1.0 + step)
    counts = np.histogram(lag, np.array(edges))[0]
    kept, held = [0.0], 0
    for i, count in enumerate(counts):
        held += int(count)
        if held >= 40 or i == len(counts) - 1:
            kept.append(edges[i + 1])
            held = 0
    return np.array(kept)
