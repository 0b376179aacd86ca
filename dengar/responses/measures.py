"""How fast was answered, with those who still wait: Kaplan–Meier quantiles and the share within target.

Leaving out unanswered items makes silence look fast, so they are right-censored: known to have waited at least so long. The estimator is
S(t) = ∏ over t_i <= t of (1 - d_i / n_i), with d_i answers at t_i among the n_i that waited at least t_i (Kaplan and Meier,
"Nonparametric estimation from incomplete observations", JASA 53, 1958), as in `scipy.stats.ecdf`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FORMULA = "kaplan-meier/1"
_ROUNDING = 1e-12
"""S is a product of floats: .5 may come out as .5000000000000001."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One item: seconds waited until the answer, or so far where `answered` is false. Both of one kind, wall or working."""

    seconds: float
    answered: bool


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds by which half and nine tenths of all items were answered. None: fewer have been, so that it can't be told yet."""

    items: int
    answered: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class WithinTarget:
    """Items answered by their deadline, those that missed it (answered late or still open), and those whose deadline is to come."""

    met: int
    missed: int
    pending: int

    @property
    def share(self) -> float | None:
        """met / (met + missed): of what is decided. None where nothing is."""
        decided = self.met + self.missed
        return self.met / decided if decided else None


def survival(waits: Sequence[Wait]) -> list[tuple[float, float]]:
    """(t, S(t)) at each distinct time, in order: the share that still waits after t seconds."""
    if not waits:
        return []
    from scipy.stats import CensoredData, ecdf  # type: ignore[import-untyped]

    answers = [wait.seconds for wait in waits if wait.answered]
    still = [wait.seconds for wait in waits if not wait.answered]
    found = ecdf(CensoredData(uncensored=answers, right=still)).sf
    return list(zip(found.quantiles.tolist(), found.probabilities.tolist(), strict=True))


def quantile(curve: Iterable[tuple[float, float]], share: float) -> float | None:
    """The first time by which that share was answered: S(t) <= 1 - share. None where the curve does not fall so low."""
    return next((t for t, left in curve if left <= 1 - share + _ROUNDING), None)


def waits_of(waits: Sequence[Wait]) -> Waits:
    """Median and p90 of items, answered or not."""
    curve = survival(waits)
    answered = sum(wait.answered for wait in waits)
    return Waits(len(waits), answered, quantile(curve, 0.5), quantile(curve, 0.9))


def median_interval(waits: Sequence[Wait]) -> tuple[float, float] | None:
    """95 % interval of the median: where the log-log bands of S(t) fall to one half (R. Brookmeyer and J. Crowley, "A confidence interval
    for the median survival time", Biometrics 38, 1982). None where a band does not fall so low."""
    if not any(wait.answered for wait in waits):
        return None
    import warnings

    from scipy.stats import CensoredData, ecdf

    answers = [wait.seconds for wait in waits if wait.answered]
    still = [wait.seconds for wait in waits if not wait.answered]
    with warnings.catch_warnings():
        # Where S(t) is 0 or 1 there is no band: SciPy says so, and gives nan.
        warnings.simplefilter("ignore", RuntimeWarning)
        bands = ecdf(CensoredData(uncensored=answers, right=still)).sf.confidence_interval(method="log-log")
    edges = [
        quantile(zip(band.quantiles.tolist(), band.probabilities.tolist(), strict=True), 0.5)
        for band in (bands.low, bands.high)
    ]
    return None if edges[0] is None or edges[1] is None else (edges[0], edges[1])


def within_target(outcomes: Iterable[bool | None]) -> WithinTarget:
    """Count outcomes: True met its deadline, False missed it, None is open with its deadline to come."""
    counts = {True: 0, False: 0, None: 0}
    for outcome in outcomes:
        counts[outcome] += 1
    return WithinTarget(counts[True], counts[False], counts[None])
